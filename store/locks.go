package store

import "math/bits"

// LockSet is a set of shards, a bit each. Walking its bits from the lowest up is the order in which shards are locked;
// everybody keeps to it, so nobody waits in a circle.
type LockSet uint64

// AllShards is the set of every shard.
const AllShards = ^LockSet(0)

// Add returns the set with the shard of key in it.
func (l LockSet) Add(key []byte) LockSet { return l | 1<<ShardOf(key) }

// Has reports whether shard i is in the set.
func (l LockSet) Has(i int) bool { return l&(1<<i) != 0 }

// lock takes the locks of a set, and reports whether it has waited for one.
func (s *Store) lock(set LockSet) (waited bool) {
	for set != 0 {
		i := bits.TrailingZeros64(uint64(set))
		if mu := &s.shards[i].mu; !mu.TryLock() {
			mu.Lock()
			waited = true
		}
		set &= set - 1
	}
	return waited
}

func (s *Store) unlock(set LockSet) {
	for set != 0 {
		i := bits.TrailingZeros64(uint64(set))
		s.shards[i].mu.Unlock()
		set &= set - 1
	}
}
