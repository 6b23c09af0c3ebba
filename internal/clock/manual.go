package clock

import (
	"sync"
	"time"
)

// Manual is a clock that stands still until Set or Advance moves it.
//
// Moving it forward makes every call that has become due, in order of time, on the mover's goroutine and before Set or
// Advance returns: what a test observes afterwards already contains the effects.
type Manual struct {
	mu     sync.Mutex
	now    time.Time
	timers []*manualTimer // in no order; there are only ever a few
}

type manualTimer struct {
	clock *Manual
	at    time.Time
	f     func()
}

// NewManual returns a clock that stands at now.
func NewManual(now time.Time) *Manual { return &Manual{now: now} }

// Micros implements Clock.
func (m *Manual) Micros(int64) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now.UnixMicro()
}

// AfterFunc implements Clock.
func (m *Manual) AfterFunc(d time.Duration, f func()) Timer {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := &manualTimer{clock: m, at: m.now.Add(d), f: f}
	m.timers = append(m.timers, t)
	return t
}

// Set moves the clock to now; backwards is allowed and makes no calls.
func (m *Manual) Set(now time.Time) {
	for {
		m.mu.Lock()
		t := m.earliest()
		if t == nil || t.at.After(now) {
			m.now = now
			m.mu.Unlock()
			return
		}
		if t.at.After(m.now) {
			m.now = t.at
		}
		m.remove(t)
		m.mu.Unlock()
		t.f()
	}
}

// Advance moves the clock d further.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	now := m.now.Add(d)
	m.mu.Unlock()
	m.Set(now)
}

func (m *Manual) earliest() *manualTimer {
	var first *manualTimer
	for _, t := range m.timers {
		if first == nil || t.at.Before(first.at) {
			first = t
		}
	}
	return first
}

func (m *Manual) remove(t *manualTimer) bool {
	for i, o := range m.timers {
		if o == t {
			m.timers = append(m.timers[:i], m.timers[i+1:]...)
			return true
		}
	}
	return false
}

// Stop implements Timer.
func (t *manualTimer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	return t.clock.remove(t)
}
