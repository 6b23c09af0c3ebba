package resp

// Splitting a line into words: inline requests and lines of redis.conf.

import (
	"bytes"
	"errors"
)

// ErrUnbalancedQuotes is a line with a quote that is not closed, or closed in
// the middle of a word.
var ErrUnbalancedQuotes = errors.New("unbalanced quotes")

// SplitArgs splits a line into words at white space, with the quoting of
// redis-cli and redis.conf:
//
//	"…"   with \n \r \t \b \a, \xhh for any byte, and \c for any other c
//	'…'   as it stands, but for \'
//
// A quote may open in the middle of a word (a"b c" is one word, ab c), but
// white space or the end must follow where it closes. Words may be empty ("").
// Words without quotes alias line. A line without words gives none and no error.
func SplitArgs(line []byte) ([][]byte, error) {
	args, _, err := splitArgs(nil, nil, line)
	return args, err
}

// splitArgs appends the words of line to args, and the bytes of words with
// quotes to scratch, which those words then alias.
func splitArgs(args [][]byte, scratch, line []byte) ([][]byte, []byte, error) {
	for {
		for len(line) > 0 && isSpace(line[0]) {
			line = line[1:]
		}
		if len(line) == 0 {
			return args, scratch, nil
		}
		n := plainLen(line)
		if n == len(line) || !isQuote(line[n]) {
			args = append(args, line[:n:n])
			line = line[n:]
			continue
		}
		start := len(scratch)
		var err error
		scratch, line, err = quotedWord(scratch, line, n)
		if err != nil {
			return nil, scratch, err
		}
		args = append(args, scratch[start:len(scratch):len(scratch)])
	}
}

// quotedWord appends to dst the word at the start of line, of which n plain
// bytes come before the first quote, and returns the rest of the line.
func quotedWord(dst, line []byte, n int) (word, rest []byte, err error) {
	dst = append(dst, line[:n]...)
	quote := line[n]
	line = line[n+1:]
	if quote == '"' {
		dst, line, err = doubleQuoted(dst, line)
	} else {
		dst, line, err = singleQuoted(dst, line)
	}
	if err == nil && len(line) > 0 && !isSpace(line[0]) {
		err = ErrUnbalancedQuotes
	}
	return dst, line, err
}

// doubleQuoted appends to dst what stands before the closing quote, unescaped,
// and returns what stands behind it.
func doubleQuoted(dst, line []byte) (word, rest []byte, err error) {
	for {
		i := bytes.IndexAny(line, `"\`)
		switch {
		case i < 0:
			return dst, nil, ErrUnbalancedQuotes
		case line[i] == '"':
			return append(dst, line[:i]...), line[i+1:], nil
		case i+1 == len(line):
			return dst, nil, ErrUnbalancedQuotes
		}
		dst = append(dst, line[:i]...)
		line = line[i+1:]
		if hi, lo, ok := hexByte(line); ok {
			dst, line = append(dst, hi<<4|lo), line[3:]
			continue
		}
		dst, line = append(dst, unescape(line[0])), line[1:]
	}
}

// singleQuoted is doubleQuoted for the other quote.
func singleQuoted(dst, line []byte) (word, rest []byte, err error) {
	for {
		i := bytes.IndexByte(line, '\'')
		if i < 0 {
			return dst, nil, ErrUnbalancedQuotes
		}
		if i == 0 || line[i-1] != '\\' {
			return append(dst, line[:i]...), line[i+1:], nil
		}
		dst = append(dst, line[:i-1]...)
		dst = append(dst, '\'')
		line = line[i+1:]
	}
}

// hexByte reads what follows a backslash as xhh.
func hexByte(b []byte) (hi, lo byte, ok bool) {
	if len(b) < 3 || b[0] != 'x' {
		return 0, 0, false
	}
	hi, ok1 := hexDigit(b[1])
	lo, ok2 := hexDigit(b[2])
	return hi, lo, ok1 && ok2
}

func hexDigit(c byte) (v byte, ok bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func unescape(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'b':
		return '\b'
	case 'a':
		return '\a'
	}
	return c
}

// plainLen is the length of the word at the start of b up to its first quote.
// (A vertical tab or form feed separates words only where it stands before one
// or behind a closing quote, as in Redis.)
func plainLen(b []byte) int {
	for i, c := range b {
		switch c {
		case ' ', '\n', '\r', '\t', '"', '\'':
			return i
		}
	}
	return len(b)
}

func isQuote(c byte) bool { return c == '"' || c == '\'' }

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
