package server

// maxmemory: commands that may need more memory (DenyOOM) are refused while more than that is used and nothing may be evicted
// (evict.go).
//
// The figure is the one of INFO, used_memory, which takes some microseconds to read: the runtime's counters and the accounts of all
// shards. So it is read when it is older than a millisecond, or when arenas have taken memory since; and once more before anybody is
// refused. What is written to lists and streams within a millisecond is how far memory may go beyond the limit unseen, beside what the
// single command adds that was let in last.

import (
	"runtime"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/arena"
)

const (
	// gaugeEvery is how old the figure may be, in ns.
	gaugeEvery = int64(time.Millisecond)
	// collectEvery is how often garbage is collected, while memory is short, however little there may be; in ns. Where a collection takes
	// long it is done less often: collectShare times as long as it takes lies between two.
	collectEvery = int64(100 * time.Millisecond)
	collectShare = 20
)

// memoryGauge is what is known of the memory that is used.
type memoryGauge struct {
	used  atomic.Uint64 // bytes, when it was read last
	due   atomic.Int64  // when it is to be read again, by clock.Mono
	grown atomic.Uint64 // arena.Grown when it was read last
	later atomic.Int64  // bytes that were evicted and are used until the garbage collector comes, or another goroutine to it
	cycle atomic.Uint64 // of the garbage collector, when later was begun

	collecting sync.Mutex // held by who collects garbage; guards what follows
	next       int64      // when that is to be done again even for little, by clock.Mono
}

// memoryShort reports whether more memory is used than maxmemory, which is set, allows. While a script is busy it is not looked at.
func (c *client) memoryShort() bool {
	g, limit := &c.srv.memory, c.srv.cfg.Uint(config.MaxMemory)
	if c.now == 0 {
		c.now = clock.Mono()
	}
	if due := g.due.Load(); (c.now >= due || arena.Grown() != g.grown.Load()) && g.due.CompareAndSwap(due, c.now+gaugeEvery) {
		if records, ok := c.srv.store.MemoryUnlessBusy(c.ID); ok {
			g.read(records)
		}
	}
	if g.used.Load() <= limit {
		return false
	}
	defer func() { c.now = 0 }() // this may take a while
	records, ok := c.srv.store.MemoryUnlessBusy(c.ID)
	return ok && g.exceeds(limit, records)
}

// outOfMemory reports whether a command that may need memory is to be refused.
func (c *client) outOfMemory() bool {
	if c.srv.evicts() {
		return c.short
	}
	return c.memoryShort()
}

// OutOfMemory implements command.Host. Where keys may go, the client whose unit it is has found out before its command.
func (s *Server) OutOfMemory(tx *store.Tx) bool {
	limit := s.cfg.Uint(config.MaxMemory)
	if limit == 0 {
		return false
	}
	if !s.evicts() {
		return s.memory.exceeds(limit, tx.Memory())
	}
	s.mu.Lock()
	c := s.clients[tx.Client]
	s.mu.Unlock()
	return c != nil && c.short
}

// read reads the figure anew. What was evicted does not count, though it may still be there.
func (g *memoryGauge) read(records arena.Account) (used uint64) {
	g.grown.Store(arena.Grown())
	used = readMemory(records).Used
	sample := []metrics.Sample{{Name: "/gc/cycles/total:gc-cycles"}}
	metrics.Read(sample)
	if cycle := sample[0].Value.Uint64(); g.cycle.Swap(cycle) != cycle {
		g.later.Store(0)
	}
	used -= min(used, uint64(g.later.Load()))
	g.used.Store(used)
	return used
}

// exceeds reports whether more than limit is used, now and without garbage.
func (g *memoryGauge) exceeds(limit uint64, records arena.Account) bool {
	if g.read(records) <= limit {
		return false
	}
	if g.collect() {
		g.read(records)
	}
	return g.used.Load() > limit
}

// collect frees what nobody uses any more, if there may be much of it, or else from time to time: until then lists and streams that
// were removed count as used. It reports whether it did.
func (g *memoryGauge) collect() bool {
	g.collecting.Lock()
	defer g.collecting.Unlock()
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(samples)
	objects, alive := samples[0].Value.Uint64(), samples[1].Value.Uint64()
	began := clock.Mono()
	if objects <= alive+spareGarbage(alive) && began < g.next {
		return false
	}
	runtime.GC()
	ended := clock.Mono()
	g.next = ended + max(collectEvery, collectShare*(ended-began))
	return true
}
