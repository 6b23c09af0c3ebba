package store

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func (s *Store) setWithDeadline(db int, now int64, key string, at int64) {
	s.unit(db, now, func(tx *Tx) { tx.Expire(tx.setText(key, "x"), at) })
}

// exists looks without removing.
func (s *Store) exists(db int, key string) bool {
	sh := &s.shards[ShardOf([]byte(key))]
	return sh.peek(db, key) != nil
}

func TestActiveExpiryIsExact(t *testing.T) {
	j := &journal{t: t}
	s := New(Options{Journal: j})
	s.setWithDeadline(0, 1, "a", 1000)
	s.setWithDeadline(2, 1, "b", 1001)
	s.unit(0, 1, func(tx *Tx) { tx.setText("stays", "x") })
	s.ResetDirty()
	var tx Tx
	now := int64(1)
	for { // as one who sleeps until the time that he was told
		next := s.ExpireDue(&tx, now)
		require.Greater(t, next, now)
		if next > 1000 {
			break
		}
		require.True(t, s.exists(0, "a"))
		now = next
	}
	require.EqualValues(t, 1000, now)
	require.False(t, s.exists(0, "a"))
	require.True(t, s.exists(2, "b"))
	require.Equal(t, []string{"0: DEL a :0"}, j.take())
	require.EqualValues(t, maxTime, s.ExpireDue(&tx, 1001))
	require.Equal(t, []string{"2: DEL b :2"}, j.take())
	require.True(t, s.exists(0, "stays"))
	require.Equal(t, Stats{Expired: 2, ExpiredActive: 2}, s.Stats())
	require.Zero(t, s.Dirty(), "the death of a key is no change that a save waits for")
	s.check(t)
}

func TestLazyExpiry(t *testing.T) {
	j := &journal{t: t}
	s := New(Options{Journal: j})
	s.setWithDeadline(0, 1, "a", 10)
	look := func(now int64) (found bool) {
		s.unit(0, now, func(tx *Tx) { found = tx.Read([]byte("a")) != nil })
		return found
	}
	require.True(t, look(9))
	require.False(t, look(10))
	require.Equal(t, []string{"0: DEL a :0"}, j.take())
	require.False(t, look(10))
	require.Empty(t, j.take())
	require.Equal(t, Stats{Hits: 1, Misses: 2, Expired: 1}, s.Stats())
	s.check(t)
}

func TestDeadlinesThatChange(t *testing.T) {
	s := New(Options{})
	for _, key := range []string{"shorter", "longer", "none", "overwritten", "deleted", "kept"} {
		s.setWithDeadline(0, 1, key, 100)
	}
	s.unit(0, 1, func(tx *Tx) {
		tx.Expire(tx.Write([]byte("shorter")), 50)
		tx.Expire(tx.Write([]byte("longer")), 200)
		tx.Persist(tx.Write([]byte("none")))
		tx.setText("overwritten", "y")
		tx.Delete([]byte("deleted"))
		tx.SetString([]byte("kept"), []byte("y"), true)
	})
	s.check(t)
	var tx Tx
	gone := map[int64][]string{49: {}, 50: {"shorter"}, 99: {"shorter"}, 100: {"shorter", "kept"}, 200: {"shorter", "kept", "longer"},
		maxTime - 1: {"shorter", "kept", "longer"}}
	for _, now := range []int64{49, 50, 99, 100, 200, maxTime - 1} {
		s.ExpireDue(&tx, now)
		for _, key := range []string{"shorter", "longer", "none", "overwritten", "kept"} {
			require.Equal(t, !slices.Contains(gone[now], key), s.exists(0, key), "%s at %d", key, now)
		}
	}
	s.check(t)
}

func TestManyAtOnceInManyDatabases(t *testing.T) {
	const n = 30_000
	j := &journal{t: t}
	s := New(Options{Journal: j})
	s.unit(0, 1, func(tx *Tx) {
		for i := range n {
			tx.Select(i % 3)
			tx.Expire(tx.setText("k"+strconv.Itoa(i), "x"), 1000+int64(i%10))
		}
	})
	var tx Tx
	require.EqualValues(t, maxTime, s.ExpireDue(&tx, 1_000_000))
	require.EqualValues(t, n, s.Stats().ExpiredActive)
	require.Greater(t, len(j.take()), NumShards, "a shard's lock is given back in between")
	s.check(t)
}

func TestSwitchingActiveExpiryOffAndOn(t *testing.T) {
	s := New(Options{})
	s.SetActiveExpire(false)
	s.setWithDeadline(0, 1, "a", 10)
	var tx Tx
	require.EqualValues(t, maxTime, s.ExpireDue(&tx, 20))
	require.True(t, s.exists(0, "a"))
	woken := int64(-1)
	s.OnDeadline(func(at int64) { woken = at })
	s.SetActiveExpire(true)
	s.ResumeExpire()
	require.Zero(t, woken)
	s.ExpireDue(&tx, 20)
	require.False(t, s.exists(0, "a"))
}

func TestOnDeadlineTellsEarlierOnesOnly(t *testing.T) {
	s := New(Options{})
	var told []int64
	s.OnDeadline(func(at int64) { told = append(told, at) })
	for _, at := range []int64{1000, 2000, 500, 500, 600, -3} {
		s.setWithDeadline(0, 1, "a", at) // one key, one shard
	}
	require.Equal(t, []int64{1000, 500, 1}, told)
}

func TestDeadlinesMoveWithTheirDatabase(t *testing.T) {
	s := New(Options{})
	s.setWithDeadline(0, 1, "a", 10)
	s.setWithDeadline(5, 1, "b", 20)
	s.alone(1, func(tx *Tx) { tx.Swap(0, 5) })
	s.check(t)
	var tx Tx
	s.ExpireDue(&tx, 10)
	require.False(t, s.exists(5, "a"))
	require.True(t, s.exists(0, "b"))
	s.alone(11, func(tx *Tx) { require.Equal(t, 1, tx.Flush(-1)) })
	require.EqualValues(t, maxTime, s.ExpireDue(&tx, 20))
	require.EqualValues(t, 1, s.Stats().Expired)
}

func TestTimeThatGoesBack(t *testing.T) {
	s := New(Options{})
	s.setWithDeadline(0, 1_000_000, "late", 1_500_000)
	var tx Tx
	s.ExpireDue(&tx, 1_400_000)
	s.setWithDeadline(0, 1000, "early", 2000)
	require.Greater(t, s.ExpireDue(&tx, 1999), int64(1999))
	require.True(t, s.exists(0, "early"))
	s.ExpireDue(&tx, 2000)
	require.False(t, s.exists(0, "early"))
	require.True(t, s.exists(0, "late"))
	s.check(t)
}

func TestLoadingKeepsTheDead(t *testing.T) {
	j := &journal{t: t}
	s := New(Options{Journal: j})
	load := Tx{Loading: true}
	s.Begin(&load, 0, Mode{Exclusive: true}, 0)
	load.SetTime(1000)
	load.Expire(load.setText("a", "x"), 10)
	require.NotNil(t, load.Peek([]byte("a")))
	load.Scan(uint64(ShardOf([]byte("a"))), func(e *Entry) { require.Equal(t, "a", e.Key()) })
	load.Delete([]byte("a"))
	load.Expire(load.setText("b", "x"), 10)
	load.End()
	require.Empty(t, j.take())
	var tx Tx
	s.ExpireDue(&tx, 1000)
	require.Equal(t, []string{"0: DEL b :0"}, j.take())
}
