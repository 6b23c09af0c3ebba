package aof

// The quoting of words in the manifest. It is that of the Redis configuration
// file: a word is bare, or in double quotes with backslash escapes, or in single
// quotes with only \' escaped.

import "fmt"

// splitWords splits a line into its words; false if quotes are unbalanced.
func splitWords(line string) ([]string, bool) {
	var words []string
	for i := 0; ; {
		for i < len(line) && isSpace(line[i]) {
			i++
		}
		if i == len(line) {
			return words, true
		}
		word, n, ok := nextWord(line[i:])
		if !ok {
			return nil, false
		}
		words = append(words, word)
		i += n
	}
}

// nextWord reads the word at the start of s and returns its length in s. A quote
// may begin inside a word, and ends it.
func nextWord(s string) (word string, n int, ok bool) {
	var b []byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isSpace(c):
			return string(b), i, true
		case c == '"' || c == '\'':
			rest, used, closed := unquote(s[i+1:], c)
			end := i + 1 + used
			if !closed || end < len(s) && !isSpace(s[end]) {
				return "", 0, false
			}
			return string(append(b, rest...)), end, true
		default:
			b = append(b, c)
		}
	}
	return string(b), len(s), true
}

// unquote reads up to the closing quote; used counts that quote too.
func unquote(s string, quote byte) (b []byte, used int, closed bool) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == quote:
			return b, i + 1, true
		case c != '\\' || i+1 == len(s):
			b = append(b, c)
		case quote == '\'':
			if s[i+1] == '\'' {
				i++
			}
			b = append(b, s[i])
		case s[i+1] == 'x' && i+3 < len(s) && hexDigit(s[i+2]) >= 0 && hexDigit(s[i+3]) >= 0:
			b = append(b, byte(hexDigit(s[i+2])<<4|hexDigit(s[i+3])))
			i += 3
		default:
			i++
			b = append(b, unescape(s[i]))
		}
	}
	return nil, 0, false
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

// appendWord appends a word, in double quotes if it needs them.
func appendWord(b []byte, word string) []byte {
	bare := word != ""
	for i := range len(word) {
		if c := word[i]; c <= ' ' || c > '~' || c == '"' || c == '\\' || c == '\'' {
			bare = false
		}
	}
	if bare {
		return append(b, word...)
	}
	b = append(b, '"')
	for i := range len(word) {
		switch c := word[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\r':
			b = append(b, `\r`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c == '\b':
			b = append(b, `\b`...)
		case c == '\a':
			b = append(b, `\a`...)
		case c < ' ' || c > '~':
			b = fmt.Appendf(b, `\x%02x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
