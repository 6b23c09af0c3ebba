// Package tracking is the server's part of client-side caching: it knows which clients keep copies of which values, and tells
// them when these are good no more. A client either reads keys, and is then told once of the next change of each (table.go);
// or it names prefixes, and is told of every change of a key that begins with one of them (broadcast.go).
//
// A Registry is all of it for one server, and the store's Tracker. What a client has asked for is its Client, which exists
// from its first CLIENT TRACKING on. Messages go into the queues of package pubsub. A key is known by its name alone,
// whatever its database, as in Redis.
//
// Locks: the table is cut like the store, and guarded by the locks of the store's shards, so that a client that reads a key is
// noted in the unit that reads it, and no change can come in between. Clients and prefixes have the registry's own lock, which
// comes after those of shards; nothing is taken under it.
package tracking

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/pubsub"
	"github.com/miniredisd/miniredisd/store"
)

// Registry knows who tracks what. The zero value is ready.
type Registry struct {
	limit atomic.Int64 // of keys in the table; 0: none
	keys  atomic.Int64 // in the table
	bytes atomic.Int64 // of memory that the table takes
	parts [store.NumShards]part

	broadcasts atomic.Int64 // prefixes; where there are none, a change costs one look at this

	mu       sync.Mutex // guards what follows
	clients  []*Client  // those that track, by their numbers
	prefixes []*prefix  // by their names
	batches  map[*store.Tx]batch
}

// Client is one that tracks, or did. Its own commands alone, inside the store's gate, change it. The table may know it for
// long after its connection has ended: so it holds on to nothing of that then.
type Client struct {
	id       uint64
	mode     atomic.Pointer[mode] // nil: it does not track
	prefixes []*prefix            // by their names

	// Caching is set between CLIENT CACHING and the command that it is about.
	Caching bool
}

// Options are what CLIENT TRACKING asks for.
type Options struct {
	// Redirect is the number of the client that gets the messages, and To its queue; 0 for the client itself.
	Redirect uint64
	To       *pubsub.Client
	// Broadcast: prefixes instead of keys that were read; none is all keys.
	Broadcast bool
	Prefixes  []string
	// OptIn: only keys of commands for which CLIENT CACHING YES says so. OptOut: all but those with CLIENT CACHING NO.
	OptIn, OptOut bool
	// NoLoop: not what the client has changed itself.
	NoLoop bool
}

// mode is how a client tracks. It never changes, but for broken.
type mode struct {
	Options
	id     uint64
	own    *pubsub.Client
	broken atomic.Bool // a message could not be redirected
}

// NewClient is a client that does not track yet, by its number.
func NewClient(id uint64) *Client { return &Client{id: id} }

// Options returns how c tracks; false: it does not. c may be nil.
func (c *Client) Options() (Options, bool) {
	if c == nil {
		return Options{}, false
	}
	m := c.mode.Load()
	if m == nil {
		return Options{}, false
	}
	return m.Options, true
}

// Broken reports whether a message could not be redirected because the other client is gone. c may be nil.
func (c *Client) Broken() bool {
	if c == nil {
		return false
	}
	m := c.mode.Load()
	return m != nil && m.broken.Load()
}

// Prefixes lists the prefixes of c, sorted. c may be nil.
func (c *Client) Prefixes() (names []string) {
	if c != nil {
		for _, p := range c.prefixes {
			names = append(names, p.name)
		}
	}
	return names
}

// Memory is what the prefixes of c take, in bytes. c may be nil.
func (c *Client) Memory() (n int) {
	for _, name := range c.Prefixes() {
		n += prefixMemory + len(name)
	}
	return n
}

// prefixMemory is what a prefix takes beside its name, in bytes.
const prefixMemory = 64

// On makes c track, or track otherwise; prefixes that it has already stay. own is its own queue. The unit must be exclusive.
func (r *Registry) On(tx *store.Tx, c *Client, own *pubsub.Client, opt Options) {
	r.mu.Lock()
	if i, found := slices.BinarySearchFunc(r.clients, c, byID); !found {
		r.clients = slices.Insert(r.clients, i, c)
	}
	before := len(r.prefixes)
	if opt.Broadcast {
		r.subscribe(c, opt.Prefixes)
	}
	after := len(r.prefixes)
	r.mu.Unlock()
	r.attend(tx.Store(), before, after)
	c.mode.Store(&mode{Options: opt, id: c.id, own: own})
}

// Off makes c track no more, if it does; it may be nil. What the table knows of it goes by and by. The caller must be inside the
// gate and hold no shard, or be alone.
func (r *Registry) Off(st *store.Store, c *Client) {
	if c == nil || c.mode.Load() == nil {
		return
	}
	c.mode.Store(nil)
	c.Caching = false
	r.mu.Lock()
	if i, found := slices.BinarySearchFunc(r.clients, c, byID); found {
		r.clients = slices.Delete(r.clients, i, i+1)
	}
	before := len(r.prefixes)
	r.unsubscribe(c)
	after := len(r.prefixes)
	r.mu.Unlock()
	r.attend(st, before, after)
}

func byID(a, b *Client) int { return cmp.Compare(a.id, b.id) }

// Figures are what INFO says.
type Figures struct {
	Clients  int   // that track
	Keys     int64 // in the table
	Items    int   // clients of keys in the table
	Prefixes int
}

// Figures counts. The unit must be exclusive.
func (r *Registry) Figures() Figures {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := Figures{Clients: len(r.clients), Keys: r.keys.Load(), Prefixes: len(r.prefixes)}
	for i := range r.parts {
		f.Items += r.parts[i].items
	}
	return f
}
