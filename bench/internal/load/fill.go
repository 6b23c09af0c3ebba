package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// fillChunk is how many bytes of requests Fill writes at a time: some hundred SETs.
const fillChunk = 64 << 10

// Fill is a set of keys to write, Key(0) to Key(Keys-1).
type Fill struct {
	Keys  int
	Value int // size of the values, in bytes
	// Deadline gives the i-th key's, in milliseconds since the epoch; nil for keys without.
	Deadline func(i int) int64
}

// Run writes the keys as fast as the server takes them: one connection, on which requests are written without waiting for
// replies, which are read meanwhile. At the end the server must have as many keys.
func (f Fill) Run(ctx context.Context, addr string) error {
	c, err := Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	written := make(chan error, 1)
	go func() {
		err := f.write(c.nc)
		if err != nil {
			c.Close() // ends the reading
		}
		written <- err
	}()
	err = count(c.nc, f.Keys, make([]byte, 64<<10))
	if err != nil {
		c.Close() // ends the writing
	}
	if err := errors.Join(ctx.Err(), err, <-written); err != nil {
		return err
	}
	if n, err := c.Int("DBSIZE"); err != nil || n != f.Keys {
		return errors.Join(err, fmt.Errorf("%d keys were written, but DBSIZE says %d", f.Keys, n))
	}
	return nil
}

// write writes the requests.
func (f Fill) write(nc net.Conn) error {
	value := bytes.Repeat([]byte("x"), f.Value)
	value = fmt.Appendf(nil, "$%d\r\n%s\r\n", f.Value, value)
	buf := make([]byte, 0, fillChunk+len(value)+200)
	for i := range f.Keys {
		if f.Deadline == nil {
			buf = append(buf, "*3\r\n$3\r\nSET\r\n$17\r\nkey:"...)
		} else {
			buf = append(buf, "*5\r\n$3\r\nSET\r\n$17\r\nkey:"...)
		}
		buf = appendPadded(buf, i, 13)
		buf = append(append(buf, "\r\n"...), value...)
		if f.Deadline != nil {
			at := strconv.FormatInt(f.Deadline(i), 10)
			buf = append(buf, "$4\r\nPXAT\r\n$"...)
			buf = append(strconv.AppendInt(buf, int64(len(at)), 10), "\r\n"...)
			buf = append(append(buf, at...), "\r\n"...)
		}
		if len(buf) >= fillChunk || i == f.Keys-1 {
			if err := nc.SetWriteDeadline(time.Now().Add(replyWait)); err != nil {
				return err
			}
			if _, err := nc.Write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
	}
	return nil
}

// appendPadded appends i with leading zeros to this many digits.
func appendPadded(b []byte, i, digits int) []byte {
	for range digits {
		b = append(b, '0')
	}
	for end := len(b) - 1; i > 0; end-- {
		b[end] = byte('0' + i%10)
		i /= 10
	}
	return b
}

// count reads, into buf, until n replies have come.
func count(nc net.Conn, n int, buf []byte) error {
	var replies replyCounter
	for n > 0 {
		if err := nc.SetReadDeadline(time.Now().Add(replyWait)); err != nil {
			return err
		}
		got, err := nc.Read(buf)
		if err != nil {
			return err
		}
		done, err := replies.feed(buf[:got])
		if err != nil {
			return err
		}
		if n -= done; n < 0 {
			return errors.New("more replies than requests")
		}
	}
	return nil
}
