package server

// maxmemory: commands that may need more memory (DenyOOM) are refused while more than that is used and nothing may be evicted
// (evict.go).
//
// The figure is what is in use (Server.evictable), which takes some microseconds to add up: the accounts of all shards, each under its
// lock. So it is read when it is older than a millisecond, or when arenas have taken memory since; and once more before anybody is
// refused. What is written to lists and streams, or waits for clients, within a millisecond is how far memory may go beyond the limit
// unseen, beside what the single command adds that was let in last.

import (
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/arena"
)

// gaugeEvery is how old the figure may be, in ns.
const gaugeEvery = int64(time.Millisecond)

// memoryGauge is what is known of the memory that is used.
type memoryGauge struct {
	used  atomic.Uint64 // bytes, when it was read last
	due   atomic.Int64  // when it is to be read again, by clock.Mono
	grown atomic.Uint64 // arena.Grown when it was read last
}

// memoryShort reports whether more memory is used than maxmemory, which is set, allows. While a script is busy it is not looked at.
func (c *client) memoryShort() bool {
	g, limit := &c.srv.memory, c.srv.cfg.Uint(config.MaxMemory)
	if c.now == 0 {
		c.now = clock.Mono()
	}
	if due := g.due.Load(); (c.now >= due || arena.Grown() != g.grown.Load()) && g.due.CompareAndSwap(due, c.now+gaugeEvery) {
		if data, ok := c.srv.store.MemoryUnlessBusy(c.ID); ok {
			c.srv.readMemory(&data)
		}
	}
	if g.used.Load() <= limit {
		return false
	}
	c.now = 0 // this may take a while
	data, ok := c.srv.store.MemoryUnlessBusy(c.ID)
	return ok && c.srv.readMemory(&data) > limit
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
		data := tx.Memory()
		return s.readMemory(&data) > limit
	}
	s.mu.Lock()
	c := s.clients[tx.Client]
	s.mu.Unlock()
	return c != nil && c.short
}

// readMemory reads the figure anew.
func (s *Server) readMemory(data *store.Account) (used uint64) {
	s.memory.grown.Store(arena.Grown())
	used = s.evictable(data)
	s.memory.used.Store(used)
	return used
}
