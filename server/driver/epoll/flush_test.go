//go:build linux

package epoll

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Output that nobody has asked for goes to silent connections, to parked ones, and to those in the middle of a line.
func TestFlush(t *testing.T) {
	r := start(t, 1)
	r.paused.Store(true)
	p, s := r.dial()
	s.push("silent")
	p.expect("silent")
	_, err := p.Write([]byte("pa"))
	require.NoError(t, err)
	s.push("half a line")
	p.expect("half a line")
	p.send("rk")
	waitFor(t, func() (parked bool) {
		s.look(func(c *conn) { parked = c.parked })
		return parked
	})
	s.push("parked")
	p.expect("parked")
	require.Zero(t, s.executed.Load())
	r.paused.Store(false)
	s.conn.Wake()
	p.expect("park")
	s.conn.Flush() // in vain
	p.send("last")
	p.expect("last")
}

// To who does not read, nothing is given before he has what was given before: it waits with the Session.
func TestFlushWithUnsentOutput(t *testing.T) {
	r := start(t, 1)
	p, s := r.dial()
	p.gets(20)
	waitFor(t, func() (held bool) {
		s.look(func(c *conn) { held = s.executed.Load() == 20 && c.full && !c.hungry })
		return held
	})
	s.push("late")
	s.look(func(*conn) {})
	require.Equal(t, len("late\n"), s.pushes())
	p.expectPattern(20 * mb)
	p.expect("late")
}

// It waits for the log, like replies.
func TestFlushWaitsForTheLog(t *testing.T) {
	r := start(t, 1)
	r.behind.Store(true)
	p, s := r.dial()
	p.send("a")
	waitFor(t, func() bool { return s.executed.Load() == 1 })
	s.push("b")
	p.expectSilence()
	r.sync(nil)
	p.expect("a", "b")
	s.push("c")
	p.expectSilence()
	for len(r.pending) > 0 {
		r.sync(nil)
	}
	p.expect("c")
}
