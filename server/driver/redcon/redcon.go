// Package redcon drives connections with github.com/tidwall/redcon, on every platform and for every kind of
// listener: TCP, TLS, unix sockets and in-memory pipes.
//
// redcon's Server accepts, owns a goroutine for each connection, and keeps track of them. Its own request reader is not
// used, because it allocates for every command, scans a partial command from its start at every read, and knows none of
// Redis's limits. Instead, when redcon asks a connection for its first bytes, the connection serves its Session from
// there, on redcon's goroutine, and reports the end of input when it is through.
package redcon

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/tidwall/redcon"

	"github.com/miniredisd/miniredisd/server/driver"
)

const (
	// firstBuffer is the size of a connection's read buffer until a command needs more, in bytes.
	firstBuffer = 16 << 10
	// maxParkedInput is how much input is taken from a parked connection; then it waits in the kernel.
	maxParkedInput = 1 << 20
	// maxBackoff is the longest pause after accept has failed, as when descriptors run out.
	maxBackoff = time.Second
)

// Server is one listener with its connections.
type Server struct {
	ln     net.Listener
	redcon *redcon.Server
}

// New returns a server for ln. Serve starts it.
func New(ln net.Listener, a driver.Acceptor) *Server {
	l := &listener{Listener: ln, acceptor: a}
	accept := func(c redcon.Conn) bool { return c.NetConn().(*conn).session != nil }
	return &Server{ln: l, redcon: redcon.NewServerNetwork(ln.Addr().Network(), ln.Addr().String(),
		func(redcon.Conn, redcon.Command) {}, accept, nil)}
}

// Serve accepts until Close. It returns nil when the listener was closed.
func (s *Server) Serve() error { return s.redcon.Serve(s.ln) }

// Close stops accepting and ends all connections.
func (s *Server) Close() error { return s.redcon.Close() }

// StopAccepting closes the listener; the connections go on.
func (s *Server) StopAccepting() error { return s.ln.Close() }

// listener hands redcon connections that serve themselves.
type listener struct {
	net.Listener
	acceptor driver.Acceptor
}

// Accept implements net.Listener. Failures other than the listener's end are waited out with growing pauses, since
// redcon would ask again at once.
func (l *listener) Accept() (net.Conn, error) {
	for backoff := 5 * time.Millisecond; ; backoff = min(2*backoff, maxBackoff) {
		nc, err := l.Listener.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF) {
				return nil, net.ErrClosed
			}
			time.Sleep(backoff)
			continue
		}
		return l.open(nc), nil
	}
}

func (l *listener) open(nc net.Conn) *conn {
	c := &conn{Conn: nc, woken: make(chan struct{}, 1)}
	session, refusal := l.acceptor.Accept(c)
	if session == nil {
		nc.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
		nc.Write(refusal)
		return c
	}
	c.session = session
	return c
}

// conn is a connection that serves its Session inside the first Read.
type conn struct {
	net.Conn
	session driver.Session
	woken   chan struct{} // holds a token after Wake
	closed  atomic.Bool
	once    sync.Once
}

// FD implements driver.Conn.
func (c *conn) FD() int {
	fd := -1
	if sc, ok := c.Conn.(syscall.Conn); ok {
		if raw, err := sc.SyscallConn(); err == nil {
			raw.Control(func(f uintptr) { fd = int(f) })
		}
	}
	return fd
}

// Wake implements driver.Conn: it makes a pending Read return.
func (c *conn) Wake() {
	c.wake()
	c.Conn.SetReadDeadline(time.Unix(1, 0))
}

func (c *conn) wake() {
	select {
	case c.woken <- struct{}{}:
	default:
	}
}

// Close implements driver.Conn and net.Conn.
func (c *conn) Close() error {
	c.closed.Store(true)
	c.wake()
	return c.Conn.Close()
}

// Read is called by redcon's goroutine for the first bytes. It returns when the connection has ended.
func (c *conn) Read([]byte) (int, error) {
	c.once.Do(func() {
		defer c.session.Closed()
		c.serve()
		c.Conn.Close()
	})
	return 0, io.EOF
}

// serve reads, feeds and writes until either side ends the connection.
func (c *conn) serve() {
	buf := make([]byte, 0, firstBuffer)
	parked := false
	for {
		if len(buf) == cap(buf) {
			buf = grow(buf, c.session.Need())
		}
		c.session.Buffered(len(buf), cap(buf)-len(buf))
		n, ok := c.fill(buf, parked)
		if !ok {
			return
		}
		buf = buf[:len(buf)+n]
		if parked && !c.takeWake() {
			continue
		}
		var state driver.State
		buf, state = c.feed(buf)
		if state == driver.Close {
			return
		}
		parked = state == driver.Parked
	}
}

// fill reads behind buf; no bytes and true when Wake interrupted it.
func (c *conn) fill(buf []byte, parked bool) (n int, ok bool) {
	if parked && len(buf) >= maxParkedInput {
		<-c.woken
		c.woken <- struct{}{}
		return 0, !c.closed.Load()
	}
	n, err := c.Conn.Read(buf[len(buf):cap(buf)])
	if err != nil && n == 0 {
		if !errors.Is(err, os.ErrDeadlineExceeded) || c.closed.Load() {
			return 0, false
		}
		c.Conn.SetReadDeadline(time.Time{})
	}
	return n, true
}

func (c *conn) takeWake() bool {
	select {
	case <-c.woken:
		return true
	default:
		return false
	}
}

// feed executes what buf holds and writes the replies. It returns the bytes that are left, at the head of a buffer.
func (c *conn) feed(buf []byte) (left []byte, state driver.State) {
	at := 0
	for state = driver.Again; state == driver.Again; {
		var n int
		n, state = c.session.Feed(buf[at:])
		at += n
		out, err := c.session.Output()
		if err != nil {
			return nil, driver.Close
		}
		if len(out) > 0 {
			if _, err := c.Conn.Write(out); err != nil {
				return nil, driver.Close
			}
			c.session.Wrote(len(out))
		}
	}
	switch {
	case at == 0:
		return buf, state
	case at == len(buf) && cap(buf) > firstBuffer:
		return make([]byte, 0, firstBuffer), state
	}
	return buf[:copy(buf, buf[at:])], state
}

// grow returns buf with room for need more bytes at least. It doubles, rather than trusting a client's claim of what
// is to come: no more memory is taken than twice what has arrived, or what one large argument needs once it is under way.
func grow(buf []byte, need int) []byte {
	size := 2 * cap(buf)
	if need > 0 && len(buf)+need < 8*size {
		size = max(len(buf)+need, firstBuffer)
		if size == cap(buf) {
			size++
		}
	}
	bigger := make([]byte, len(buf), size)
	copy(bigger, buf)
	return bigger
}
