package store

// Tracker is told of changes, for clients that keep copies of values.
type Tracker interface {
	// KeyChanged says that a key has changed, or is gone, by the doing of a client; its number is 0 where it was no client's, as
	// when the key's time had come. The key's shard is locked, and its bytes are good until the method returns. What it makes
	// of that for others must not leave before the unit ends: Tx.AtEnd.
	KeyChanged(tx *Tx, key []byte, client uint64)
	// AllChanged says that any key may have changed. The unit is exclusive.
	AllChanged(tx *Tx)
}

// Track adds n to the number of things for whose sake the Tracker wants to know of changes in a shard. The unit must hold it.
func (tx *Tx) Track(shard, n int) {
	sh := &tx.st.shards[shard]
	sh.tracked += n
	sh.countAttention()
}

// TrackAll is Track for every shard. The caller must hold no shard, or all of them by exclusive mode.
func (s *Store) TrackAll(n int) {
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		sh.tracked += n
		sh.countAttention()
		sh.mu.Unlock()
	}
}

// tellTracker tells of a key. Data that are loaded are no changes.
func (tx *Tx) tellTracker(sh *shard, key []byte, client uint64) {
	if sh.tracked != 0 && !tx.Loading {
		tx.st.opt.Tracker.KeyChanged(tx, key, client)
	}
}

func (tx *Tx) tellTrackerOfAll() {
	if tx.st.opt.Tracker != nil {
		tx.st.opt.Tracker.AllChanged(tx)
	}
}
