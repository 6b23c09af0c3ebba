package server

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/clock"
)

// pause is CLIENT PAUSE: commands are held back until a time, or until CLIENT UNPAUSE. Keys do not expire meanwhile, so that
// nothing changes.
//
// A command asks inside the store's gate, and CLIENT PAUSE runs exclusively: once that is answered, no command that it
// holds back is under way any more.
type pause struct {
	on         atomic.Bool
	mu         sync.Mutex
	until      int64 // ms on the server's clock
	writesOnly bool
	timer      clock.Timer
	number     int // of the pause, so that the timer of a former one ends nothing
	parked     map[*client]struct{}
}

// maxPause keeps the time of a pause in the range of a time.Duration, in ms: 200 years.
const maxPause = int64(200 * 365 * 24 * time.Hour / time.Millisecond)

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
	p.number++
	number, left := p.number, max(until-clock.Millis(s.clock), 0)
	p.timer = s.clock.AfterFunc(time.Duration(min(left, maxPause))*time.Millisecond, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.number == number {
			p.end(s)
		}
	})
	p.on.Store(true)
	s.store.HoldExpire(true)
}

// Unpause implements command.Host.
func (s *Server) Unpause() {
	p := &s.pause
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end(s)
}

// end wakes those who wait. p.mu is held.
func (p *pause) end(s *Server) {
	if !p.on.Swap(false) {
		return
	}
	p.timer.Stop()
	s.store.HoldExpire(false)
	s.expirer.wakeAt(clock.Millis(s.clock))
	for c := range p.parked {
		c.Blocked.Store(false)
		c.conn.Wake()
	}
	p.parked = nil
}

// mustPause reports whether the command must wait, and then puts the client into the list of those who are woken.
func (c *client) mustPause(spec *command.Spec) bool {
	p := &c.srv.pause
	if !p.on.Load() {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.on.Load() || p.writesOnly && !c.effectiveFlags(spec).Has(command.Write|command.MayReplicate) {
		return false
	}
	if p.parked == nil {
		p.parked = map[*client]struct{}{}
	}
	p.parked[c] = struct{}{}
	c.Blocked.Store(true)
	return true
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

// waiting is the number of clients that are held back.
func (p *pause) waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.parked)
}

// forget takes a client that is gone out of the list.
func (p *pause) forget(c *client) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.parked, c)
}
