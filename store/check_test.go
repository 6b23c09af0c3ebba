package store

// What every test of the store needs: units in a line, a journal that remembers, and a check of the structure.

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/resp"
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
			n, timed := 0, 0
			ks.entries.Each(func(e *Entry) bool {
				n++
				require.Equal(t, i, ShardOf(e.keyBytes()), "db %d: %q lies in a foreign shard", db, e.key)
				require.Equal(t, e.expireAt != 0, e.timer != 0, "db %d: %q: a timer goes with a deadline", db, e.key)
				if e.expireAt != 0 {
					timed++
					earliest = min(earliest, e.expireAt)
				}
				return true
			})
			require.Equal(t, ks.entries.Len(), n)
			if ks.timers == nil {
				require.Zero(t, timed)
				continue
			}
			require.Equal(t, ks.timers.Len(), timed, "db %d: timers of keys that are gone", db)
			ks.timers.Each(func(e *Entry) {
				found, _ := ks.entries.Find(dictHash(e), e.keyBytes())
				require.Same(t, found, e, "db %d: the timer of %q leads elsewhere", db, e.key)
			})
		}
		require.LessOrEqual(t, sh.nextDue.Load(), earliest, "shard %d would sleep too long", i)
		for k, ws := range sh.watchers {
			require.NotEmpty(t, ws, "%v: nobody is left", k)
		}
	}
}
