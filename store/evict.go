package store

// Eviction: which keys go when memory is short. As in Redis, a few random keys are looked at for each that goes, and those that came
// close are remembered for the next time: so what goes is nearly what should go first, and nothing has to be kept in order.

import (
	"math"
	"slices"

	"github.com/miniredisd/miniredisd/store/ds/arena"
)

// EvictionOrder says which keys go first.
type EvictionOrder uint8

// The orders.
const (
	LeastRecent   EvictionOrder = iota // that were not used for the longest time
	LeastFrequent                      // that are used least often; needs SetLFU
	Soonest                            // whose deadline comes first; all others stay
	AnyOrder
)

// EvictionPolicy says which keys may go.
type EvictionPolicy struct {
	Order    EvictionOrder
	Volatile bool // only those with a deadline
	Samples  int  // how many are looked at for each that goes
}

const (
	// poolSize is how many candidates are remembered.
	poolSize = 16
	// volatileTries is how often a key with a deadline is looked for among all, before those with one are asked for.
	volatileTries = 16
)

// Evictor removes keys. It is used by one goroutine at a time.
type Evictor struct {
	st     *Store
	tx     Tx
	policy EvictionPolicy
	pool   []candidate // the first to go is the last
}

// candidate is a key that may go.
type candidate struct {
	key   []byte
	db    int
	score uint64 // the higher, the sooner
}

// NewEvictor returns one for the store.
func (s *Store) NewEvictor() *Evictor { return &Evictor{st: s} }

// Evict removes one key, which is logged as DEL. now is the time in ms. freed is about how much memory that gives back, in bytes.
// False: there is no key that may go, or a unit is busy (see Gate).
func (v *Evictor) Evict(policy EvictionPolicy, now int64) (freed int, ok bool) {
	if policy != v.policy {
		v.policy, v.pool = policy, v.pool[:0]
	}
	if policy.Order == AnyOrder {
		v.pool = v.pool[:0]
		v.look(now)
	} else {
		for range policy.Samples {
			if !v.look(now) {
				break
			}
		}
	}
	for len(v.pool) > 0 {
		c := v.pool[len(v.pool)-1]
		v.pool = v.pool[:len(v.pool)-1]
		if freed, ok = v.remove(c, now); ok {
			return freed, true
		}
	}
	return 0, false
}

// look looks at a random key. False: there is none.
func (v *Evictor) look(now int64) (found bool) {
	first := int(v.st.opt.Rand(NumShards))
	for i := range NumShards {
		if v.lookIn((first+i)%NumShards, now) {
			return true
		}
	}
	return false
}

// lookIn looks at a random key of a shard.
func (v *Evictor) lookIn(i int, now int64) (found bool) {
	tx := &v.tx
	if !v.st.BeginUnlessBusy(tx, 0, Mode{Locks: 1 << i}, uint64(i)) {
		return false
	}
	defer tx.End()
	tx.SetTime(now)
	sh := &v.st.shards[i]
	n := 0
	for _, ks := range sh.dbs {
		n += v.eligible(ks)
	}
	if n == 0 {
		return false
	}
	k := int(v.st.opt.Rand(uint64(n)))
	for db, ks := range sh.dbs {
		if in := v.eligible(ks); k >= in {
			k -= in
			continue
		}
		if ref := v.draw(ks); ref != 0 {
			v.consider(tx, ks, ref, db)
			return true
		}
		return false
	}
	return false
}

// eligible is the number of keys that may go.
func (v *Evictor) eligible(ks *keyspace) int {
	switch {
	case ks == nil:
		return 0
	case !v.policy.Volatile:
		return ks.entries.Len()
	case ks.timers == nil:
		return 0
	}
	return ks.timers.Len()
}

// draw picks a key that may go; of those with a deadline one whose time comes first, if that is the order.
func (v *Evictor) draw(ks *keyspace) (found arena.Ref) {
	rnd := v.st.opt.Rand
	if !v.policy.Volatile {
		ref, _ := ks.entries.Random(rnd)
		return ref
	}
	if v.policy.Order == Soonest {
		rnd = func(uint64) uint64 { return 0 }
		ks.timers.Sample(v.policy.Samples, rnd, func(ref uint32) {
			if r := arena.Ref(ref); found == 0 || ks.header(r).deadline() < ks.header(found).deadline() {
				found = r
			}
		})
		return found
	}
	for range volatileTries {
		if ref, _ := ks.entries.Random(rnd); ks.header(ref).timed() {
			return ref
		}
	}
	ks.timers.Sample(1, rnd, func(ref uint32) { found = arena.Ref(ref) })
	return found
}

// consider remembers a key if it should go sooner than one of those that are remembered.
func (v *Evictor) consider(tx *Tx, ks *keyspace, ref arena.Ref, db int) {
	score, key := v.score(tx, ks.header(ref)), ks.header(ref).key()
	if len(v.pool) == poolSize {
		if score <= v.pool[0].score {
			return
		}
		v.pool = slices.Delete(v.pool, 0, 1)
	}
	at := len(v.pool)
	for at > 0 && v.pool[at-1].score > score {
		at--
	}
	v.pool = slices.Insert(v.pool, at, candidate{slices.Clone(key), db, score})
}

// score says how soon a key should go. One whose time has come is the first of all.
func (v *Evictor) score(tx *Tx, r *header) uint64 {
	switch {
	case r.dead(tx.now):
		return math.MaxUint64
	case v.policy.Order == LeastRecent:
		return uint64(max(tx.now/1000-int64(r.access), 0))
	case v.policy.Order == LeastFrequent:
		return uint64(lfuMax - tx.st.lfuDecayed(r.access, tx.now))
	case v.policy.Order == Soonest:
		return uint64(math.MaxInt64 - r.deadline())
	}
	return 0
}

// remove removes a candidate, unless it must stay by now.
func (v *Evictor) remove(c candidate, now int64) (freed int, ok bool) {
	tx, i := &v.tx, ShardOf(c.key)
	if !v.st.BeginUnlessBusy(tx, c.db, Mode{Locks: 1 << i}, uint64(i)) {
		return 0, false
	}
	defer tx.End()
	tx.SetTime(now)
	_, ks, h, ref := tx.lookup(c.key)
	if ref == 0 || v.policy.Volatile && !ks.header(ref).timed() {
		return 0, false
	}
	e := Entry{ks, ref}
	freed = e.Usage()
	tx.evict(ks, h, ref, c.key)
	return freed, true
}

// evict removes a record for good, and says so to the log and all who want to know.
func (tx *Tx) evict(ks *keyspace, h uint64, ref arena.Ref, key []byte) {
	if tx.dead(ks, ref) {
		tx.expire(ks, h, ref)
		return
	}
	ks.sh.evicted++
	tx.log(delName, key)
	if ks.sh.attention != 0 {
		tx.keyChanged(ks.sh, key)
		tx.keyReady(ks.sh, key)
		tx.tellTracker(ks.sh, key, 0)
	}
	tx.Notify(EventEvicted, "evicted", key)
	tx.drop(ks, h, ref)
}
