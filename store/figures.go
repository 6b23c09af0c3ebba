package store

// Figures of the whole store for INFO.

// WatchedKeys is the number of keys that somebody watches. The unit must be exclusive.
func (tx *Tx) WatchedKeys() (n int) {
	for i := range tx.st.shards {
		n += len(tx.st.shards[i].watchers)
	}
	return n
}

// UsedDatabases is one more than the highest number of a database that was ever used. The unit must be exclusive.
func (tx *Tx) UsedDatabases() (n int) {
	for i := range tx.st.shards {
		n = max(n, len(tx.st.shards[i].dbs))
	}
	return n
}
