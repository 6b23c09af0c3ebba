// Package load makes requests: a small client for preparing data and for probing, and the load that is measured:
// redis-benchmark's, our own, which costs less, and one of a fixed rate. It imports package proc alone.
package load

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

const (
	// bulkLimit bounds the replies that this client takes; it asks for nothing large.
	bulkLimit = 1 << 20
	// replyWait is how long a reply may take before the server counts as stuck.
	replyWait = 60 * time.Second
)

// Conn is a connection that sends commands and reads simple replies: status, error, integer, bulk string, null. It is not
// for concurrent use.
type Conn struct {
	nc  net.Conn
	r   *bufio.Reader
	w   *bufio.Writer
	buf []byte
}

// ServerError is an error reply.
type ServerError string

// Error returns the server's text.
func (e ServerError) Error() string { return string(e) }

// Dial connects to a server.
func Dial(addr string) (*Conn, error) {
	nc, err := net.DialTimeout("tcp", addr, replyWait)
	if err != nil {
		return nil, err
	}
	return newConn(nc), nil
}

func newConn(nc net.Conn) *Conn {
	return &Conn{nc: nc, r: bufio.NewReaderSize(nc, 64<<10), w: bufio.NewWriterSize(nc, 64<<10)}
}

// Close closes the connection.
func (c *Conn) Close() error { return c.nc.Close() }

// Queue appends a command to what the next Flush sends. It may send earlier ones already, so no more should be queued
// without reading than the server answers without being read from (see Pipeline).
func (c *Conn) Queue(args ...string) error {
	b := appendRequest(c.buf[:0], args...)
	c.buf = b
	_, err := c.w.Write(b)
	return err
}

// Flush sends what is queued, and gives the replies to come their time limit.
func (c *Conn) Flush() error {
	if err := c.nc.SetDeadline(time.Now().Add(replyWait)); err != nil {
		return err
	}
	return c.w.Flush()
}

// Do sends a command and returns its reply, an integer as its digits and null as "". An error reply is a ServerError.
func (c *Conn) Do(args ...string) (string, error) {
	if err := c.Queue(args...); err != nil {
		return "", err
	}
	if err := c.Flush(); err != nil {
		return "", err
	}
	return c.Reply()
}

// Int sends a command and returns its integer reply.
func (c *Conn) Int(args ...string) (int, error) {
	reply, err := c.Do(args...)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(reply)
}

// Reply reads one reply; see Do.
func (c *Conn) Reply() (string, error) {
	line, err := c.line()
	if err != nil {
		return "", err
	}
	switch line[0] {
	case '+', ':':
		return line[1:], nil
	case '-':
		return "", ServerError(line[1:])
	case '_':
		return "", nil
	case '$':
		n, err := strconv.Atoi(line[1:])
		if err != nil || n < -1 || n > bulkLimit {
			return "", fmt.Errorf("reply %q is no bulk string that is expected here", line)
		}
		if n == -1 {
			return "", nil
		}
		bulk := make([]byte, n+2)
		if _, err := io.ReadFull(c.r, bulk); err != nil {
			return "", err
		}
		if string(bulk[n:]) != "\r\n" {
			return "", errors.New("bulk string without its end")
		}
		return string(bulk[:n]), nil
	}
	return "", fmt.Errorf("reply %q is of no type that is expected here", line)
}

// line reads a line and cuts off its end. It is never empty.
func (c *Conn) line() (string, error) {
	line, err := c.r.ReadSlice('\n') // fails on a line that outgrows the buffer
	if err != nil {
		return "", err
	}
	if n := len(line); n >= 3 && line[n-2] == '\r' {
		return string(line[:n-2]), nil
	}
	return "", fmt.Errorf("reply %q does not end as a line of the protocol does", line)
}

// Pipeline sends n commands, batch at a time, and reads their replies. next queues the i-th command. The first error reply
// ends it.
func (c *Conn) Pipeline(n, batch int, next func(i int) error) error {
	for done := 0; done < n; done += batch {
		count := min(batch, n-done)
		for i := range count {
			if err := next(done + i); err != nil {
				return err
			}
		}
		if err := c.Flush(); err != nil {
			return err
		}
		for range count {
			if _, err := c.Reply(); err != nil {
				return err
			}
		}
	}
	return nil
}
