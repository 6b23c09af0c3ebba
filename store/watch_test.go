package store

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// watchTime is when the keys below are watched; those with a deadline before it are dead by then.
const watchTime = 100

func TestWatch(t *testing.T) {
	key := []byte("k")
	set := func(tx *Tx) { tx.setText("k", "1") }
	dead := func(tx *Tx) { tx.Expire(tx.setText("k", "1"), watchTime-10) }
	dying := func(tx *Tx) { tx.Expire(tx.setText("k", "1"), watchTime+10) }
	none := func(*Tx) {}
	in := func(db int, f func(*Tx)) func(*Tx) { return func(tx *Tx) { tx.Select(db); f(tx); tx.Select(0) } }
	both := func(f, g func(*Tx)) func(*Tx) { return func(tx *Tx) { f(tx); g(tx) } }
	look := func(tx *Tx) { tx.Peek(key) }
	flush := func(tx *Tx) { tx.Flush(0) }
	swap := func(tx *Tx) { tx.Swap(0, 1) }

	for _, c := range []struct {
		name    string
		before  func(*Tx)
		after   func(*Tx)
		later   int64 // ms between watching and what comes after
		touched bool
	}{
		{"nothing", set, none, 0, false},
		{"set", set, set, 0, true},
		{"created", none, set, 0, true},
		{"read", set, func(tx *Tx) { tx.Read(key); tx.Write(key); tx.Peek(key) }, 0, false},
		{"changed in place", set, func(tx *Tx) { tx.Mutate(tx.Write(key)) }, 0, true},
		{"deleted", set, func(tx *Tx) { tx.Delete(key) }, 0, true},
		{"delete of nothing", none, func(tx *Tx) { tx.Delete(key) }, 0, false},
		{"deadline set", set, func(tx *Tx) { tx.Expire(tx.Write(key), 1000) }, 0, true},
		{"deadline removed", dying, func(tx *Tx) { tx.Persist(tx.Write(key)) }, 0, true},
		{"no deadline to remove", set, func(tx *Tx) { tx.Persist(tx.Write(key)) }, 0, false},
		{"taken", set, func(tx *Tx) { tx.Take(key) }, 0, true},
		{"given", none, func(tx *Tx) { tx.setText("o", "1"); tx.Give(key, tx.Take([]byte("o"))) }, 0, true},
		{"another key", set, func(tx *Tx) { tx.setText("other", "1") }, 0, false},
		{"another database", set, in(1, set), 0, false},

		{"died", dying, none, 10, true},
		{"died and was found", dying, look, 10, true},
		{"not dead yet", dying, look, 9, false},
		{"dead before", dead, none, 0, false},
		{"dead before and found", dead, look, 0, false},
		{"dead before, then made anew", dead, set, 0, true},
		{"dead before, found, made anew", dead, both(look, set), 0, true},
		{"dead before, found, made with a deadline that passes", dead, both(look, dying), 0, true},

		{"flush", set, flush, 0, true},
		{"flush of all", set, func(tx *Tx) { tx.Flush(-1) }, 0, true},
		{"flush without the key", none, flush, 0, false},
		{"flush of another database", set, func(tx *Tx) { tx.Flush(1) }, 0, false},
		{"flush of the dead", dead, flush, 0, false},
		{"flush of the dead, then made anew", dead, both(flush, set), 0, true},

		{"swap away", set, swap, 0, true},
		{"swap in", in(1, set), swap, 0, true},
		{"swap of two", both(set, in(1, set)), swap, 0, true},
		{"swap without the key", none, swap, 0, false},
		{"swap of others", set, func(tx *Tx) { tx.Swap(1, 2) }, 0, false},
		{"swap of the dead for nothing", dead, swap, 0, false},
		{"swap of nothing for the dead", in(1, dead), swap, 0, false},
		{"swap of the dead for the dead", both(dead, in(1, dead)), swap, 0, false},
		{"swap of the dead for the living", both(dead, in(1, set)), swap, 0, true},
		{"swap of the living for the dead", both(set, in(1, dead)), swap, 0, true},
		{"swap of nothing for the dead, then found", in(1, dead), both(swap, look), 0, false},
		{"swap of nothing for the dead, then made anew", in(1, dead), both(swap, set), 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{})
			var w Watch
			s.alone(1, c.before)
			s.unit(0, watchTime, func(tx *Tx) { tx.Watch(&w, key); tx.Watch(&w, key) })
			require.Equal(t, 1, w.Len())
			s.alone(watchTime+c.later, c.after)
			s.alone(watchTime+c.later, func(tx *Tx) { require.Equal(t, c.touched, tx.Touched(&w)) })
			s.check(t)

			s.Unwatch(&w)
			require.True(t, w.Empty())
			s.alone(watchTime+c.later, func(tx *Tx) {
				tx.setText("k", "2")
				require.False(t, tx.Touched(&w))
			})
			for i := range s.shards {
				require.Empty(t, s.shards[i].watchers)
			}
		})
	}
}

func TestActiveExpiryTouches(t *testing.T) {
	s := New(Options{})
	var alive, dead Watch
	s.unit(0, 1, func(tx *Tx) { tx.Expire(tx.setText("k", "1"), watchTime) })
	s.unit(0, watchTime-1, func(tx *Tx) { tx.Watch(&alive, []byte("k")) })
	s.unit(0, watchTime, func(tx *Tx) { tx.Watch(&dead, []byte("k")) })
	var tx Tx
	s.ExpireDue(&tx, watchTime)
	s.alone(watchTime, func(tx *Tx) {
		require.True(t, tx.Touched(&alive))
		require.False(t, tx.Touched(&dead))
		tx.setText("k", "2")
		require.True(t, tx.Touched(&dead))
	})
}
