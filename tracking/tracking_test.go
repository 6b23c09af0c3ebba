package tracking

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/pubsub"
	"github.com/miniredisd/miniredisd/store"
)

// world is a store with its registry.
type world struct {
	Registry
	st *store.Store
}

func newWorld() *world {
	w := new(world)
	w.st = store.New(store.Options{Tracker: &w.Registry})
	return w
}

// unit runs f alone in the store, for the client with a number.
func (w *world) unit(client uint64, f func(tx *store.Tx)) {
	tx := store.Tx{Client: client}
	w.st.Begin(&tx, 0, store.Mode{Exclusive: true}, client)
	f(&tx)
	tx.End()
}

// change sets keys in one unit.
func (w *world) change(client uint64, keys ...string) {
	w.unit(client, func(tx *store.Tx) {
		for _, key := range keys {
			tx.SetString([]byte(key), []byte("v"), false)
		}
	})
}

// peer is a client with its queue.
type peer struct {
	*Client
	w     *world
	queue pubsub.Client
	size  atomic.Int64
}

func (w *world) peer(id uint64) *peer {
	p := &peer{Client: NewClient(id), w: w}
	p.queue.Open(&p.size, func(bool) {})
	return p
}

func (p *peer) on(opt Options) {
	p.w.unit(p.id, func(tx *store.Tx) { p.w.On(tx, p.Client, &p.queue, opt) })
}

func (p *peer) off() { p.w.Off(p.w.st, p.Client) }

// reads notes that p has read keys, as the server does for a command.
func (p *peer) reads(keys ...string) {
	p.w.unit(p.id, func(tx *store.Tx) {
		for _, key := range keys {
			if p.Remembers() {
				p.w.Remember(tx, p.Client, []byte(key))
			}
		}
	})
}

var lengths = regexp.MustCompile(`[$>*]\d+ `)

// gets takes what waits for p and shows the words of it.
func (p *peer) gets(proto int) string {
	out := strings.ReplaceAll(string(p.queue.Take(nil, proto, math.MaxInt)), "\r\n", " ")
	return strings.TrimSpace(lengths.ReplaceAllString(out, ""))
}

func TestOneMessageForEachRead(t *testing.T) {
	w := newWorld()
	a, b := w.peer(1), w.peer(2)
	a.reads("k")
	require.Zero(t, w.Figures()) // it does not track
	a.on(Options{})
	b.on(Options{NoLoop: true})
	a.reads("k", "l", "k")
	b.reads("k")
	b.reads("k")
	require.Equal(t, Figures{Clients: 2, Keys: 2, Items: 3}, w.Figures())
	w.change(2, "k", "x")
	require.Equal(t, "invalidate k", a.gets(3))
	require.Empty(t, b.gets(3))
	w.change(1, "k", "l")
	require.Equal(t, "invalidate l", a.gets(3))
	require.Equal(t, Figures{Clients: 2}, w.Figures())

	a.reads("k")
	a.off()
	a.off()
	require.Equal(t, Figures{Clients: 1, Keys: 1, Items: 1}, w.Figures())
	w.change(2, "k")
	require.Empty(t, a.gets(3))
	w.Off(w.st, nil)
	b.off()
	require.Zero(t, w.Figures())
}

// What is read after a change of the same unit is noted anew.
func TestReadAfterChange(t *testing.T) {
	w := newWorld()
	p := w.peer(1)
	p.on(Options{NoLoop: true})
	w.unit(1, func(tx *store.Tx) {
		key := []byte("k")
		w.Remember(tx, p.Client, key)
		tx.SetString(key, []byte("1"), false)
		w.Remember(tx, p.Client, key)
	})
	require.Empty(t, p.gets(3))
	w.change(2, "k")
	require.Equal(t, "invalidate k", p.gets(3))
}

func TestChoiceOfCommands(t *testing.T) {
	for _, tc := range []struct {
		opt             Options
		caching, expect bool
	}{
		{Options{}, false, true}, {Options{Broadcast: true}, false, false},
		{Options{OptIn: true}, false, false}, {Options{OptIn: true}, true, true},
		{Options{OptOut: true}, false, true}, {Options{OptOut: true}, true, false},
	} {
		p := newWorld().peer(1)
		require.False(t, p.Remembers())
		p.on(tc.opt)
		p.Caching = tc.caching
		require.Equal(t, tc.expect, p.Remembers(), "%+v", tc)
	}
}

