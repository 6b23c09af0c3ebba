package tracking

// Broadcasting: clients that have named prefixes are told of every key that changes and begins with one of them. The keys
// that a unit changes are gathered, and go in one message for each prefix when it ends.

import (
	"maps"
	"slices"
	"strings"

	"github.com/miniredisd/miniredisd/store"
)

// prefix is one that somebody has named.
type prefix struct {
	name    string
	clients []*Client // by their numbers
}

// batch is the keys that a unit has changed, by the prefixes that they begin with; for each the number of the client that did
// it last, 0 for nobody.
type batch map[*prefix]map[string]uint64

// subscribe adds prefixes to those of c. r.mu is held.
func (r *Registry) subscribe(c *Client, names []string) {
	if len(names) == 0 {
		names = []string{""}
	}
	for _, name := range names {
		p := r.prefix(name)
		if i, found := slices.BinarySearchFunc(p.clients, c, byID); !found {
			p.clients = slices.Insert(p.clients, i, c)
		}
		if i, found := slices.BinarySearchFunc(c.prefixes, p.name, byName); !found {
			c.prefixes = slices.Insert(c.prefixes, i, p)
		}
	}
}

// prefix finds or makes one. r.mu is held.
func (r *Registry) prefix(name string) *prefix {
	i, found := slices.BinarySearchFunc(r.prefixes, name, byName)
	if !found {
		r.prefixes = slices.Insert(r.prefixes, i, &prefix{name: name})
	}
	return r.prefixes[i]
}

func byName(p *prefix, name string) int { return strings.Compare(p.name, name) }

// unsubscribe takes c off all its prefixes. r.mu is held.
func (r *Registry) unsubscribe(c *Client) {
	for _, p := range c.prefixes {
		if i, found := slices.BinarySearchFunc(p.clients, c, byID); found {
			p.clients = slices.Delete(p.clients, i, i+1)
		}
		if len(p.clients) == 0 {
			if i, found := slices.BinarySearchFunc(r.prefixes, p.name, byName); found {
				r.prefixes = slices.Delete(r.prefixes, i, i+1)
			}
		}
	}
	c.prefixes = nil
}

// attend follows a change of the number of prefixes: as long as there is one, every change of any key is of interest.
func (r *Registry) attend(st *store.Store, before, after int) {
	r.broadcasts.Add(int64(after - before))
	switch {
	case before == 0 && after > 0:
		st.TrackAll(1)
	case before > 0 && after == 0:
		st.TrackAll(-1)
	}
}

// note adds a key that has changed to the unit's batch.
func (r *Registry) note(tx *store.Tx, key []byte, client uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.prefixes {
		if len(key) < len(p.name) || string(key[:len(p.name)]) != p.name {
			continue
		}
		b := r.batches[tx]
		if b == nil {
			if r.batches == nil {
				r.batches = map[*store.Tx]batch{}
			}
			b = batch{}
			r.batches[tx] = b
			tx.AtEnd(func() { r.broadcast(tx) })
		}
		if b[p] == nil {
			b[p] = map[string]uint64{}
		}
		b[p][string(key)] = client
	}
}

// broadcast sends the unit's batch.
func (r *Registry) broadcast(tx *store.Tx) {
	type delivery struct {
		keys map[string]uint64
		to   []*Client
	}
	r.mu.Lock()
	b := r.batches[tx]
	delete(r.batches, tx)
	var deliveries []delivery
	for _, p := range r.prefixes {
		if keys := b[p]; keys != nil {
			deliveries = append(deliveries, delivery{keys, slices.Clone(p.clients)})
		}
	}
	r.mu.Unlock()
	for _, d := range deliveries {
		keys := slices.Sorted(maps.Keys(d.keys))
		all := aboutKeys(keys...)
		for _, c := range d.to {
			if m := c.mode.Load(); m != nil {
				m.sendBatch(all, keys, d.keys)
			}
		}
	}
}

// sendBatch sends msg, which is about keys, or one about those of them that others have changed.
func (m *mode) sendBatch(msg *message, keys []string, by map[string]uint64) {
	if m.NoLoop {
		others := make([]string, 0, len(keys))
		for _, key := range keys {
			if by[key] != m.id {
				others = append(others, key)
			}
		}
		switch len(others) {
		case 0:
			return
		case len(keys):
		default:
			msg = aboutKeys(others...)
		}
	}
	m.send(msg)
}
