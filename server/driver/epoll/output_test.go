//go:build linux

package epoll

import (
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const mb = 1 << 20

// gets asks for n replies of a MiB each.
func (p *peer) gets(n int) {
	p.t.Helper()
	for range n {
		p.send("get 1048576")
	}
}

// stuff makes the server have unsent output for the peer: n MiB, some of which is in the kernel.
func (p *peer) stuff(s *session, n int) {
	p.t.Helper()
	p.gets(n)
	waitFor(p.t, func() (stuck bool) {
		s.look(func(c *conn) { stuck = c.full && !c.hungry && s.executed.Load() == int64(n) })
		return stuck
	})
}

func TestUnsentIsAQueue(t *testing.T) {
	var u unsent
	var want, got []byte
	for i := range 300 {
		p := patterned[i*1000:][:1000+i]
		u.add(append([]byte(nil), p...), i%7 == 0)
		want = append(want, p...)
		if i%3 == 0 {
			n := min(500, len(u.chunks[0]))
			got = append(got, u.chunks[0][:n]...)
			u.drop(n)
		}
		require.Equal(t, len(want)-len(got), u.size)
	}
	for !u.empty() {
		n := min(70_000, len(u.chunks[0]))
		got = append(got, u.chunks[0][:n]...)
		u.drop(n)
	}
	require.Equal(t, want, got)
	require.Nil(t, u.chunks)
}

// Nothing more is executed for a client that does not read; when it does, it gets everything in order.
func TestClientThatDoesNotRead(t *testing.T) {
	unix, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	require.NoError(t, err)
	for name, r := range map[string]*running{"tcp": start(t, 1), "unix": startOn(t, unix, 1)} {
		t.Run(name, func(t *testing.T) {
			p, s := r.dial()
			other, _ := r.dial()
			p.gets(80)
			p.send("last")
			held := func() (held bool) {
				s.look(func(c *conn) { held = c.full && c.unsent.size >= maxUnsent })
				return held
			}
			waitFor(t, held)
			executed := s.executed.Load()
			other.send("others go on")
			other.expect("others go on")
			time.Sleep(10 * time.Millisecond)
			require.True(t, held())
			require.Equal(t, executed, s.executed.Load())
			require.Less(t, executed, int64(60))
			s.look(func(c *conn) {
				require.Less(t, c.unsent.size, maxUnsent+2*mb)
				memory := 0
				for _, chunk := range c.unsent.chunks {
					memory += cap(chunk)
				}
				require.Less(t, memory, 2*maxUnsent)
				require.Empty(t, c.loop.ready) // it does not spin
			})
			p.expectPattern(80 * mb)
			p.expect("last")
			s.look(func(c *conn) {
				require.True(t, c.unsent.empty())
				require.False(t, c.full)
			})
			require.EqualValues(t, 80*mb+5, s.wrote.Load())
			p.send("and again")
			p.expect("and again")
		})
	}
}

// What was not taken yet is sent before the end.
func TestCloseAfterUnsentOutput(t *testing.T) {
	r := start(t, 1)
	p, s := r.dial()
	p.stuff(s, 12)
	p.send("quit", "not executed")
	waitFor(t, func() bool { return s.executed.Load() == 13 })
	p.expectPattern(12 * mb)
	p.expect("bye")
	p.expectEnd()
	waitFor(t, s.closed.Load)
	require.EqualValues(t, 13, s.executed.Load())
}

// The last replies wait for the log while earlier ones are still being sent: the end comes after both.
func TestCloseAfterUnsentOutputAndTheLog(t *testing.T) {
	r := start(t, 1)
	p, s := r.dial()
	p.stuff(s, 12)
	r.behind.Store(true)
	p.send("quit")
	waitFor(t, func() bool { return r.waits.Load() == 1 && s.executed.Load() == 13 })
	p.expectPattern(12 * mb)
	p.expectSilence()
	r.sync(nil)
	p.expect("bye")
	p.expectEnd()
}

func TestCloseWhileOutputIsUnsent(t *testing.T) {
	for name, end := range map[string]func(r *running, s *session, p *peer){
		"by the session's owner": func(_ *running, s *session, _ *peer) { s.conn.Close() },
		"with the listener":      func(r *running, _ *session, _ *peer) { r.server.Close() },
		"by the peer":            func(_ *running, _ *session, p *peer) { p.reset() },
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, 1)
			p, s := r.dial()
			p.gets(80)
			waitFor(t, func() (held bool) {
				s.look(func(c *conn) { held = c.unsent.size >= maxUnsent })
				return held
			})
			end(r, s, p)
			waitFor(t, s.closed.Load)
			s.look(func(c *conn) { require.Nil(t, c.unsent.chunks) })
		})
	}
}

// A peer that has been told "bye" but does not read may go away.
func TestResetWhileClosing(t *testing.T) {
	r := start(t, 1)
	p, s := r.dial()
	p.stuff(s, 12)
	p.send("quit")
	waitFor(t, func() bool { return s.executed.Load() == 13 })
	require.False(t, s.closed.Load())
	p.reset()
	waitFor(t, s.closed.Load)
}
