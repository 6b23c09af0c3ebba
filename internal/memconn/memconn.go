// Package memconn has connections within the process: a net.Listener that is dialed without a socket.
//
// Other than with net.Pipe, each direction has a buffer, as a TCP socket has: a client may write a whole pipeline before
// it reads the first reply. It depends on the standard library alone.
package memconn

import (
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// maxBacklog is how many dialed connections wait to be accepted; Dial waits while there are more.
const maxBacklog = 128

// Addr is the address of an end: "mem:0" for the listener's, "mem:n" for the n-th that dialed.
type Addr int

// Network is "mem".
func (Addr) Network() string { return "mem" }

// String implements net.Addr.
func (a Addr) String() string { return "mem:" + strconv.Itoa(int(a)) }

// Listener is a net.Listener that only this process can dial.
type Listener struct {
	mu      sync.Mutex
	changed sync.Cond
	backlog []*conn
	dialed  int
	closed  bool
}

// Listen opens a listener.
func Listen() *Listener {
	l := new(Listener)
	l.changed.L = &l.mu
	return l
}

// Accept waits for a connection.
func (l *Listener) Accept() (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.backlog) == 0 && !l.closed {
		l.changed.Wait()
	}
	if l.closed {
		return nil, opError("accept", Addr(0), nil, net.ErrClosed)
	}
	c := l.backlog[0]
	l.backlog = l.backlog[1:]
	l.changed.Broadcast()
	return c, nil
}

// Dial connects to the listener. It need not be accepted yet.
func (l *Listener) Dial() (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.backlog) >= maxBacklog && !l.closed {
		l.changed.Wait()
	}
	if l.closed {
		return nil, opError("dial", nil, Addr(0), net.ErrClosed)
	}
	l.dialed++
	up, down := newStream(), newStream()
	client := &conn{in: down, out: up, local: Addr(l.dialed), remote: 0}
	server := &conn{in: up, out: down, local: 0, remote: Addr(l.dialed)}
	l.backlog = append(l.backlog, server)
	l.changed.Broadcast()
	return client, nil
}

// Close stops listening. Connections that were accepted go on; those that were not are closed.
func (l *Listener) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return opError("close", Addr(0), nil, net.ErrClosed)
	}
	l.closed = true
	waiting := l.backlog
	l.backlog = nil
	l.changed.Broadcast()
	l.mu.Unlock()
	for _, c := range waiting {
		_ = c.Close() // closed once, here
	}
	return nil
}

// Addr is the listener's address.
func (l *Listener) Addr() net.Addr { return Addr(0) }

// conn is one end of a connection: it reads one stream and writes the other.
type conn struct {
	in, out       *stream
	local, remote Addr
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p)
	return n, c.opError("read", err)
}

func (c *conn) Write(p []byte) (int, error) {
	n, err := c.out.write(p)
	return n, c.opError("write", err)
}

// Close ends both directions: the other end reads what was written before, and cannot write any more.
func (c *conn) Close() error {
	if !c.out.closeWriter() {
		return c.opError("close", net.ErrClosed)
	}
	c.in.closeReader()
	return nil
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

func (c *conn) SetDeadline(t time.Time) error {
	if err := c.SetReadDeadline(t); err != nil {
		return err
	}
	return c.SetWriteDeadline(t)
}

func (c *conn) SetReadDeadline(t time.Time) error {
	return c.opError("set", c.in.setReadDeadline(t))
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	return c.opError("set", c.out.setWriteDeadline(t))
}

func (c *conn) opError(op string, err error) error { return opError(op, c.local, c.remote, err) }

// opError says what failed, as the net package does; io.EOF stays bare, and no error none.
func opError(op string, source, addr net.Addr, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return &net.OpError{Op: op, Net: "mem", Source: source, Addr: addr, Err: err}
}
