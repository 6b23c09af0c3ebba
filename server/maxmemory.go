package server

// maxmemory: commands that may need more memory (DenyOOM) are refused while more than that is used.
//
// The figure is the one of INFO, used_memory, which takes some microseconds to read: the runtime's counters and the accounts of all
// shards. So a client that passes the gate reads it when it is older than a millisecond, and the others take it as it is; who is
// about to be refused reads it once more. What all clients write within a millisecond is how far memory may go beyond the limit,
// beside what the single command adds that was let in last.

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
	// collectEvery is how often garbage is collected, while memory is short, whatever was allocated in between; in ns.
	collectEvery = int64(100 * time.Millisecond)
)

// memoryGauge is what is known of the memory that is used.
type memoryGauge struct {
	used atomic.Uint64 // bytes, when it was read last
	due  atomic.Int64  // when it is to be read again, by clock.Mono

	collecting sync.Mutex // held by who collects garbage; guards what follows
	collected  int64      // when that was done last, by clock.Mono
	allocated  uint64     // bytes that had been allocated by then
}

// memoryShort reports whether more memory is used than maxmemory, which is set, allows. While a script is busy it is not looked at.
func (c *client) memoryShort() bool {
	g, limit := &c.srv.memory, c.srv.cfg.Uint(config.MaxMemory)
	if c.now == 0 {
		c.now = clock.Mono()
	}
	if due := g.due.Load(); c.now >= due && g.due.CompareAndSwap(due, c.now+gaugeEvery) {
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

// OutOfMemory implements command.Host.
func (s *Server) OutOfMemory(tx *store.Tx) bool {
	limit := s.cfg.Uint(config.MaxMemory)
	return limit > 0 && s.memory.exceeds(limit, tx.Memory())
}

// read reads the figure anew.
func (g *memoryGauge) read(records arena.Account) (used uint64) {
	used = readMemory(records).Used
	g.used.Store(used)
	return used
}

// exceeds reports whether more than limit is used, now and without garbage.
func (g *memoryGauge) exceeds(limit uint64, records arena.Account) bool {
	if g.read(records) <= limit {
		return false
	}
	g.collect()
	return g.read(records) > limit
}

// collect frees what nobody uses any more, if there may be much of it: an eighth of what is alive, or else from time to time. Until
// then lists and streams that were removed count as used.
func (g *memoryGauge) collect() {
	g.collecting.Lock()
	defer g.collecting.Unlock()
	samples := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(samples)
	allocated, alive := samples[0].Value.Uint64(), samples[1].Value.Uint64()
	now := clock.Mono()
	if allocated-g.allocated > collectAfter+alive/8 || now-g.collected > collectEvery {
		runtime.GC()
		g.collected, g.allocated = clock.Mono(), allocated
	}
}
