package store

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func numbered(from, to int) (keys [][]byte) {
	for i := from; i < to; i++ {
		keys = append(keys, []byte("key"+strconv.Itoa(i)))
	}
	return keys
}

func TestPrefetchReadsWhatIsThere(t *testing.T) {
	s := New(Options{})
	var tx Tx
	s.Begin(&tx, 3, Mode{Locks: AllShards}, 0)
	for _, key := range numbered(0, 1000) {
		tx.SetString(key, make([]byte, 64), false)
	}
	tx.End()
	found := func(db int, keys [][]byte, locked LockSet) int {
		hashes := make([]uint64, len(keys))
		for i, key := range keys {
			hashes[i] = tx.hash(key)
		}
		return s.prefetch(db, hashes, locked)
	}
	require.Equal(t, PrefetchKeys, found(3, numbered(0, PrefetchKeys), AllShards))
	require.Less(t, found(3, numbered(2000, 2000+PrefetchKeys), AllShards), PrefetchKeys, "keys that are not there")
	require.Zero(t, found(0, numbered(0, PrefetchKeys), AllShards), "a database that was never used")
	require.Zero(t, found(3, numbered(0, PrefetchKeys), 0), "locked by others")
	one := LockSet(0).Add([]byte("key7"))
	require.Positive(t, found(3, numbered(0, PrefetchKeys), one))
	require.Less(t, found(3, numbered(0, PrefetchKeys), one), PrefetchKeys)
}

// Locked shards are left out, and the locks are given back. More keys than it looks at, equal ones and long ones do no harm.
func TestPrefetchWaitsForNoShard(t *testing.T) {
	s := New(Options{})
	var tx, other Tx
	keys := append(numbered(0, 40), nil, make([]byte, 10*maxPrefetched), []byte("key1"), []byte("key1"))
	s.Begin(&tx, 0, Mode{Locks: AllShards}, 0)
	for _, key := range keys {
		tx.SetString(key, key, false)
	}
	s.Prefetch(0, keys, 1)
	tx.End()
	for len(keys) > 0 {
		s.Prefetch(0, keys, 1)
		keys = keys[1:]
	}
	s.Begin(&other, 0, Mode{Exclusive: true}, 2)
	other.End()
	s.Begin(&other, 0, Mode{Locks: AllShards}, 2)
	other.End()
}
