package store

// CopyInto puts copies of all keys of all databases into another store, which is empty. Both units must be exclusive. It takes
// about as long as it took to store them.
func (tx *Tx) CopyInto(to *Tx) {
	db := tx.db
	defer tx.Select(db)
	for n := range min(tx.st.Databases(), to.st.Databases()) {
		tx.Select(n)
		to.Select(n)
		tx.Each(func(e *Entry) bool {
			v := e.Clone()
			v.access = e.header().access
			to.Give(e.keyBytes(), v)
			return true
		})
	}
	to.dirty, to.changes = 0, 0 // nothing has changed: that is how it was
}