func TestEverythingChanged(t *testing.T) {
	w := newWorld()
	a, b, c := w.peer(1), w.peer(2), w.peer(3)
	a.on(Options{})
	b.on(Options{Broadcast: true, Prefixes: []string{"p"}, NoLoop: true})
	a.reads("k", "l")
	w.unit(2, func(tx *store.Tx) { tx.Flush(-1) })
	require.Equal(t, "invalidate _", a.gets(3))
	require.Equal(t, "invalidate _", b.gets(3))
	require.Empty(t, c.gets(3))
	require.Equal(t, Figures{Clients: 2, Prefixes: 1}, w.Figures())
	w.change(3, "k")
	require.Empty(t, a.gets(3))
	a.off()
	b.off()
	w.unit(2, func(tx *store.Tx) { tx.Flush(-1) })
	require.Empty(t, a.gets(3))
}

func TestBroadcast(t *testing.T) {
	w := newWorld()
	a, b, c := w.peer(1), w.peer(2), w.peer(3)
	a.on(Options{Broadcast: true, Prefixes: []string{"user:", "item:"}})
	b.on(Options{Broadcast: true, NoLoop: true})
	c.on(Options{Broadcast: true, Prefixes: []string{"user:"}})
	require.Equal(t, []string{"item:", "user:"}, a.Prefixes())
	require.Equal(t, []string{""}, b.Prefixes())
	require.Positive(t, a.Memory())
	require.Equal(t, Figures{Clients: 3, Prefixes: 3}, w.Figures())
	w.change(2, "user:2", "user:1", "use", "item:1", "user:1")
	require.Equal(t, "invalidate item:1 invalidate user:1 user:2", a.gets(3))
	require.Empty(t, b.gets(3))
	require.Equal(t, "invalidate user:1 user:2", c.gets(3))
	w.change(1, "x")
	require.Empty(t, a.gets(3))
	require.Equal(t, "invalidate x", b.gets(3))

	// Whoever changes a key last counts.
	w.unit(1, func(tx *store.Tx) {
		for _, step := range []struct {
			key    string
			client uint64
		}{{"one", 1}, {"two", 2}, {"three", 2}, {"three", 0}, {"one", 2}} {
			tx.Client = step.client
			tx.SetString([]byte(step.key), []byte("v"), false)
		}
	})
	require.Equal(t, "invalidate three", b.gets(3))

	a.on(Options{Broadcast: true, Prefixes: []string{"cart:"}})
	require.Equal(t, []string{"cart:", "item:", "user:"}, a.Prefixes())
	a.off()
	b.off()
	require.Equal(t, Figures{Clients: 1, Prefixes: 1}, w.Figures())
	w.change(0, "user:1", "item:1")
	require.Empty(t, a.gets(3)+b.gets(3))
	require.Equal(t, "invalidate user:1", c.gets(3))
	c.off()
	w.change(0, "user:1")
	require.Zero(t, w.Figures())
	require.Empty(t, w.batches)
}

// Keys from before are no more of interest to who has changed over to prefixes.
func TestBroadcastAfterReading(t *testing.T) {
	w := newWorld()
	p := w.peer(1)
	p.on(Options{})
	p.reads("k")
	p.off()
	p.on(Options{Broadcast: true, Prefixes: []string{"x"}})
	w.change(0, "k", "x")
	require.Equal(t, "invalidate x", p.gets(3))
}

func TestRedirection(t *testing.T) {
	w := newWorld()
	a, to := w.peer(1), w.peer(2)
	a.on(Options{Redirect: 2, To: &to.queue})
	for _, tc := range []struct {
		listens bool
		proto   int
		want    string
	}{
		{false, 3, "invalidate k"}, {false, 2, ""}, {true, 3, "invalidate k"}, {true, 2, "message __redis__:invalidate k"},
	} {
		var channels pubsub.Registry
		if tc.listens {
			channels.Subscribe(&to.queue, pubsub.Channel, []byte("any"))
		}
		a.reads("k")
		w.change(1, "k")
		require.Equal(t, tc.want, to.gets(tc.proto), "%+v", tc)
		channels.Forget(&to.queue)
	}
	require.Empty(t, a.gets(3))
	require.False(t, a.Broken())
	a.reads("k", "l")
	to.queue.Close()
	w.change(1, "k", "l")
	require.Equal(t, "tracking-redir-broken :2 tracking-redir-broken :2", a.gets(3))
	require.True(t, a.Broken())
	opt, on := a.Options()
	require.True(t, on)
	require.EqualValues(t, 2, opt.Redirect)
	a.reads("k")
	w.change(1, "k")
	require.Empty(t, a.gets(2)) // RESP2 has no words for it
	a.on(Options{})
	require.False(t, a.Broken())
}

