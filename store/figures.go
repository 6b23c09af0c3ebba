package store

// Figures of the whole store for INFO.

import "github.com/miniredisd/miniredisd/store/ds/arena"

// WatchedKeys is the number of keys that somebody watches. The unit must be exclusive.
func (tx *Tx) WatchedKeys() (n int) {
	for i := range tx.st.shards {
		n += len(tx.st.shards[i].watchers)
	}
	return n
}

// Memory is what records and hash tables occupy in arenas. The unit must be exclusive.
func (tx *Tx) Memory() (sum arena.Account) {
	for i := range tx.st.shards {
		tx.st.shards[i].addMemory(&sum)
	}
	return sum
}

// Memory is Tx.Memory for those who are in no unit; it takes the shards one after the other.
func (s *Store) Memory() (sum arena.Account) {
	for i := range s.shards {
		s.gate.Enter(uint64(i))
		s.shards[i].addMemoryLocked(&sum)
		s.gate.Leave(uint64(i))
	}
	return sum
}

// MemoryUnlessBusy is Memory, but does not wait for a busy unit (see Gate). False: there is one. slot is that of Begin.
func (s *Store) MemoryUnlessBusy(slot uint64) (sum arena.Account, ok bool) {
	if !s.gate.EnterUnlessBusy(slot) {
		return sum, false
	}
	defer s.gate.Leave(slot)
	for i := range s.shards {
		s.shards[i].addMemoryLocked(&sum)
	}
	return sum, true
}

// addMemoryLocked is addMemory under the shard's lock, which it takes.
func (sh *shard) addMemoryLocked(sum *arena.Account) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.addMemory(sum)
}

func (sh *shard) addMemory(sum *arena.Account) {
	for _, ks := range sh.dbs {
		if ks != nil {
			a := ks.arena.Account()
			sum.Blocks += a.Blocks
			sum.Allocated += a.Allocated
			sum.Held += a.Held
		}
	}
}

// UsedDatabases is one more than the highest number of a database that was ever used. The unit must be exclusive.
func (tx *Tx) UsedDatabases() (n int) {
	for i := range tx.st.shards {
		n = max(n, len(tx.st.shards[i].dbs))
	}
	return n
}
