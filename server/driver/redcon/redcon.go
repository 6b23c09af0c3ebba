// Package redcon drives connections with github.com/tidwall/redcon, on every platform and for every kind of
// listener: TCP, TLS, unix sockets and in-memory pipes.
//
// redcon's Server accepts, owns a goroutine for each connection, and keeps track of them. Its own request reader is not
// used, because it allocates for every command, scans a partial command from its start at every read, and knows none of
// Redis's limits. Instead, when redcon asks a connection for its first bytes, the connection serves its Session from
// there, on redcon's goroutine, and reports the end of input when it is through.
package redcon

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tidwall/redcon"

	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/server/driver"
)

const (
	// maxParkedInput is how much input is taken from a parked connection; then it waits in the kernel.
	maxParkedInput = 1 << 20
	// maxBackoff is the longest pause after accept has failed, as when descriptors run out.
	maxBackoff = time.Second
)

// Server is one listener with its connections.
type Server struct {
	ln     *listener
	redcon *redcon.Server
}

// New returns a server for ln. Serve starts it.
func New(ln net.Listener, a driver.Acceptor) *Server {
	l := &listener{Listener: ln, acceptor: a, end: make(chan struct{})}
	accept := func(c redcon.Conn) bool { return c.NetConn().(*conn).session != nil }
	return &Server{ln: l, redcon: redcon.NewServerNetwork(ln.Addr().Network(), ln.Addr().String(),
		func(redcon.Conn, redcon.Command) {}, accept, nil)}
}

// Serve accepts until Close. It returns nil when the listener was closed.
func (s *Server) Serve() error { return s.redcon.Serve(s.ln) }

// Close stops accepting and ends all connections.
func (s *Server) Close() error { return s.ln.Close() }

// StopAccepting closes the listener; the connections go on.
func (s *Server) StopAccepting() error { return s.ln.Listener.Close() }

// listener hands redcon connections that serve themselves. Its end is not that of the listener inside: redcon ends all
// connections when it may accept no more.
type listener struct {
	net.Listener
	acceptor driver.Acceptor
	open     sync.WaitGroup // sessions that have not ended
	end      chan struct{}  // closed by Close
	once     sync.Once
}

// Close implements net.Listener.
func (l *listener) Close() (err error) {
	l.once.Do(func() {
		close(l.end)
		err = l.Listener.Close()
	})
	return err
}

// Accept implements net.Listener. Failures other than the listener's end are waited out with growing pauses, since
// redcon would ask again at once.
func (l *listener) Accept() (net.Conn, error) {
	for backoff := 5 * time.Millisecond; ; backoff = min(2*backoff, maxBackoff) {
		nc, err := l.Listener.Accept()
		switch {
		case err == nil:
			return l.begin(nc), nil
		case errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF):
			l.outlive()
			return nil, net.ErrClosed
		}
		select {
		case <-l.end:
		case <-time.After(backoff):
		}
	}
}

// outlive returns when all connections have ended, or must end.
func (l *listener) outlive() {
	none := make(chan struct{})
	go func() {
		l.open.Wait()
		close(none)
	}()
	select {
	case <-l.end:
	case <-none:
	}
}

func (l *listener) begin(nc net.Conn) *conn {
	c := &conn{Conn: nc, listener: l, woken: make(chan struct{}, 1), nudged: make(chan struct{}, 1)}
	c.in.silent = true
	session, refusal := l.acceptor.Accept(c)
	if session == nil {
		nc.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
		nc.Write(refusal)
		return c
	}
	c.session = session
	l.open.Add(1)
	return c
}

// conn is a connection that serves its Session inside the first Read.
type conn struct {
	net.Conn
	listener *listener
	session  driver.Session
	in       input
	woken    chan struct{} // holds a token after Wake
	trimmed  atomic.Bool   // Trim was called
	flushed  atomic.Bool   // Flush was called
	nudged   chan struct{} // holds a token after Flush
	closed   atomic.Bool
	once     sync.Once
}

// socket is the connection below TLS.
func (c *conn) socket() net.Conn {
	if t, ok := c.Conn.(*tls.Conn); ok {
		return t.NetConn()
	}
	return c.Conn
}

// Loop implements driver.Conn: each connection has a goroutine.
func (c *conn) Loop() int { return 0 }

// Memory implements driver.Conn: the goroutine's stack, and redcon's reader of 4 KB and its like.
func (c *conn) Memory() int { return 11 << 10 }

