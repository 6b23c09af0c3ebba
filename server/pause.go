package server

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/clock"
)

// pause is CLIENT PAUSE: commands are held back at the door until a time, or until CLIENT UNPAUSE.
type pause struct {
	on         atomic.Bool
	mu         sync.Mutex
	until      int64 // ms on the server's clock
	writesOnly bool
	timer      clock.Timer
	parked     map[*client]struct{}
}

// Pause implements command.Host. A pause that is on already is only ever lengthened or widened.
func (s *Server) Pause(until int64, writesOnly bool) {
	p := &s.pause
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.on.Load() {
		until, writesOnly = max(until, p.until), writesOnly && p.writesOnly
		p.timer.Stop()
	}
	p.until, p.writesOnly = until, writesOnly
	left := max(until-clock.Millis(s.clock), 0)
	p.timer = s.clock.AfterFunc(time.Duration(min(left, maxPause))*time.Millisecond, s.Unpause)
	p.on.Store(true)
}

// maxPause keeps the time of a pause in the range of a time.Duration, in ms: 200 years.
const maxPause = int64(200 * 365 * 24 * time.Hour / time.Millisecond)

// Unpause implements command.Host.
func (s *Server) Unpause() {
	p := &s.pause
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.on.Swap(false) {
		return
	}
	p.timer.Stop()
	for c := range p.parked {
		c.conn.Wake()
	}
	p.parked = nil
}

// mustPause reports whether the command must wait, and then puts the client into the list of those who are woken.
func (c *client) mustPause(args [][]byte) bool {
	p := &c.srv.pause
	if !p.on.Load() {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.on.Load() || p.writesOnly && !c.mayWrite(args) {
		return false
	}
	if p.parked == nil {
		p.parked = map[*client]struct{}{}
	}
	p.parked[c] = struct{}{}
	return true
}

// mayWrite reports whether executing args now may change the keyspace or have other effects.
func (c *client) mayWrite(args [][]byte) bool {
	spec, _ := c.srv.registry.Find(args)
	if spec == nil {
		return false
	}
	if spec.Name == "exec" {
		for _, q := range c.Multi.Queue {
			if q.Spec.Flags.Has(command.Write | command.MayReplicate) {
				return true
			}
		}
	}
	return spec.Flags.Has(command.Write | command.MayReplicate)
}

// paused returns what INFO clients says.
func (p *pause) paused() (until int64, reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.on.Load() {
		return 0, "none"
	}
	return p.until, "client_pause"
}

// forget takes a client that is gone out of the list.
func (p *pause) forget(c *client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.parked, c)
}
