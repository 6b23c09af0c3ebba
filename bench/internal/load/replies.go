package load

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// lineLimit bounds a line of a reply: a status, an error or a length.
const lineLimit = 64 << 10

// arrayLimit bounds the elements of a reply.
const arrayLimit = 1 << 20

// replyCounter counts replies in a stream that arrives in pieces of any size. It knows the types of RESP2; the bytes of a bulk
// string it steps over without looking at them.
type replyCounter struct {
	line     []byte // the beginning of a line whose end is yet to come
	skip     int    // bytes of a bulk string, with its end, that are yet to come
	elements int    // of the array that we are within, and of those within it, that are yet to come
}

// feed returns how many replies ended within b. An error reply, or bytes that are no reply, are an error.
func (c *replyCounter) feed(b []byte) (replies int, err error) {
	for len(b) > 0 {
		if c.skip > 0 {
			n := min(c.skip, len(b))
			c.skip, b = c.skip-n, b[n:]
			if c.skip == 0 && c.ended() {
				replies++
			}
			continue
		}
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			if len(c.line)+len(b) > lineLimit {
				return replies, errors.New("a line of a reply does not end")
			}
			c.line = append(c.line, b...)
			return replies, nil
		}
		line := b[:end+1]
		b = b[end+1:]
		if len(c.line) > 0 {
			c.line = append(c.line, line...)
			line, c.line = c.line, c.line[:0]
		}
		complete, err := c.head(line)
		if err != nil {
			return replies, err
		}
		if complete && c.ended() {
			replies++
		}
	}
	return replies, nil
}

// ended notes that a value has ended, and reports whether the reply has ended with it.
func (c *replyCounter) ended() bool {
	if c.elements > 0 {
		c.elements--
	}
	return c.elements == 0
}

// head looks at a value's first line, which is complete. A bulk string and the elements of an array go on after it.
func (c *replyCounter) head(line []byte) (complete bool, err error) {
	if n := len(line); n < 3 || line[n-2] != '\r' {
		return false, fmt.Errorf("reply %q does not end as a line of the protocol does", line)
	}
	switch text := line[1 : len(line)-2]; line[0] {
	case '+', ':', '_':
		return true, nil
	case '-':
		return false, ServerError(text)
	case '$':
		n, err := strconv.Atoi(string(text))
		if err != nil || n < -1 || n > bulkLimit {
			return false, fmt.Errorf("reply %q is no bulk string that is expected here", line)
		}
		if n == -1 {
			return true, nil
		}
		c.skip = n + len("\r\n")
		return false, nil
	case '*':
		n, err := strconv.Atoi(string(text))
		if err != nil || n < -1 || c.elements+n > arrayLimit {
			return false, fmt.Errorf("reply %q is no array that is expected here", line)
		}
		if n <= 0 {
			return true, nil
		}
		// Within another array this one's elements take its place.
		if c.elements > 0 {
			c.elements--
		}
		c.elements += n
		return false, nil
	}
	return false, fmt.Errorf("reply %q is of no type that is expected here", line)
}
