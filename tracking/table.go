package tracking

// The table: which clients have read which keys. An entry is good for one message: who wants another one reads again.

import (
	"slices"

	"github.com/miniredisd/miniredisd/store"
)

// part is the keys of one shard, guarded by the shard's lock. Clients that track no more are still there.
type part struct {
	readers map[string][]*Client // by key; each list in the order of the clients' numbers
	items   int                  // the lengths of all lists
	bytes   int                  // of memory, about
}

// What a key of the table takes beside its name, and a reader of it, in bytes.
const (
	keyMemory    = 80
	readerMemory = 8
)

// weigh counts memory that has come, or has gone.
func (r *Registry) weigh(p *part, bytes int) {
	p.bytes += bytes
	r.bytes.Add(int64(bytes))
}

// Memory is about what the table takes, in bytes.
func (r *Registry) Memory() int64 { return r.bytes.Load() }

// Remembers reports whether the keys that a command reads now are to be noted for c.
func (c *Client) Remembers() bool {
	m := c.mode.Load()
	return m != nil && !m.Broadcast && !(m.OptIn && !c.Caching) && !(m.OptOut && c.Caching)
}

// Remember notes that c has read key. The unit must hold the key's shard. When the table is full, another key of that shard
// goes instead, or this one at once if it is the only one, as if it had changed.
func (r *Registry) Remember(tx *store.Tx, c *Client, key []byte) {
	shard := store.ShardOf(key)
	p := &r.parts[shard]
	readers, known := p.readers[string(key)]
	i, found := slices.BinarySearchFunc(readers, c, byID)
	if found {
		return
	}
	if p.readers == nil {
		p.readers = map[string][]*Client{}
	}
	p.readers[string(key)] = slices.Insert(readers, i, c)
	p.items++
	r.weigh(p, readerMemory)
	if known {
		return
	}
	r.weigh(p, keyMemory+len(key))
	tx.Track(shard, 1)
	r.keys.Add(1)
	for r.full() && r.evict(tx, shard, key) {
	}
}

// full reports whether there are too many keys in the table.
func (r *Registry) full() bool {
	limit := r.limit.Load()
	return limit > 0 && r.keys.Load() > limit
}

// evict takes any key of a shard out of the table, spared only if there is no other. False: there was none.
func (r *Registry) evict(tx *store.Tx, shard int, spared []byte) bool {
	p := &r.parts[shard]
	if len(p.readers) == 0 {
		return false
	}
	victim := spared
	for key := range p.readers { // the order is random
		if victim = []byte(key); key != string(spared) {
			break
		}
	}
	r.tell(tx, victim, r.take(tx, shard, victim), 0)
	return true
}

// SetLimit sets how many keys the table may hold, 0 for any number. It returns whether there are more now, and Shrink is
// to be called.
func (r *Registry) SetLimit(keys int64) (full bool) {
	r.limit.Store(keys)
	return r.full()
}

// Shrink takes keys out of the table until there are no more than may be. The unit must be exclusive.
func (r *Registry) Shrink(tx *store.Tx) {
	for shard := range r.parts {
		for r.full() && r.evict(tx, shard, nil) {
		}
	}
}

// take takes a key out of the table and returns its readers.
func (r *Registry) take(tx *store.Tx, shard int, key []byte) []*Client {
	p := &r.parts[shard]
	readers, known := p.readers[string(key)]
	if !known {
		return nil
	}
	delete(p.readers, string(key))
	p.items -= len(readers)
	r.weigh(p, -keyMemory-len(key)-len(readers)*readerMemory)
	r.keys.Add(-1)
	tx.Track(shard, -1)
	return readers
}

// KeyChanged implements store.Tracker.
func (r *Registry) KeyChanged(tx *store.Tx, key []byte, client uint64) {
	if readers := r.take(tx, store.ShardOf(key), key); readers != nil {
		r.tell(tx, key, readers, tx.Client)
	}
	if r.broadcasts.Load() > 0 {
		r.note(tx, key, client)
	}
}

// tell sends a message about one key, when the unit ends, to those readers who still track so; not to the one with number by,
// if it wants to hear nothing of what it does itself.
func (r *Registry) tell(tx *store.Tx, key []byte, readers []*Client, by uint64) {
	var to []*mode
	for _, c := range readers {
		if m := c.mode.Load(); m != nil && !m.Broadcast && !(m.NoLoop && m.id == by) {
			to = append(to, m)
		}
	}
	if to == nil {
		return
	}
	msg := aboutKeys(string(key))
	tx.AtEnd(func() {
		for _, m := range to {
			m.send(msg)
		}
	})
}

// AllChanged implements store.Tracker: all who track are told that nothing is good any more, whatever they have read.
func (r *Registry) AllChanged(tx *store.Tx) {
	for shard := range r.parts {
		p := &r.parts[shard]
		tx.Track(shard, -len(p.readers))
		r.keys.Add(-int64(len(p.readers)))
		r.weigh(p, -p.bytes)
		*p = part{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.clients) == 0 {
		return
	}
	to := make([]*mode, 0, len(r.clients))
	for _, c := range r.clients {
		if m := c.mode.Load(); m != nil {
			to = append(to, m)
		}
	}
	tx.AtEnd(func() {
		msg := aboutAll()
		for _, m := range to {
			m.send(msg)
		}
	})
}
