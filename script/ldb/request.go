package ldb

// The client's commands: arrays of bulk strings. The reader forgives what stands before an array and behind a number.

import (
	"bytes"
	"errors"
)

// Limits of what a client may send.
const (
	maxArgs    = 1024    // of a command
	maxArg     = 1024    // bytes of an argument, which is not empty
	maxPending = 1 << 20 // bytes that wait for the end of a command
)

// What ends a script when its client sends nonsense, in Redis's words.
var (
	errProtocol = errors.New("protocol error")
	errPending  = errors.New("max client buffer reached")
)

// requests are the bytes that have come and were not understood yet.
type requests struct{ buf []byte }

// add takes what has come.
func (r *requests) add(p []byte) error {
	if r.buf = append(r.buf, p...); len(r.buf) > maxPending {
		r.buf = nil
		return errPending
	}
	return nil
}

// next cuts the next command off; nil as long as it is not whole.
func (r *requests) next() (args []string, err error) {
	buf := bytes.TrimLeft(r.buf, "\r\n")
	if len(buf) == 0 {
		r.buf = nil
		return nil, nil
	}
	start := bytes.IndexByte(buf, '*')
	if start < 0 {
		return nil, errProtocol
	}
	n, buf, ok := header(buf[start:])
	switch {
	case !ok:
		return nil, nil
	case n <= 0 || n > maxArgs:
		return nil, errProtocol
	}
	for range n {
		if len(buf) == 0 {
			return nil, nil
		}
		if buf[0] != '$' {
			return nil, errProtocol
		}
		var size int
		size, buf, ok = header(buf)
		switch {
		case !ok:
			return nil, nil
		case size <= 0 || size > maxArg:
			return nil, errProtocol
		case len(buf) < size+2:
			return nil, nil
		case buf[size] != '\r' || buf[size+1] != '\n':
			return nil, errProtocol
		}
		args = append(args, string(buf[:size]))
		buf = buf[size+2:]
	}
	r.buf = append(r.buf[:0], buf...)
	return args, nil
}

// header reads the number of a line such as "*3"; false: the line is not whole.
func header(buf []byte) (n int, rest []byte, whole bool) {
	line, rest, whole := bytes.Cut(buf, []byte("\r\n"))
	if !whole {
		return 0, nil, false
	}
	return leadingInt(string(line[1:])), rest, true
}

// maxNumber bounds what leadingInt reads.
const maxNumber = 1 << 30

// leadingInt reads a number as C's atoi does: what stands behind it does not matter, and what is none is 0.
func leadingInt(s string) (n int) {
	i := 0
	for i < len(s) && (s[i] == ' ' || '\t' <= s[i] && s[i] <= '\r') {
		i++
	}
	negative := i < len(s) && s[i] == '-'
	if negative || i < len(s) && s[i] == '+' {
		i++
	}
	for ; i < len(s) && '0' <= s[i] && s[i] <= '9'; i++ {
		n = min(10*n+int(s[i]-'0'), maxNumber)
	}
	if negative {
		return -n
	}
	return n
}
