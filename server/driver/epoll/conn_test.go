//go:build linux

package epoll

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/server/driver"
)

// Every read brings one byte.
func TestLineByBytes(t *testing.T) {
	r := start(t, 1)
	p, s := r.dial()
	lines := "one\ntwo\n\nthree\n"
	for i := range lines {
		_, err := p.Write([]byte{lines[i]})
		require.NoError(t, err)
		waitFor(t, func() bool { return s.arrived.Load() == int64(i+1) })
	}
	p.expect("one", "two", "", "three")
	s.look(func(c *conn) { require.Zero(t, cap(c.in.Buf)) }) // a silent connection has no buffer
}

// A line that does not arrive at once is kept, whatever its size, also when the connection is told to save memory.
func TestLongLineInPieces(t *testing.T) {
	r := start(t, 1)
	p, s := r.dial()
	sent := 0
	for _, piece := range []int{1, driver.FirstBuffer - 1, 1, driver.FirstBuffer, 100_000, 3, 300_000} {
		_, err := p.Write(patternWithoutBreaks(sent, piece))
		require.NoError(t, err)
		sent += piece
		waitFor(t, func() bool { return s.arrived.Load() == int64(sent) })
		s.conn.Trim()
		s.look(func(c *conn) {
			require.Len(t, c.in.Buf, sent)
			require.Zero(t, c.in.Free())
		})
	}
	p.send("")
	p.expect(string(patternWithoutBreaks(0, sent)))
	require.EqualValues(t, 7, s.trimmed.Load())
	for range 20 { // by and by the large buffer is given up
		p.send("small")
		p.expect("small")
	}
	s.look(func(c *conn) { require.LessOrEqual(t, cap(c.in.Buf), driver.FirstBuffer) })
}

func patternWithoutBreaks(from, n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = 'a' + byte((from+i)*7%25)
	}
	return p
}

// A client that sends no more after its pipeline gets all replies, then the end.
func TestHalfClosed(t *testing.T) {
	for name, behind := range map[string]bool{"log is up to date": false, "log is behind": true} {
		t.Run(name, func(t *testing.T) {
			r := start(t, 1)
			r.behind.Store(behind)
			go func() {
				for done := range r.pending {
					done(nil)
				}
			}()
			defer func() { r.close(); close(r.pending) }()
			p, s := r.dial()
			p.gets(20)
			p.send("last", "half a lin")
			_, err := p.Write([]byte("half"))
			require.NoError(t, err)
			require.NoError(t, p.Conn.(*net.TCPConn).CloseWrite())
			p.expectPattern(20 * mb)
			p.expect("last", "half a lin")
			p.expectEnd()
			waitFor(t, s.closed.Load)
		})
	}
}

func TestHalfClosedWithoutAWord(t *testing.T) {
	r := start(t, 1)
	p, s := r.dial()
	require.NoError(t, p.Conn.(*net.TCPConn).CloseWrite())
	p.expectEnd()
	waitFor(t, s.closed.Load)
}

func TestEndInHalfALine(t *testing.T) {
	for name, end := range map[string]func(s *session, p *peer){
		"reset by the peer":      func(_ *session, p *peer) { p.reset() },
		"closed by the peer":     func(_ *session, p *peer) { p.Close() },
		"by the session's owner": func(s *session, p *peer) { s.conn.Close(); p.expectEnd() },
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, 1)
			p, s := r.dial()
			p.Write([]byte("half"))
			waitFor(t, func() bool { return s.arrived.Load() == 4 })
			end(s, p)
			waitFor(t, s.closed.Load)
			require.Zero(t, s.executed.Load())
			s.conn.Close() // too late for all of them
			s.conn.Wake()
			s.conn.Trim()
			s.look(func(c *conn) { require.Nil(t, c.in.Buf) })
		})
	}
}

// Input of a parked connection is taken up to a limit; all of it is executed after Wake.
func TestParked(t *testing.T) {
	r := start(t, 1)
	r.paused.Store(true)
	p, s := r.dial()
	p.send("before", "park", "after")
	p.expect("before")
	s.conn.Wake() // in vain
	const n = 60_000
	line := strings.Repeat("x", 200)
	go func() { p.Write([]byte(strings.Repeat(line+"\n", n))) }()
	waitFor(t, func() bool { return s.arrived.Load() >= maxParkedInput })
	p.expectSilence()
	s.look(func(c *conn) {
		require.True(t, c.parked)
		require.LessOrEqual(t, len(c.in.Buf), maxParkedInput+maxRead)
		require.Empty(t, c.loop.ready)
	})
	require.EqualValues(t, 1, s.executed.Load())
	r.paused.Store(false)
	s.conn.Wake()
	p.expect("park", "after")
	for range n / 100 {
		p.expect(strings.TrimSuffix(strings.Repeat(line+"\n", 100), "\n"))
	}
}

func TestParkedAndGone(t *testing.T) {
	for name, end := range map[string]func(s *session, p *peer){
		"reset":       func(_ *session, p *peer) { p.reset() },
		"half-closed": func(_ *session, p *peer) { p.Conn.(*net.TCPConn).CloseWrite() },
		"killed":      func(s *session, _ *peer) { s.conn.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, 1)
			r.paused.Store(true)
			p, s := r.dial()
			p.send("park")
			waitFor(t, func() (parked bool) {
				s.look(func(c *conn) { parked = c.parked })
				return parked
			})
			end(s, p)
			waitFor(t, s.closed.Load)
			require.Zero(t, s.executed.Load())
		})
	}
}

// Parked with replies of what came before that nobody reads, and woken meanwhile.
func TestParkedWithUnsentOutput(t *testing.T) {
	r := start(t, 1)
	r.paused.Store(true)
	p, s := r.dial()
	p.gets(40)
	p.send("park", "last")
	waitFor(t, func() (held bool) {
		s.look(func(c *conn) { held = c.unsent.size >= maxUnsent })
		return held
	})
	s.conn.Wake()
	p.expectPattern(40 * mb)
	p.expectSilence()
	r.paused.Store(false)
	s.conn.Wake()
	p.expect("park", "last")
}

func TestAddresses(t *testing.T) {
	r := start(t, 2)
	p, s := r.dial()
	require.Equal(t, p.LocalAddr().String(), s.conn.RemoteAddr().String())
	require.Equal(t, p.RemoteAddr().String(), s.conn.LocalAddr().String())
	require.Positive(t, s.conn.FD())
	six, err := net.Listen("tcp6", "[::1]:0")
	if err != nil {
		return // a machine without IPv6
	}
	r = startOn(t, six, 1)
	p, s = r.dial()
	require.Equal(t, fmt.Sprint(p.LocalAddr()), fmt.Sprint(s.conn.RemoteAddr()))
}
