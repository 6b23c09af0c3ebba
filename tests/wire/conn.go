package wire

import (
	"bufio"
	"fmt"
	"net"
	"strconv"
	"time"
)

// Conn is a connection to a server. Sending and receiving may be done by two goroutines, each by one.
type Conn struct {
	net.Conn
	r *bufio.Reader
	w *bufio.Writer
	// Timeout is how long Receive waits.
	Timeout time.Duration
}

// New talks over a connection that exists.
func New(c net.Conn) *Conn {
	return &Conn{Conn: c, r: bufio.NewReaderSize(c, 64<<10), w: bufio.NewWriterSize(c, 64<<10), Timeout: 10 * time.Second}
}

// Dial connects to a TCP address.
func Dial(addr string) (*Conn, error) {
	c, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return nil, err
	}
	return New(c), nil
}

// Send writes a request, to a buffer: Flush or Do sends it.
func (c *Conn) Send(args ...string) {
	b := c.w.AvailableBuffer()
	b = append(b, '*')
	b = strconv.AppendInt(b, int64(len(args)), 10)
	b = append(b, "\r\n"...)
	for _, a := range args {
		b = append(b, '$')
		b = strconv.AppendInt(b, int64(len(a)), 10)
		b = append(b, "\r\n"...)
		b = append(append(b, a...), "\r\n"...)
	}
	c.w.Write(b)
}

// Raw writes bytes as they are, to the same buffer.
func (c *Conn) Raw(b string) { c.w.WriteString(b) }

// Flush sends what was written.
func (c *Conn) Flush() error { return c.w.Flush() }

// Receive reads the next reply.
func (c *Conn) Receive() (Value, error) {
	c.SetReadDeadline(time.Now().Add(c.Timeout))
	return Read(c.r)
}

// Silent reports whether nothing arrives for that long.
func (c *Conn) Silent(d time.Duration) bool {
	c.SetReadDeadline(time.Now().Add(d))
	_, err := c.r.Peek(1)
	return err != nil
}

// Do sends a request and reads its reply. An error reply is a value, not an error.
func (c *Conn) Do(args ...string) (Value, error) {
	c.Send(args...)
	if err := c.Flush(); err != nil {
		return Value{}, err
	}
	return c.Receive()
}

// Must is Do for a request that cannot fail: an error reply is an error too.
func (c *Conn) Must(args ...string) (Value, error) {
	v, err := c.Do(args...)
	if err == nil {
		err = v.Err()
	}
	if err != nil {
		err = fmt.Errorf("%.200q: %w", args, err)
	}
	return v, err
}