// The table holds no more keys than it may, and whoever loses one is told.
func TestTableIsBounded(t *testing.T) {
	w := newWorld()
	const limit, n = 100, 5000
	require.False(t, w.SetLimit(limit))
	p := w.peer(1)
	p.on(Options{NoLoop: true})
	for i := range n {
		p.reads(fmt.Sprint("k", i))
		require.Equal(t, int64(min(i+1, limit)), w.Figures().Keys)
	}
	told := strings.Count(p.gets(3), "invalidate")
	require.Equal(t, n-limit, told)
	require.Equal(t, limit, w.Figures().Items)

	require.False(t, w.SetLimit(0))
	for i := range n {
		p.reads(fmt.Sprint("k", i))
	}
	require.EqualValues(t, n, w.Figures().Keys)
	require.Empty(t, p.gets(3))
	require.True(t, w.SetLimit(1))
	w.unit(0, w.Shrink)
	require.EqualValues(t, 1, w.Figures().Keys)
	require.Equal(t, n-1, strings.Count(p.gets(3), "invalidate"))
	require.False(t, w.SetLimit(1))
}

// Who is gone is not held on to, though the table still knows him.
func TestGoneClientsAreLetGo(t *testing.T) {
	w := newWorld()
	freed := make(chan struct{})
	func() {
		p, to := w.peer(1), w.peer(2)
		p.on(Options{Redirect: 2, To: &to.queue})
		p.reads("k")
		p.off()
		runtime.AddCleanup(p, func(struct{}) { freed <- struct{}{} }, struct{}{})
		runtime.AddCleanup(to, func(struct{}) { freed <- struct{}{} }, struct{}{})
	}()
	require.Equal(t, 1, w.Figures().Items)
	for range 2 {
		runtime.GC()
		<-freed
	}
}

// cache is a client that keeps the versions of keys that it has read.
type cache struct {
	*peer
	versions map[string]int64
}

// drain forgets what the client is told of.
func (c *cache) drain() {
	for word := range strings.FieldsSeq(c.gets(3)) {
		delete(c.versions, word)
	}
}

// Readers and writers on all shards at once, with those who come and go: in the end, what was read and is not told of is as
// it was. The race detector looks on.
func TestConcurrent(t *testing.T) {
	w := newWorld()
	const limit, keys, steps = 40, 64, 3000
	w.SetLimit(limit)
	name := func(i int) string { return fmt.Sprint("key", i) }
	var current [keys]int64 // each guarded by the key's shard
	var all sync.WaitGroup
	caches := make([]*cache, 6)
	for n := range caches {
		c := &cache{w.peer(uint64(n + 1)), map[string]int64{}}
		caches[n] = c
		c.on(Options{})
		all.Go(func() {
			tx := store.Tx{Client: c.id}
			for range steps {
				i := rand.N(keys)
				key := []byte(name(i))
				w.st.Begin(&tx, 0, store.Mode{Locks: store.LockSet(0).Add(key)}, c.id)
				if _, known := c.versions[string(key)]; rand.N(3) == 0 {
					current[i]++
					tx.SetString(key, key, false)
				} else if !known {
					w.Remember(&tx, c.Client, key)
					c.versions[string(key)] = current[i]
				}
				tx.End()
				if rand.N(500) == 0 {
					c.off()
					c.on(Options{})
					clear(c.versions)
				}
				c.drain()
			}
		})
		other := w.peer(uint64(100 + n))
		all.Go(func() {
			for range steps / 10 {
				other.on(Options{Broadcast: true, Prefixes: []string{name(rand.N(10))}})
				w.unit(0, w.Shrink)
				other.gets(3)
				other.off()
			}
		})
	}
	all.Wait()
	cached := 0
	for _, c := range caches {
		c.drain()
		for i := range keys {
			if version, known := c.versions[name(i)]; known {
				cached++
				require.Equal(t, current[i], version, "client %d, key %d", c.id, i)
			}
		}
		c.off()
	}
	require.Positive(t, cached)
	f := w.Figures()
	require.Zero(t, f.Clients+f.Prefixes)
	require.LessOrEqual(t, f.Keys, int64(limit))
}