// KeepAlive implements driver.Conn.
func (c *conn) KeepAlive(idle time.Duration) {
	if tcp, ok := c.socket().(*net.TCPConn); ok {
		tcp.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: idle, Interval: max(idle/3, time.Second), Count: 3})
	}
}

// FD implements driver.Conn.
func (c *conn) FD() int {
	fd := -1
	if sc, ok := c.socket().(syscall.Conn); ok {
		if raw, err := sc.SyscallConn(); err == nil {
			raw.Control(func(f uintptr) { fd = int(f) })
		}
	}
	return fd
}

// Wake implements driver.Conn.
func (c *conn) Wake() {
	c.wake()
	c.interrupt()
}

func (c *conn) wake() {
	select {
	case c.woken <- struct{}{}:
	default:
	}
}

// Flush implements driver.Conn.
func (c *conn) Flush() {
	c.flushed.Store(true)
	select {
	case c.nudged <- struct{}{}:
	default:
	}
	c.interrupt()
}

// Detach implements driver.Conn: nobody else waits for a connection's goroutine.
func (c *conn) Detach() {}

// Stream implements driver.Conn.
func (c *conn) Stream() (driver.Stream, error) { return c.Conn, nil }

// Trim implements driver.Conn.
func (c *conn) Trim() {
	c.trimmed.Store(true)
	c.interrupt()
}

// interrupt makes a Read return that is pending, or else the next one.
func (c *conn) interrupt() { c.Conn.SetReadDeadline(time.Unix(1, 0)) }

// Close implements driver.Conn and net.Conn.
func (c *conn) Close() error {
	c.closed.Store(true)
	c.wake()
	return c.Conn.Close()
}

// Read is called by redcon's goroutine for the first bytes. It returns when the connection has ended.
func (c *conn) Read([]byte) (int, error) {
	c.once.Do(func() {
		defer c.listener.open.Done()
		defer c.session.Closed()
		c.serve()
		c.Conn.Close()
		c.in.Release()
	})
	return 0, io.EOF
}

// serve reads, feeds and writes until either side ends the connection.
func (c *conn) serve() {
	parked := false
	for {
		now := int64(0)
		n, ok := c.fill(parked)
		switch {
		case !ok:
			return
		case n > 0:
			now = clock.Mono()
			c.session.Arrived(n, now)
		}
		if c.flushed.Swap(false) && !c.write() {
			return
		}
		if parked && !c.takeWake() || !parked && n == 0 {
			continue
		}
		state := c.feed(now)
		if state == driver.Close {
			return
		}
		parked = state == driver.Parked
	}
}

// fill reads once. No bytes and true: it was interrupted.
func (c *conn) fill(parked bool) (n int, ok bool) {
	if parked && len(c.in.Buf) >= maxParkedInput {
		c.session.Buffered(len(c.in.Buf), c.in.Free())
		select {
		case <-c.woken:
			c.wake()
		case <-c.nudged:
		}
		return 0, !c.closed.Load()
	}
	room := c.in.room(c.session.Need())
	c.session.Buffered(len(c.in.Buf), c.in.Free())
	n, err := c.Conn.Read(room)
	if n > 0 {
		c.in.add(n)
		return n, true
	}
	if err != nil && (!errors.Is(err, os.ErrDeadlineExceeded) || c.closed.Load()) {
		return 0, false
	}
	c.Conn.SetReadDeadline(time.Time{})
	if c.trimmed.Swap(false) {
		c.in.trim()
		c.session.Trim()
	}
	return 0, true
}

func (c *conn) takeWake() bool {
	select {
	case <-c.woken:
		return true
	default:
		return false
	}
}

// feed executes what has arrived, from the time now on if that is known, and writes the replies.
func (c *conn) feed(now int64) (state driver.State) {
	buf := c.in.Buf
	c.session.Buffered(len(buf), c.in.Free())
	at := 0
	for state = driver.Again; state == driver.Again; {
		var n int
		n, state, _ = c.session.Feed(buf[at:], now)
		at, now = at+n, 0
		if !c.write() {
			return driver.Close
		}
	}
	c.in.Drop(at)
	return state
}

// write writes what the Session has to say, once the log holds what that acknowledges. False: the connection has ended.
func (c *conn) write() (ok bool) {
	if c.listener.acceptor.WaitDurable() != nil && c.session.Acknowledges() {
		return false
	}
	if out := c.session.Output(); len(out) > 0 {
		if _, err := c.Conn.Write(out); err != nil {
			return false
		}
		c.session.Wrote(len(out))
		driver.GiveLarge(out)
	}
	return true
}
