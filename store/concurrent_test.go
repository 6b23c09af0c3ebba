package store

// Many goroutines at once: what they see together must add up. To be run with -race too.

import (
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	accounts = 64
	balance  = 1000 // of each account at the start
	total    = accounts * balance
)

func account(i int) []byte { return []byte("account" + strconv.Itoa(i)) }

// bank is accounts between which money is moved, beside keys that come, go and expire.
type bank struct {
	t    *testing.T
	s    *Store
	now  atomic.Int64
	done atomic.Bool
	wg   sync.WaitGroup
}

// worker runs f, again and again, until the bank closes.
func (b *bank) worker(slot int, f func(tx *Tx, rnd *rand.Rand, slot uint64)) {
	b.wg.Add(1)
	go func() {
		defer b.wg.Done()
		var tx Tx
		rnd := rand.New(rand.NewPCG(uint64(slot), 3))
		for !b.done.Load() {
			f(&tx, rnd, uint64(slot))
		}
	}()
}

func amount(tx *Tx, key []byte) int64 {
	n, _ := tx.Peek(key).Int()
	return n
}

// transfer moves money between a few accounts, under their locks only.
func (b *bank) transfer(tx *Tx, rnd *rand.Rand, slot uint64) {
	keys := make([][]byte, 2+rnd.IntN(4))
	var locks LockSet
	for i := range keys {
		keys[i] = account(rnd.IntN(accounts))
		locks = locks.Add(keys[i])
	}
	b.s.Begin(tx, 0, Mode{Locks: locks}, slot)
	defer tx.End()
	tx.SetTime(b.now.Load())
	for _, to := range keys[1:] {
		n := int64(rnd.IntN(10))
		tx.SetInt(keys[0], amount(tx, keys[0])-n, true)
		tx.SetInt(to, amount(tx, to)+n, true)
	}
	tx.Settle(nil, false)
}

// sum counts all money; others must not be half through a transfer.
func (b *bank) sum(mode Mode) func(*Tx, *rand.Rand, uint64) {
	return func(tx *Tx, _ *rand.Rand, slot uint64) {
		b.s.Begin(tx, 0, mode, slot)
		tx.SetTime(b.now.Load())
		sum := int64(0)
		for i := range accounts {
			sum += amount(tx, account(i))
		}
		tx.End()
		if sum != total {
			b.t.Errorf("the accounts hold %d", sum)
			b.done.Store(true)
		}
		time.Sleep(100 * time.Microsecond) // leave the others their turn
	}
}

// passers come with a TTL or go, in another database.
func (b *bank) passers(tx *Tx, rnd *rand.Rand, slot uint64) {
	key := []byte("passer" + strconv.Itoa(rnd.IntN(2000)))
	b.s.Begin(tx, 1, Mode{Locks: LockSet(0).Add(key)}, slot)
	defer tx.End()
	tx.SetTime(b.now.Load())
	if rnd.IntN(3) == 0 {
		tx.Delete(key)
	} else {
		tx.Expire(tx.SetString(key, []byte("x"), false), tx.Now()+rnd.Int64N(20))
	}
	tx.Settle(nil, false)
}

// scan walks all of database 0, whose keys all stay.
func (b *bank) scan(tx *Tx, rnd *rand.Rand, slot uint64) {
	seen := map[string]bool{}
	for cursor, first := uint64(0), true; cursor != 0 || first; first = false {
		b.s.Begin(tx, 0, Mode{}, slot)
		tx.SetTime(b.now.Load())
		cursor = tx.Scan(cursor, func(e *Entry) { seen[e.Key()] = true })
		tx.End()
	}
	if len(seen) != accounts {
		b.t.Errorf("a scan found %d keys", len(seen))
		b.done.Store(true)
	}
	b.s.Begin(tx, 1, Mode{}, slot)
	tx.SetTime(b.now.Load())
	tx.Scan(rnd.Uint64(), func(*Entry) {})
	tx.End()
}

// watch adds one to an account if nobody else has touched it, and takes one away in the same unit.
func (b *bank) watch(tx *Tx, rnd *rand.Rand, slot uint64) {
	var w Watch
	key := account(rnd.IntN(accounts))
	b.s.Begin(tx, 0, Mode{Locks: LockSet(0).Add(key)}, slot)
	tx.SetTime(b.now.Load())
	tx.Watch(&w, key)
	before := amount(tx, key)
	tx.End()
	b.s.Begin(tx, 0, Mode{Exclusive: true}, slot)
	tx.SetTime(b.now.Load())
	if !tx.Touched(&w) && amount(tx, key) != before {
		b.t.Errorf("a change from %d to %d went unseen", before, amount(tx, key))
		b.done.Store(true)
	}
	b.s.Unwatch(&w)
	tx.End()
}

func TestBank(t *testing.T) {
	b := &bank{t: t, s: New(Options{Journal: &journal{t: t}})}
	b.now.Store(1000)
	b.s.unit(0, 1, func(tx *Tx) {
		for i := range accounts {
			tx.SetInt(account(i), balance, false)
		}
	})
	for i := range 4 {
		b.worker(i, b.transfer)
		b.worker(4+i, b.passers)
	}
	b.worker(8, b.sum(Mode{Locks: AllShards}))
	b.worker(9, b.sum(Mode{Exclusive: true}))
	b.worker(10, b.scan)
	b.worker(11, b.watch)
	b.worker(12, func(tx *Tx, _ *rand.Rand, _ uint64) {
		b.s.ExpireDue(tx, b.now.Add(1))
		b.s.Step()
	})
	b.worker(13, func(tx *Tx, _ *rand.Rand, slot uint64) {
		b.s.Begin(tx, 1, Mode{Exclusive: true}, slot)
		tx.SetTime(b.now.Load())
		tx.Swap(1, 2)
		tx.Flush(2)
		tx.End()
		time.Sleep(time.Millisecond)
	})
	b.worker(14, func(_ *Tx, rnd *rand.Rand, slot uint64) {
		var keys [][]byte
		for range PrefetchKeys {
			keys = append(keys, account(rnd.IntN(accounts)))
		}
		b.s.Prefetch(0, keys, slot)
	})
	time.Sleep(500 * time.Millisecond)
	b.done.Store(true)
	b.wg.Wait()
	b.s.check(t)
	b.s.unit(0, 1, func(tx *Tx) { require.Equal(t, accounts, tx.Size()) })
}
