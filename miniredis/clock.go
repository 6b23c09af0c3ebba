package miniredis

// The server's time, and how a test moves it.

import (
	"time"

	"github.com/miniredisd/miniredisd/internal/clock"
)

// tick is how often a running clock is moved along.
const tick = time.Millisecond

// WithRunningClock makes the server's clock go along with the machine's, from Start to Close, to the millisecond.
// FastForward and SetTime move it too; from there it goes on.
func WithRunningClock() Option {
	return func(o *options) { o.runningClock = true }
}

// FastForward moves the server's clock d further. When it returns, every key whose time has come is gone.
//
// In the package that this one takes after, FastForward shortens TTLs and leaves TIME and EXPIREAT as they were. Here
// there is one clock, as in Redis: after FastForward(time.Hour), TIME says an hour later.
func (m *Miniredis) FastForward(d time.Duration) {
	m.move(func() { m.clock.Advance(d) })
}

// SetTime sets the server's clock, forwards or back. When it returns, every key whose time has come is gone.
//
// In the package that this one takes after, TTLs do not feel SetTime unless ClockTTL is on. Here they do, as in Redis
// when the clock of its machine is set: a TTL is a point in time.
func (m *Miniredis) SetTime(t time.Time) {
	m.move(func() { m.clock.Set(t) })
}

func (m *Miniredis) move(by func()) {
	srv := m.Server() // before moving is held: Close waits, with mu held, for those who move the clock
	m.moving.Lock()
	defer m.moving.Unlock()
	by()
	srv.ExpireNow()
}

// millis is the server's time in milliseconds since the Unix epoch.
func (m *Miniredis) millis() int64 { return clock.Millis(m.clock) }

// letTimeRun moves the clock along with the machine's until stop is called.
func (m *Miniredis) letTimeRun() (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(tick)
		defer ticker.Stop()
		for last := time.Now(); ; {
			select {
			case <-quit:
				return
			case <-ticker.C:
			}
			now := time.Now()
			m.moving.Lock()
			m.clock.Advance(now.Sub(last))
			m.moving.Unlock()
			last = now
		}
	}()
	return func() { close(quit); <-done }
}
