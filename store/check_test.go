package store

// What every test of the store needs: units in a line, a journal that remembers, and a check of the structure.

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store/ds/arena"
	"github.com/miniredisd/miniredisd/store/ds/dict"
)

// journal keeps what was logged, one string a unit.
type journal struct {
	t     testing.TB
	mu    sync.Mutex
	units []string
}

// Active implements Journal.
func (j *journal) Active() bool { return true }

// AppendAcross implements Journal.
func (j *journal) AppendAcross(db, endDB, n int, body []byte) int64 {
	var p resp.Parser
	var commands []string
	for len(body) > 0 {
		args, used, err := p.Next(body)
		require.NoError(j.t, err)
		commands = append(commands, string(joinWords(args)))
		body = body[used:]
	}
	require.Len(j.t, commands, n)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.units = append(j.units, fmt.Sprintf("%d: %s :%d", db, strings.Join(commands, "; "), endDB))
	return int64(len(j.units))
}

func joinWords(args [][]byte) (line []byte) {
	for i, a := range args {
		if i > 0 {
			line = append(line, ' ')
		}
		line = append(line, a...)
	}
	return line
}

func (j *journal) take() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	units := j.units
	j.units = nil
	return units
}

// unit runs f in a unit that holds every shard.
func (s *Store) unit(db int, now int64, f func(tx *Tx)) {
	s.unitMode(db, now, Mode{Locks: AllShards}, f)
}

// alone runs f in an exclusive unit.
func (s *Store) alone(now int64, f func(tx *Tx)) {
	s.unitMode(0, now, Mode{Exclusive: true}, f)
}

func (s *Store) unitMode(db int, now int64, mode Mode, f func(tx *Tx)) {
	var tx Tx
	s.Begin(&tx, db, mode, 1)
	defer tx.End()
	tx.SetTime(now)
	f(&tx)
	tx.Settle(nil, false)
}

func (tx *Tx) setText(key, val string) *Entry { return tx.SetString([]byte(key), []byte(val), false) }

// text is the value of a string key, "" when there is none.
func (tx *Tx) text(key string) string {
	var scratch [maxIntText]byte
	if e := tx.Peek([]byte(key)); e != nil {
		return string(e.Bytes(scratch[:]))
	}
	return ""
}

// check verifies what must hold between units.
func (s *Store) check(t testing.TB) {
	t.Helper()
	for i := range s.shards {
		sh := &s.shards[i]
		earliest := int64(maxTime)
		for db, ks := range sh.dbs {
			if ks == nil {
				continue
			}
			n, timed, objects, memory, fields := 0, 0, map[uint32]bool{}, 0, 0
			ks.entries.Each(func(ref arena.Ref) bool {
				n++
				r := ks.header(ref)
				require.Equal(t, i, ShardOf(r.key()), "db %d: %q lies in a foreign shard", db, r.key())
				require.Equal(t, ref, ks.find(dict.Hash(r.key()), r.key()))
				require.LessOrEqual(t, r.shape().size(), ks.arena.Size(ref))
				memory += ks.arena.Size(ref)
				if r.timed() {
					require.True(t, r.timer().Filed(), "db %d: %q has no timer", db, r.key())
					timed++
					earliest = min(earliest, r.deadline())
				}
				if r.isObject() {
					require.False(t, objects[r.objectIndex()], "db %d: %q shares its object", db, r.key())
					objects[r.objectIndex()] = true
					require.Equal(t, r.kind(), ks.objects.get(r.objectIndex()).Kind())
				}
				if h := ks.hashTable(ref); h != nil {
					at, timed := h.Next()
					require.Equal(t, timed, h.timer.Filed(), "db %d: the fields of %q", db, r.key())
					if timed {
						require.Equal(t, at, h.timer.Deadline())
						fields++
						earliest = min(earliest, at)
					}
				}
				return true
			})
			require.Same(t, sh, ks.sh)
			require.Equal(t, ks.entries.Len(), n)
			require.Equal(t, ks.objects.len(), len(objects), "db %d: objects of keys that are gone", db)
			weight := 0
			ks.objects.each(func(obj Object) { weight += obj.Bytes() })
			require.Equal(t, weight, ks.objects.weight, "db %d: a value was changed and not weighed", db)
			account := ks.arena.Account()
			require.GreaterOrEqual(t, account.Allocated, memory)
			require.LessOrEqual(t, account.Blocks, n+2*(2+ks.entries.Bytes()/(256*64)), "db %d: records are lost", db)
			if ks.fields != nil {
				require.Equal(t, ks.fields.Len(), fields, "db %d: timers of hashes that are gone", db)
				ks.fields.Each(func(ref uint32) {
					key := ks.header(arena.Ref(ref)).key()
					require.EqualValues(t, ref, ks.find(dict.Hash(key), key), "db %d: the timer of the fields of %q leads elsewhere", db, key)
				})
			}
			if ks.timers == nil {
				require.Zero(t, timed)
				continue
			}
			require.Equal(t, ks.timers.Len(), timed, "db %d: timers of keys that are gone", db)
			ks.timers.Each(func(ref uint32) {
				key := ks.header(arena.Ref(ref)).key()
				require.EqualValues(t, ref, ks.find(dict.Hash(key), key), "db %d: the timer of %q leads elsewhere", db, key)
			})
		}
		require.LessOrEqual(t, sh.nextDue.Load(), earliest, "shard %d would sleep too long", i)
		for k, ws := range sh.watchers {
			require.NotEmpty(t, ws, "%v: nobody is left", k)
		}
	}
}
