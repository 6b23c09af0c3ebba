//go:build linux

package epoll

import (
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A Session whose Feed takes long: the others of its loop go on, those of the same round and new ones.
func TestDetach(t *testing.T) {
	for _, line := range []string{"long", "long " + strings.Repeat("x", 100_000)} { // in the loop's buffer, and in one of its own
		r := start(t, 1)
		peers := r.dialMany(20)
		slow, s := r.dial()
		held := s.hold()
		var waits chan struct{}
		s.look(func(c *conn) { // so that they are served in one round, the slow one among them
			waits = make(chan struct{})
			for i, p := range peers {
				if p.send("a"); i == 10 {
					slow.send("before", line, "after")
				}
			}
			close(waits)
		})
		<-waits
		<-held.begun
		s.conn.Detach()
		s.conn.Detach() // a second time changes nothing
		for _, p := range peers {
			p.expect("a")
		}
		for range 3 {
			for _, p := range peers {
				p.send(strings.Repeat("b", 1000))
			}
			for _, p := range peers {
				p.expect(strings.Repeat("b", 1000))
			}
		}
		late, _ := r.dial()
		late.send("c")
		late.expect("c")
		slow.send("more")
		s.conn.Flush()
		s.conn.Trim()
		s.look(func(c *conn) {
			require.True(t, c.away)
			require.EqualValues(t, 2, s.executed.Load())
			require.Zero(t, s.trimmed.Load())
		})
		held.release()
		slow.expect("before", line, "after", "more")
		waitFor(t, func() bool { return s.trimmed.Load() == 1 })
		s.look(func(c *conn) { require.False(t, c.away) })
		slow.send("again")
		slow.expect("again")
	}
}

// Whatever ends the connection meanwhile, it ends when Feed has returned, and once.
func TestEndOfADetachedConnection(t *testing.T) {
	for name, end := range map[string]func(r *running, p *peer, s *session){
		"closed":       func(_ *running, _ *peer, s *session) { s.conn.Close() },
		"disconnected": func(_ *running, p *peer, _ *session) { p.reset() },
		"half closed":  func(_ *running, p *peer, _ *session) { p.Close() },
		"listener":     func(r *running, _ *peer, _ *session) { r.server.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, 1)
			other, _ := r.dial()
			slow, s := r.dial()
			held := s.hold()
			slow.send("long", "get 1000000")
			<-held.begun
			s.conn.Detach()
			end(r, slow, s)
			if name != "listener" {
				other.send("a")
				other.expect("a")
			}
			s.look(func(*conn) {})
			require.False(t, s.closed.Load())
			held.release()
			waitFor(t, s.closed.Load)
		})
	}
}

// A connection that has come back may leave again.
func TestDetachAgainAndAgain(t *testing.T) {
	r := start(t, 2)
	other, _ := r.dial()
	slow, s := r.dial()
	for range 100 {
		held := s.hold()
		slow.send("long")
		<-held.begun
		s.conn.Detach()
		other.send("a")
		other.expect("a")
		held.release()
		slow.expect("long")
	}
}

// A Session that talks with its peer by itself, while its loop is held up by another one.
func TestStream(t *testing.T) {
	for _, end := range []bool{false, true} {
		r := start(t, 1)
		p, s := r.dial()
		held := s.hold()
		p.send("before", "long", "after")
		<-held.begun
		stream, err := s.conn.Stream()
		require.NoError(t, err)
		other, blocks := r.dial()
		inTheWay := blocks.hold()
		other.send("long")
		<-inTheWay.begun
		room := make([]byte, 100)
		read := func() string {
			n, err := stream.Read(room)
			require.NoError(t, err)
			return string(room[:n])
		}
		p.send("one")
		require.Equal(t, "one\n", read())
		_, err = stream.Write([]byte("two\n"))
		require.NoError(t, err)
		p.expect("two")
		stream.SetReadDeadline(time.Unix(1, 0)) // as who wants to be heard
		_, err = stream.Read(room)
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		stream.SetReadDeadline(time.Time{})
		p.send("three")
		require.Equal(t, "three\n", read())
		inTheWay.release()
		other.expect("long")
		if end {
			p.Close()
			_, err = stream.Read(room)
			require.ErrorIs(t, err, io.EOF)
		}
		held.release()
		if end {
			waitFor(t, s.closed.Load)
			continue
		}
		p.expect("before", "long", "after")
		_, err = stream.Write([]byte("late"))
		require.ErrorIs(t, err, os.ErrClosed)
		p.send("again")
		p.expect("again")
	}
}
