package server

// Scripts that run for long. A script's unit is exclusive, so all others wait for it; but not for ever: when it has run for
// busy-reply-threshold, the watchdog declares the server busy. From then on the others are refused with an error, may end the
// script, and may do to their own connections what needs no keys (AllowBusy in a command's declaration).
//
// Two things must happen for that. Those who wait at the store's gate, and those who come, are told so instead of waiting
// (store.Gate). And the goroutine that runs the script may be one that serves many connections: its driver lets another one
// go on with them (driver.Conn.Detach).
//
// What a busy server does for others, it does between two steps of the script: a step is a command that the script calls.

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/store"
)

// watchdog finds out that a script runs for long. Most scripts take microseconds, so it does not set its timer for each, and
// takes no lock: when the timer fires, it is set again for the script that runs then, if any.
type watchdog struct {
	srv     *Server
	began   atomic.Int64 // when the script that runs began, ns of clock.Mono; 0 when none runs, isBusy when it is declared busy
	by      uint64       // the client who called it; written before began, read by who has declared it busy
	at      atomic.Int64 // when the timer fires, never when it is not set
	closing atomic.Bool  // the server is about to end: scripts that begin are ended at once

	mu    sync.Mutex // held while a script is being declared busy, or not so any more; guards timer
	timer *time.Timer
}

// isBusy is in the place of a time.
const isBusy = -1

func (w *watchdog) init(s *Server) {
	w.srv = s
	w.at.Store(never)
}

func (w *watchdog) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
}

// ScriptBegins implements command.Host.
func (s *Server) ScriptBegins(c *command.Ctx, script *command.Script) {
	w := &s.watchdog
	now := clock.Mono()
	w.by, script.StartedAt = c.Client.ID, s.clock.Micros(now)
	s.script.Store(script)
	w.began.Store(now)
	if w.due(now) < w.at.Load() {
		w.mu.Lock()
		w.set(w.due(now))
		w.mu.Unlock()
	}
	if w.closing.Load() {
		script.Kill()
	}
}

// ScriptEnds implements command.Host.
func (s *Server) ScriptEnds(*command.Script) {
	w := &s.watchdog
	if began := w.began.Load(); began == isBusy || !w.began.CompareAndSwap(began, 0) {
		w.mu.Lock()
		s.store.Gate().EndBusy()
		w.began.Store(0)
		w.mu.Unlock()
	}
	s.script.Store(nil)
}

// RunningScript implements command.Host.
func (s *Server) RunningScript() *command.Script { return s.script.Load() }

// maxThreshold keeps times within an int64 of nanoseconds: a century, in ms.
const maxThreshold = int64(100 * 365 * 24 * time.Hour / time.Millisecond)

// due is when a script is to be declared busy: in the machine's time, as Redis measures it.
func (w *watchdog) due(began int64) int64 {
	threshold := min(max(w.srv.cfg.Int(config.BusyReplyThreshold), 1), maxThreshold)
	return began + threshold*int64(time.Millisecond)
}

// set makes the timer fire at a time of clock.Mono. w.mu is held.
func (w *watchdog) set(at int64) {
	w.at.Store(at)
	left := time.Duration(max(at-clock.Mono(), 0))
	if w.timer == nil {
		w.timer = time.AfterFunc(left, w.look)
		return
	}
	w.timer.Reset(left)
}

// look is called when the timer fires.
func (w *watchdog) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at.Store(never) // before began is looked at: who begins now sets the timer, if it is not seen here
	began := w.began.Load()
	switch now := clock.Mono(); {
	case began == 0 || began == isBusy || w.srv.private:
	case now < w.due(began):
		w.set(w.due(began))
	case w.began.CompareAndSwap(began, isBusy):
		w.srv.logSlowScript(now - began)
		w.srv.becomeBusy()
	}
}

func (s *Server) logSlowScript(nanos int64) {
	name, kill := "", "SCRIPT KILL"
	if script := s.script.Load(); script.Function != "" {
		name, kill = " Script name is: "+script.Function+".", "FUNCTION KILL"
	}
	s.log.Logf(Warning, "Slow script detected: still in execution after %d milliseconds. "+
		"You can try killing the script using the %s command.%s", nanos/int64(time.Millisecond), kill, name)
}

// becomeBusy lets the others go on while the script runs. It is declared busy, and w.mu is held: so it does not end.
func (s *Server) becomeBusy() {
	s.store.Gate().SetBusy()
	s.mu.Lock()
	caller := s.clients[s.watchdog.by]
	s.mu.Unlock()
	if caller != nil {
		caller.conn.Detach()
	}
}

// busyError is what those are told who come while a script is busy.
func (s *Server) busyError() string {
	if script := s.script.Load(); script != nil && script.Function != "" {
		return command.ErrBusyFunction
	}
	return command.ErrBusyScript
}

// runWhileBusy runs, or refuses, a command of another client while a script is busy. False: none is any more.
func (c *client) runWhileBusy(spec *command.Spec, args [][]byte, mode store.Mode) (done, busy bool) {
	if !spec.Flags.Has(command.AllowBusy) {
		c.reject(spec, c.srv.busyError())
		return true, true
	}
	gate := c.srv.store.Gate()
	if !gate.Visit() {
		return false, false
	}
	defer gate.EndVisit()
	c.srv.store.BeginWithin(&c.tx, c.DB)
	return c.perform(spec, args, mode), true
}

// dropScript makes the script that is busy come to nothing: what it has changed is not logged, and nobody sees it. The caller
// visits the script's unit, and closes the server.
func (s *Server) dropScript(script *command.Script) {
	s.Pause(math.MaxInt64, false) // nothing is executed when the gate opens
	for _, c := range s.snapshot() {
		c.Killed.Store(true) // nobody is served with what the script brings
	}
	s.stopLog()
	script.Kill()
}

// quiesce returns when nothing runs any more, and nothing will. A script that has changed nothing is ended. One that has may
// take its time, since that must not be lost; unless SHUTDOWN NOSAVE says so. It does not stop for a debugger any more.
func (s *Server) quiesce() {
	s.watchdog.end()
	s.debugging.close()
	gate := s.store.Gate()
	gate.Lock()
	defer gate.Unlock()
	s.Pause(math.MaxInt64, false)
}

// end ends the script that runs, unless it has changed something, and those that come. The server is busy as long as it runs.
func (w *watchdog) end() {
	w.closing.Store(true) // before began is looked at: who begins now sees it, if it is not seen here
	w.mu.Lock()
	defer w.mu.Unlock()
	began := w.began.Load()
	if began == 0 || began != isBusy && !w.began.CompareAndSwap(began, isBusy) {
		return
	}
	if began != isBusy {
		w.srv.becomeBusy()
	}
	gate := w.srv.store.Gate()
	gate.Step()
	defer gate.EndStep()
	w.srv.script.Load().KillUnlessWrote()
}
