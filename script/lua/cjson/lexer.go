package cjson

import (
	"strings"

	"github.com/miniredisd/miniredisd/script/number"
)

// token is a kind of token.
type token uint8

const (
	tokenError token = iota // see lexer.problem
	tokenEnd
	tokenObjectBegin
	tokenObjectEnd
	tokenArrayBegin
	tokenArrayEnd
	tokenString // see lexer.str
	tokenNumber // see lexer.num
	tokenTrue
	tokenFalse
	tokenNull
	tokenColon
	tokenComma

	// What a byte can be besides, before the bytes behind it are seen.
	tokenSpace
	tokenQuote
	tokenDigit // or a minus
	tokenWord  // or a plus
)

// String names a token as error texts do.
func (t token) String() string {
	return [...]string{
		tokenEnd: "T_END", tokenObjectBegin: "T_OBJ_BEGIN", tokenObjectEnd: "T_OBJ_END", tokenArrayBegin: "T_ARR_BEGIN",
		tokenArrayEnd: "T_ARR_END", tokenString: "T_STRING", tokenNumber: "T_NUMBER", tokenTrue: "T_BOOLEAN",
		tokenFalse: "T_BOOLEAN", tokenNull: "T_NULL", tokenColon: "T_COLON", tokenComma: "T_COMMA",
	}[t]
}

// tokens tells what begins with a byte.
var tokens = func() (t [256]token) {
	t[0] = tokenEnd
	for c, token := range map[byte]token{
		'{': tokenObjectBegin, '}': tokenObjectEnd, '[': tokenArrayBegin, ']': tokenArrayEnd, ':': tokenColon, ',': tokenComma,
		'"': tokenQuote, '-': tokenDigit,
	} {
		t[c] = token
	}
	for _, c := range []byte(" \t\n\r") {
		t[c] = tokenSpace
	}
	for _, c := range []byte("0123456789") {
		t[c] = tokenDigit
	}
	for _, c := range []byte("tfnNiI+") {
		t[c] = tokenWord
	}
	return t
}()

// lexer cuts a text into tokens. A zero byte ends the text.
type lexer struct {
	text    string
	pos     int  // what comes next
	start   int  // where the last token began, or where in it the problem is
	invalid bool // take numbers that JSON does not have

	str     string
	num     float64
	problem string
	scratch []byte // a string with escapes
}

// at returns the byte at i, zero behind the end.
func (l *lexer) at(i int) byte {
	if i < len(l.text) {
		return l.text[i]
	}
	return 0
}

func (l *lexer) fail(problem string) token {
	l.problem, l.start = problem, l.pos
	return tokenError
}

func (l *lexer) next() token {
	t := tokens[l.at(l.pos)]
	for t == tokenSpace {
		l.pos++
		t = tokens[l.at(l.pos)]
	}
	l.start = l.pos
	switch t {
	case tokenError:
		return l.fail("invalid token")
	case tokenEnd:
		return tokenEnd
	case tokenQuote:
		return l.string()
	case tokenDigit:
		if !l.invalid && l.isInvalid() {
			return l.fail("invalid number")
		}
		return l.number()
	case tokenWord:
		return l.word()
	}
	l.pos++
	return t
}

func (l *lexer) word() token {
	rest := l.text[l.pos:]
	switch {
	case strings.HasPrefix(rest, "true"):
		l.pos += len("true")
		return tokenTrue
	case strings.HasPrefix(rest, "false"):
		l.pos += len("false")
		return tokenFalse
	case strings.HasPrefix(rest, "null"):
		l.pos += len("null")
		return tokenNull
	case l.invalid && l.isInvalid():
		return l.number()
	}
	return l.fail("invalid token")
}

// isInvalid reports whether what comes looks like a number that JSON does not have: with a plus, a leading zero, hexadecimal,
// infinite or none.
func (l *lexer) isInvalid() bool {
	c := l.at(l.pos)
	if c == '+' {
		return true
	}
	p := l.pos
	if c == '-' {
		p++
		c = l.at(p)
	}
	switch {
	case c == '0':
		second := l.at(p + 1)
		return second|0x20 == 'x' || '0' <= second && second <= '9'
	case c|0x20 == 'i' || c|0x20 == 'n':
		word := l.text[p:min(p+3, len(l.text))]
		return strings.EqualFold(word, "inf") || strings.EqualFold(word, "nan")
	}
	return false
}

func (l *lexer) number() token {
	f, n := number.Scan(l.text[l.pos:])
	if n == 0 {
		return l.fail("invalid number")
	}
	l.num = f
	l.pos += n
	return tokenNumber
}

// string reads a string. One without escapes is a piece of the text.
func (l *lexer) string() token {
	l.pos++
	first := l.pos
	for i := first; i < len(l.text); i++ {
		switch l.text[i] {
		case '"':
			l.str = l.text[first:i]
			l.pos = i + 1
			return tokenString
		case '\\', 0:
			l.pos = i
			return l.escaped(first)
		}
	}
	l.pos = len(l.text)
	return l.fail("unexpected end of string")
}

// escaped reads the rest of a string that began at first, from its first escape or zero byte on.
func (l *lexer) escaped(first int) token {
	l.scratch = append(l.scratch[:0], l.text[first:l.pos]...)
	for {
		switch c := l.at(l.pos); c {
		case '"':
			l.str = string(l.scratch)
			l.pos++
			return tokenString
		case 0:
			return l.fail("unexpected end of string")
		case '\\':
			if problem := l.escape(); problem != "" {
				return l.fail(problem)
			}
		default:
			l.scratch = append(l.scratch, c)
			l.pos++
		}
	}
}

// escape reads one escape and returns what is wrong with it.
func (l *lexer) escape() (problem string) {
	c := l.at(l.pos + 1)
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		if !l.unicode() {
			return "invalid unicode escape code"
		}
		return ""
	default:
		return "invalid escape code"
	}
	l.scratch = append(l.scratch, c)
	l.pos += 2
	return ""
}
