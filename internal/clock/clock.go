// Package clock is the one source of time of the server: TTLs, TIME, idle times, timeouts and cron all read it, so that
// whoever owns the clock (a test) owns time.
//
// Two kinds exist: System, which follows the machine, and Manual, which stands still until it is told to move.
// How long a command took (slow log, command statistics) is not a matter of this clock: that is always measured with
// Mono, since a frozen clock must not make every command look free.
package clock

import (
	"sync/atomic"
	"time"
)

// Clock tells the wall time and calls back later.
type Clock interface {
	// Micros is the wall time at the instant mono (a reading of Mono), in microseconds since the Unix epoch. Passing
	// the reading lets a caller pay for one clock read and get both times.
	Micros(mono int64) int64
	// AfterFunc calls f once, d from now on this clock, on a goroutine of the clock's choosing.
	AfterFunc(d time.Duration, f func()) Timer
}

// Timer is a pending call made by AfterFunc.
type Timer interface {
	// Stop cancels the call; it reports false when the call was made already or was stopped before.
	Stop() bool
}

// Millis is the wall time of c now, in milliseconds since the Unix epoch.
func Millis(c Clock) int64 { return c.Micros(Mono()) / 1000 }

var start = time.Now()

// Mono is a monotonic reading in nanoseconds since the process started. It costs one vDSO call, half of time.Now.
func Mono() int64 { return int64(time.Since(start)) }

// System follows the machine's clock.
//
// It reads the monotonic clock and adds an offset that is measured anew every resync, which is how a step of the
// machine's clock (NTP, an operator) reaches the server without every command paying for the second clock read.
type System struct {
	offset atomic.Int64 // wall clock µs at Mono()==0
	synced atomic.Int64 // Mono() of the last measurement
}

// resync is how old, in nanoseconds, the measured offset may become.
const resync = int64(100 * time.Millisecond)

// NewSystem returns a clock that follows the machine's.
func NewSystem() *System {
	s := &System{}
	s.measure(Mono())
	return s
}

func (s *System) measure(mono int64) {
	s.synced.Store(mono)
	s.offset.Store(time.Now().UnixMicro() - Mono()/1000)
}

// Micros implements Clock.
func (s *System) Micros(mono int64) int64 {
	if mono-s.synced.Load() > resync {
		s.measure(mono)
	}
	return s.offset.Load() + mono/1000
}

// AfterFunc implements Clock.
func (s *System) AfterFunc(d time.Duration, f func()) Timer { return time.AfterFunc(d, f) }
