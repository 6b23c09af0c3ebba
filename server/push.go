package server

// What a client gets without having asked: messages wait in its queue until its driver finds a place between two replies.
// Whoever puts one there never waits. A client that does not read what it is sent is cut off at its limit.

import (
	"math"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/pubsub"
)

// PubSub implements command.Host.
func (s *Server) PubSub() *pubsub.Registry { return &s.pubsub }

// pushed is told about each message in the client's queue, by whoever put it there.
func (c *client) pushed(first bool) {
	if c.limitOutput() {
		return
	}
	if c.account(accountStep) && c.srv.clientsTakeTooMuch() {
		c.srv.clientLimit.over.Store(true) // the queue is locked, and shards may be
	}
	if first {
		c.conn.Flush()
	}
}

// splice appends the messages that wait, or as many as fit in, to the replies. The others come with the next output.
func (c *client) splice() {
	if !c.Subs.Waiting() || c.replyIsDue() {
		return
	}
	c.out.Buf = c.Subs.Take(c.out.Buf, c.out.Proto, flushAt)
	if c.Subs.Waiting() {
		c.conn.Flush()
	}
}

// onlyListens reports whether the client speaks RESP2 and has subscriptions: it takes everything that it gets for a message.
func (c *client) onlyListens() bool { return c.Subs.Total() > 0 && c.out.Proto != 3 }

// listenerMay reports whether a client that only listens may call the command.
func listenerMay(spec *command.Spec) bool {
	switch spec.Name {
	case "subscribe", "psubscribe", "ssubscribe", "unsubscribe", "punsubscribe", "sunsubscribe", "ping", "quit", "reset":
		return spec.Parent == nil
	}
	return false
}

// freeOutput is how much output no limit forbids, in bytes. In Redis it fits into a buffer that every client has, and limits
// are about what does not.
const freeOutput = 16 << 10

// outputLimits is client-output-buffer-limit.
type outputLimits struct {
	least atomic.Int64 // bytes that no limit forbids, whatever the client's class
}

func (s *Server) applyOutputLimits() error {
	least := uint64(math.MaxInt64)
	for _, class := range []config.ClientClass{config.NormalClients, config.ReplicaClients, config.PubSubClients} {
		limit := s.cfg.OutputLimit(class)
		for _, n := range []uint64{limit.Hard, limit.Soft} {
			if n > 0 {
				least = min(least, n)
			}
		}
	}
	s.output.least.Store(int64(max(least, freeOutput)))
	return nil
}

// limitOutput ends the client when more output waits for it than its class may have: at once beyond the hard limit, after
// some time beyond the soft one. It reports whether the client is about to end. Anybody may call it.
func (c *client) limitOutput() (ended bool) {
	waits := c.OutputBuffer.Load()
	if waits < c.srv.output.least.Load() {
		if c.softSince.Load() != 0 {
			c.softSince.Store(0)
		}
		return c.cutOff.Load()
	}
	if !c.outputTooLong(uint64(waits)) {
		return c.cutOff.Load()
	}
	c.endOfOutput(waits)
	return true
}

// endOfOutput ends the client because of so many bytes of output.
func (c *client) endOfOutput(bytes int64) {
	if c.cut() {
		c.srv.stats.outputTooLong.Add(1)
		c.srv.log.Logf(Warning, "Closing client for overcoming of output buffer limits: id=%d addr=%s omem=%d", c.ID, c.Addr, bytes)
	}
}

// CutOff implements command.Host.
func (s *Server) CutOff(of *command.Client, bytes uint64) {
	s.mu.Lock()
	c := s.clients[of.ID]
	s.mu.Unlock()
	if c == nil {
		return // what replays a log
	}
	if limit := c.outputLimit(); limit.Hard > 0 && bytes >= limit.Hard {
		c.endOfOutput(int64(bytes))
	}
}

// outputLimit is the limit of the client's class.
func (c *client) outputLimit() config.OutputLimit {
	class := config.NormalClients
	if c.Subs.Total() > 0 || c.Monitors.Load() {
		class = config.PubSubClients
	}
	return c.srv.cfg.OutputLimit(class)
}

// outputTooLong reports whether waits bytes are too many. It keeps account of how long they are beyond the soft limit.
func (c *client) outputTooLong(waits uint64) bool {
	limit := c.outputLimit()
	if limit.Hard > 0 && waits >= limit.Hard {
		return true
	}
	if limit.Soft == 0 || waits < limit.Soft {
		c.softSince.Store(0)
		return false
	}
	now := clock.Millis(c.srv.clock)
	if c.softSince.CompareAndSwap(0, now) {
		return false
	}
	return now-c.softSince.Load() > limit.SoftSeconds*1000
}
