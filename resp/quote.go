package resp

// Quoting of words so that SplitArgs gives them back.

import "fmt"

// AppendQuoted appends s in double quotes, with escapes for all that cannot be printed, in the way of redis-cli.
func AppendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\r':
			dst = append(dst, `\r`...)
		case c == '\t':
			dst = append(dst, `\t`...)
		case c == '\a':
			dst = append(dst, `\a`...)
		case c == '\b':
			dst = append(dst, `\b`...)
		case c < ' ' || c > '~':
			dst = fmt.Appendf(dst, `\x%02x`, c)
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// AppendWord appends s as it is where SplitArgs takes that for one word, and else in quotes.
func AppendWord(dst []byte, s string) []byte {
	bare := s != ""
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || c == '"' || c == '\\' || c == '\'' {
			bare = false
		}
	}
	if bare {
		return append(dst, s...)
	}
	return AppendQuoted(dst, s)
}
