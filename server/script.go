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
	"time"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/store"
)

// watchdog finds out that a script runs for long. Most scripts take microseconds, so it does not set its timer for each: when
// the timer fires, it is set again for the script that runs then, if any.
type watchdog struct {
	srv *Server

	mu      sync.Mutex // guards what follows: a script does not end while it is declared busy
	began   int64      // when the script began, ns of clock.Mono
	by      uint64     // the client who called it
	busy    bool       // the script was declared busy
	closing bool       // the server is about to end: scripts that begin are ended at once
	timer   *time.Timer
	at      int64 // when the timer fires, never when it is not set
}

func (w *watchdog) init(s *Server) { w.srv, w.at = s, math.MaxInt64 }

func (w *watchdog) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closing = true
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
	w.mu.Lock()
	defer w.mu.Unlock()
	s.script.Store(script)
	w.began, w.by = clock.Mono(), c.Client.ID
	if due := w.due(); due < w.at {
		w.set(due)
	}
	if w.closing {
		script.Kill()
	}
}

// ScriptEnds implements command.Host.
func (s *Server) ScriptEnds(*command.Script) {
	w := &s.watchdog
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy {
		w.busy = false
		s.store.Gate().EndBusy()
	}
	s.script.Store(nil)
}

// RunningScript implements command.Host.
func (s *Server) RunningScript() *command.Script { return s.script.Load() }

// maxThreshold keeps times within an int64 of nanoseconds: a century, in ms.
const maxThreshold = int64(100 * 365 * 24 * time.Hour / time.Millisecond)

// due is when the script is to be declared busy. w.mu is held.
func (w *watchdog) due() int64 {
	threshold := min(max(w.srv.cfg.Int(config.BusyReplyThreshold), 1), maxThreshold)
	return w.began + threshold*int64(time.Millisecond)
}

// set makes the timer fire at a time of clock.Mono: the machine's time, as Redis measures it. w.mu is held.
func (w *watchdog) set(at int64) {
	w.at = at
	left := time.Duration(max(at-clock.Mono(), 0))
	if w.timer == nil {
		w.timer = time.AfterFunc(left, w.look)
		return
	}
	w.timer.Reset(left)
}

// look is called when the timer fires, or has been set again just now.
func (w *watchdog) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	script := w.srv.script.Load()
	switch {
	case script == nil || w.busy:
		w.at = math.MaxInt64
	case clock.Mono() < w.due():
		w.set(w.due())
	default:
		w.at = math.MaxInt64
		w.busy = true
		w.srv.becomeBusy(script, w.by, clock.Mono()-w.began)
	}
}

// becomeBusy lets the others go on while a script runs, which client by has called so many ns ago. The script cannot end
// meanwhile.
func (s *Server) becomeBusy(script *command.Script, by uint64, ran int64) {
	what, kill := "", "SCRIPT KILL"
	if script.Function != "" {
		what, kill = " Script name is: "+script.Function+".", "FUNCTION KILL"
	}
	s.log.Logf(Warning, "Slow script detected: still in execution after %d milliseconds. "+
		"You can try killing the script using the %s command.%s", ran/int64(time.Millisecond), kill, what)
	s.store.Gate().SetBusy()
	s.mu.Lock()
	caller := s.clients[by]
	s.mu.Unlock()
	if caller != nil {
		caller.conn.Detach()
	}
}

// busyError is what those are told who come while a script is busy.
func (s *Server) busyError() string {
	if script := s.script.Load(); script != nil && script.Function != "" {
		return "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE."
	}
	return "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."
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
// take its time, since that must not be lost; unless SHUTDOWN NOSAVE says so.
func (s *Server) quiesce() {
	s.watchdog.close()
	gate := s.store.Gate()
	gate.Step()
	if script := s.script.Load(); script != nil && !script.Wrote.Load() {
		script.Kill()
	}
	gate.EndStep()
	gate.Lock()
	defer gate.Unlock()
	s.Pause(math.MaxInt64, false)
}
