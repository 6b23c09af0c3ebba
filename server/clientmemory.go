package server

// What clients take, and maxmemory-clients: those that take most are sent away when all together take too much.
//
// Each client knows what the sum of all counts for it, and corrects that when it has become wrong by a KiB: so a client that
// is served as ever touches nothing that it shares with others.

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/server/driver"
)

// The loops' buffer must be of the size that command.Client takes it for.
const _ = uint(command.SharedInput-driver.FirstBuffer) + uint(driver.FirstBuffer-command.SharedInput)

const (
	// accountStep is by how many bytes what is counted for a client may be wrong.
	accountStep = 1 << 10
	// leastClientMemory is what maxmemory-clients is at least, if it is set: else nobody could get in to change it.
	leastClientMemory = 128 << 10
	// uncounted is what client.counted is when the client has ended.
	uncounted = -1
)

// clientLimit is maxmemory-clients.
type clientLimit struct {
	bytes atomic.Int64 // 0: there is none
	over  atomic.Bool  // somebody who could not do it himself has found that clients are to be sent away
	mu    sync.Mutex   // held by who does it
}

// account corrects what is counted for the client, if it is wrong by step bytes or more, and reports whether that is more now. Anybody
// may call it.
func (c *client) account(step int64) (grown bool) {
	now := c.MemoryUse()
	for {
		old := c.counted.Load()
		if old == uncounted || now-old < step && old-now < step {
			return false
		}
		if c.counted.CompareAndSwap(old, now) {
			c.srv.stats.of(c.ID).memory.Add(now - old)
			return now > old
		}
	}
}

// discount ends the account of a client that is about to end.
func (c *client) discount() {
	if old := c.counted.Swap(uncounted); old != uncounted {
		c.srv.stats.of(c.ID).memory.Add(-old)
	}
}

// clientMemory is what all clients take, in bytes.
func (s *stats) clientMemory() (sum int64) {
	for i := range s.stripes {
		sum += s.stripes[i].memory.Load()
	}
	return sum
}

// reclaimSilent is for how long a client must have sent nothing to be asked for the memory that it keeps, in ms.
const reclaimSilent = 100

// reclaimShare bounds what it costs to ask clients for the memory that they keep: so many times as long as it takes lies between two.
const reclaimShare = 20

// reclaim is what clients were asked to give back.
type reclaim struct {
	bytes atomic.Int64 // that will come
	next  int64        // when clients may be asked again, by clock.Mono; written by who holds the evictor's lock
}

// reclaimBuffers has silent clients give back the buffers of replies that they keep for the next ones, and returns how many bytes are on their
// way: they need not be had from keys. The evictor's lock is held.
func (s *Server) reclaimBuffers() int64 {
	began := clock.Mono()
	if began >= s.reclaim.next {
		silent := s.clock.Micros(began)/1000 - reclaimSilent
		for _, c := range s.everyClient() {
			size := c.ReplySize.Load()
			if size > accountStep && c.OutputBuffer.Load() == 0 && c.LastInteraction.Load() <= silent && c.promised.CompareAndSwap(0, size) {
				s.reclaim.bytes.Add(size)
				c.conn.Trim()
			}
		}
		ended := clock.Mono()
		s.reclaim.next = ended + reclaimShare*(ended-began)
	}
	return s.reclaim.bytes.Load()
}

// keepPromise ends what reclaimBuffers has begun for a client: it has given its buffer back, or needs it again.
func (c *client) keepPromise() {
	if bytes := c.promised.Swap(0); bytes > 0 {
		c.srv.reclaim.bytes.Add(-bytes)
	}
}

// clientsTakeTooMuch reports whether clients are to be sent away.
func (s *Server) clientsTakeTooMuch() bool {
	limit := s.clientLimit.bytes.Load()
	return limit > 0 && s.stats.clientMemory() >= limit
}

// applyClientLimit runs at the start and inside CONFIG SET's exclusive unit. A share is one of maxmemory, if that is set.
func (s *Server) applyClientLimit() error {
	limit := s.cfg.Int(config.MaxMemoryClients)
	if limit < 0 {
		limit = int64(float64(s.cfg.Uint(config.MaxMemory)) / 100 * float64(-limit))
	}
	if limit > 0 {
		limit = max(limit, leastClientMemory)
	}
	s.clientLimit.bytes.Store(limit)
	if limit > 0 {
		for _, c := range s.everyClient() {
			c.account(1)
		}
		s.evictClients()
	}
	return nil
}

// settleMemory corrects what is counted for the client, and sends clients away if that is too much: maybe this one.
func (c *client) settleMemory() {
	if c.account(accountStep) && c.srv.clientsTakeTooMuch() {
		c.srv.evictClients()
	}
}

// evictClients sends clients away, the largest first, until the others take less than the limit. Those that have said CLIENT NO-EVICT
// stay. The caller holds no lock of a shard or a queue.
func (s *Server) evictClients() {
	s.clientLimit.over.Store(false)
	if !s.clientsTakeTooMuch() {
		return
	}
	s.clientLimit.mu.Lock()
	defer s.clientLimit.mu.Unlock()
	all := s.everyClient()
	slices.SortFunc(all, func(a, b *client) int { return cmp.Compare(b.counted.Load(), a.counted.Load()) })
	for _, c := range all {
		if !s.clientsTakeTooMuch() {
			return
		}
		if bytes := c.counted.Load(); bytes != uncounted && !c.NoEvict.Load() && c.cut() {
			s.stats.evictedClients.Add(1)
			s.log.Logf(Notice, "Evicting client: id=%d addr=%s tot-mem=%d", c.ID, c.Addr, bytes)
		}
	}
	s.log.Logf(Warning, "Over client maxmemory after evicting all evictable clients")
}

// cut ends the client without another word, and reports whether nobody else has done so; what it takes counts no more.
func (c *client) cut() (first bool) {
	if c.cutOff.Swap(true) {
		return false
	}
	c.discount()
	c.Killed.Store(true)
	go c.conn.Close() // with TLS it says good-bye, which may take long
	return true
}
