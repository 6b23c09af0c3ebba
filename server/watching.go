package server

// What is remembered of how long things took: SLOWLOG and LATENCY; MONITOR is told here, too (monitor.go).
// Statistics that are always kept stand in stats.go.

import (
	"math"
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/internal/latency"
	"github.com/miniredisd/miniredisd/internal/slowlog"
)

// watching is the state of SLOWLOG and LATENCY. The hot path reads two of its fields, which only CONFIG SET writes.
type watching struct {
	track      atomic.Bool  // latency-tracking
	noteworthy atomic.Int64 // ns; the least of the following: what takes shorter is of no interest to anybody here
	slow       atomic.Int64 // ns; from when on a command is logged as slow, never when MaxInt64
	event      atomic.Int64 // ns; from when on it is an event for LATENCY

	log      slowlog.Log
	events   latency.Events
	monitors monitors
}

const never = math.MaxInt64

// applyWatching follows the options.
func (s *Server) applyWatching() error {
	w := &s.watching
	w.track.Store(s.cfg.Bool(config.LatencyTracking))
	slow, event := int64(never), int64(never)
	limit := s.cfg.Int(config.SlowLogMaxLen)
	if micros := s.cfg.Int(config.SlowLogLogSlowerThan); micros >= 0 && limit > 0 {
		slow = nanos(micros, time.Microsecond)
		w.log.Trim(limit)
	}
	if millis := s.cfg.Int(config.LatencyMonitorThreshold); millis > 0 {
		event = nanos(millis, time.Millisecond)
	}
	w.slow.Store(slow)
	w.event.Store(event)
	s.setNoteworthy()
	return nil
}

// setNoteworthy follows a change of what it depends on. To those who run MONITOR everything is noteworthy.
func (s *Server) setNoteworthy() {
	w := &s.watching
	w.monitors.mu.Lock()
	defer w.monitors.mu.Unlock()
	least := min(w.slow.Load(), w.event.Load())
	if len(w.monitors.clients) > 0 {
		least = 0
	}
	w.noteworthy.Store(least)
}

// nanos is n units in ns, or never when that is beyond all times.
func nanos(n int64, unit time.Duration) int64 {
	if n >= never/int64(unit) {
		return never
	}
	return n * int64(unit)
}

// note looks at a command that took noteworthy long, in ns; it ended at the time end (of clock.Mono).
func (s *Server) note(c *command.Ctx, spec *command.Spec, args [][]byte, took, end int64) {
	w := &s.watching
	at := s.clock.Micros(end) / 1e6
	if took >= w.event.Load() {
		event := "command"
		if spec.Flags.Has(command.Fast) {
			event = "fast-command"
		}
		w.events.Add(event, at, took/int64(time.Millisecond))
	}
	if took >= w.slow.Load() && !spec.Flags.Has(command.SkipSlowlog) {
		w.log.Add(slowlog.Entry{At: at, Took: time.Duration(took), Addr: c.Client.Addr, Name: c.Client.Name}, spec.Shown(args),
			s.cfg.Int(config.SlowLogMaxLen))
	}
	if !c.Again { // else they were told when it began to wait
		s.tellMonitors(c, spec, args, end)
	}
}

// tellMonitors tells those who run MONITOR of a command, at the time mono (of clock.Mono), unless it is not for them, or shows
// itself (Show).
func (s *Server) tellMonitors(c *command.Ctx, spec *command.Spec, args [][]byte, mono int64) {
	if spec.Flags.Has(command.SkipMonitor | command.Admin) {
		return
	}
	s.watching.monitors.tell(c.Client, spec, args, s.clock.Micros(mono))
}

// observed reports whether there is a latency that observe would take for an event.
func (w *watching) observed() bool { return w.event.Load() != never }

// observe is told of something else than a command that may take long, and took until now.
func (s *Server) observe(event string, took time.Duration) {
	if w := &s.watching; int64(took) >= w.event.Load() {
		w.events.Add(event, clock.Millis(s.clock)/1000, took.Milliseconds())
	}
}

// SlowLog implements command.Host.
func (s *Server) SlowLog() *slowlog.Log { return &s.watching.log }

// LatencyEvents implements command.Host.
func (s *Server) LatencyEvents() *latency.Events { return &s.watching.events }

// CommandLatency implements command.Host.
func (s *Server) CommandLatency(spec *command.Spec) *latency.Distribution {
	_, took := s.stats.command(spec.ID)
	return took
}
