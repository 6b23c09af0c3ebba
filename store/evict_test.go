package store

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// evictAll evicts n keys of database 0, and returns the names of those that are left.
func evictAll(t *testing.T, s *Store, policy EvictionPolicy, now int64, n int) map[string]bool {
	v := s.NewEvictor()
	for range n {
		freed, ok := v.Evict(policy, now)
		require.True(t, ok)
		require.Positive(t, freed)
	}
	left := map[string]bool{}
	s.unit(0, now, func(tx *Tx) { tx.Each(func(e *Entry) bool { left[e.Key()] = true; return true }) })
	return left
}

// Of keys of different ages, uses or deadlines those go that should go first, with few exceptions.
func TestEvictionOrder(t *testing.T) {
	const keys, evicted, start = 2000, 1000, int64(1_000_000)
	for what, tc := range map[string]struct {
		order    EvictionOrder
		volatile bool
		make     func(tx *Tx, e *Entry, i int) // the higher i, the later it should go
		wrong    int                           // how many of the last quarter may go
	}{
		"lru": {order: LeastRecent, make: func(tx *Tx, e *Entry, i int) { tx.SetAccess(e, int64(keys-i), -1) }, wrong: 25},
		"lfu": {order: LeastFrequent, make: func(tx *Tx, e *Entry, i int) { tx.SetAccess(e, -1, int64(i*250/keys)) }, wrong: 25},
		"ttl": {order: Soonest, volatile: true, make: func(tx *Tx, e *Entry, i int) { tx.Expire(e, start+1000+int64(i)*100) }, wrong: 25},
		"volatile lru": {order: LeastRecent, volatile: true, make: func(tx *Tx, e *Entry, i int) {
			tx.SetAccess(e, int64(keys-i), -1)
			tx.Expire(e, start+1_000_000)
		}, wrong: 25},
		"random": {order: AnyOrder, make: func(*Tx, *Entry, int) {}, wrong: keys / 4 * 2 / 3},
	} {
		t.Run(what, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(1, 2))
			s := New(Options{Rand: rnd.Uint64N})
			s.SetLFU(tc.order == LeastFrequent, 10, 1)
			s.unit(0, start, func(tx *Tx) {
				for i := range keys {
					tc.make(tx, tx.setText(fmt.Sprint("key:", i), "x"), i)
				}
				tx.setText("for good", "x")
			})
			policy := EvictionPolicy{Order: tc.order, Volatile: tc.volatile, Samples: 5}
			left := evictAll(t, s, policy, start, evicted)
			require.Len(t, left, keys+1-evicted)
			wrong := 0
			for i := keys * 3 / 4; i < keys; i++ {
				if !left[fmt.Sprint("key:", i)] {
					wrong++
				}
			}
			require.LessOrEqual(t, wrong, tc.wrong)
			require.EqualValues(t, evicted, s.Stats().Evicted)
			if tc.volatile {
				left = evictAll(t, s, policy, start, keys-evicted)
				require.Equal(t, map[string]bool{"for good": true}, left)
				_, ok := s.NewEvictor().Evict(policy, start)
				require.False(t, ok, "the last one must stay")
			}
		})
	}
}

// Few keys with a deadline among many without are found, in whatever database.
func TestEvictionFindsTheFewVolatile(t *testing.T) {
	s := New(Options{})
	s.unit(0, 1, func(tx *Tx) {
		for i := range 5000 {
			tx.setText(fmt.Sprint("key:", i), "x")
		}
	})
	s.setWithDeadline(3, 1, "a", 1000)
	s.setWithDeadline(9, 1, "b", 100_000)
	for _, order := range []EvictionOrder{LeastRecent, Soonest} {
		_, ok := s.NewEvictor().Evict(EvictionPolicy{Order: order, Volatile: true, Samples: 5}, 1)
		require.True(t, ok)
	}
	require.False(t, s.exists(3, "a"))
	require.False(t, s.exists(9, "b"))
}

// What is evicted is logged as DEL, told to who watches, and counted; a key whose time has come goes as such.
func TestEvictionIsTold(t *testing.T) {
	j := &journal{t: t}
	var told []string
	s := New(Options{Journal: j, Notify: func(tx *Tx, class Event, event string, key []byte) {
		told = append(told, fmt.Sprint(tx.DB(), " ", event, " ", string(key)))
	}})
	s.SetEvents(EventEvicted | EventExpired)
	s.unit(2, 1, func(tx *Tx) { tx.setText("a", "x") })
	s.setWithDeadline(2, 1, "dead", 50)
	var w Watch
	s.unit(2, 1, func(tx *Tx) { tx.Watch(&w, []byte("a")) })
	v, policy := s.NewEvictor(), EvictionPolicy{Samples: 5}
	for range 2 {
		_, ok := v.Evict(policy, 100)
		require.True(t, ok)
	}
	_, ok := v.Evict(policy, 100)
	require.False(t, ok)
	require.ElementsMatch(t, []string{"2 evicted a", "2 expired dead"}, told)
	require.ElementsMatch(t, []string{"2: DEL a :2", "2: DEL dead :2"}, j.take())
	require.True(t, w.Dirty())
	require.EqualValues(t, 1, s.Stats().Evicted)
	require.EqualValues(t, 1, s.Stats().Expired)
}

// A key that was used since it was looked at, or that is gone, is no surprise.
func TestEvictionOfWhatIsGone(t *testing.T) {
	s := New(Options{})
	v, policy := s.NewEvictor(), EvictionPolicy{Samples: 64}
	names := strings.Fields("a b c d e f g h i j k l m n o p q r s t")
	s.unit(0, 1, func(tx *Tx) {
		for _, n := range names {
			tx.setText(n, "x")
		}
	})
	_, ok := v.Evict(policy, 1) // it remembers others
	require.True(t, ok)
	s.alone(1, func(tx *Tx) { tx.Flush(-1) })
	_, ok = v.Evict(policy, 1)
	require.False(t, ok)
}
