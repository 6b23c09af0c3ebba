package cjson

import (
	"unicode/utf16"
	"unicode/utf8"
)

// unicode reads an escape \uXXXX, or two that are a pair of surrogates, and reports whether they are that.
func (l *lexer) unicode() bool {
	r := l.hex4(l.pos + 2)
	if r < 0 {
		return false
	}
	length := 6
	if utf16.IsSurrogate(r) {
		if l.at(l.pos+6) != '\\' || l.at(l.pos+7) != 'u' {
			return false
		}
		if r = utf16.DecodeRune(r, l.hex4(l.pos+8)); r == utf8.RuneError {
			return false // no pair: this is not the code of a pair
		}
		length = 12
	}
	l.scratch = utf8.AppendRune(l.scratch, r)
	l.pos += length
	return true
}

// hex4 reads four hexadecimal digits at i; -1 when there are others.
func (l *lexer) hex4(i int) rune {
	r := rune(0)
	for j := i; j < i+4; j++ {
		c := l.at(j)
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}
