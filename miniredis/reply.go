package miniredis

// Reading the replies of the server's commands.

import (
	"errors"
	"strconv"
)

// parseReply reads one RESP2 reply at the head of b, as our own writer makes them, and returns what is behind it.
func parseReply(b []byte) (value any, rest []byte, err error) {
	line, rest, err := cutLine(b)
	if err != nil {
		return nil, nil, err
	}
	text := string(line[1:])
	switch line[0] {
	case '+':
		return text, rest, nil
	case '-':
		return nil, rest, asError(text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		return nil, nil, errReply
	case line[0] == ':':
		return n, rest, nil
	case n < 0:
		return nil, rest, nil
	case line[0] == '$':
		if int64(len(rest)) < n+2 {
			return nil, nil, errReply
		}
		return string(rest[:n]), rest[n+2:], nil
	case line[0] != '*':
		return nil, nil, errReply
	}
	list := []any{}
	for range n {
		var e any
		if e, rest, err = parseReply(rest); err != nil {
			return nil, nil, err
		}
		list = append(list, e)
	}
	return list, rest, nil
}

var errReply = errors.New("miniredis: a reply that is not RESP2")

func cutLine(b []byte) (line, rest []byte, err error) {
	for i := 1; i+1 < len(b); i++ {
		if b[i] == '\r' && b[i+1] == '\n' {
			return b[:i], b[i+2:], nil
		}
	}
	return nil, nil, errReply
}

// asError returns the error with this text: one of the variables above where it is theirs.
func asError(text string) error {
	for _, err := range []error{ErrKeyNotFound, ErrWrongType, ErrIntValueError, ErrIntValueOverflowError, ErrFloatValueError} {
		if err.Error() == text {
			return err
		}
	}
	return errors.New(text)
}
