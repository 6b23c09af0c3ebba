package number

import (
	"math"
	"strconv"
	"strings"
)

// Scan reads the number that s starts with as C's strtod does in the C locale, without leading white space, and returns its
// length; 0 when s starts with none. Besides decimal numbers it takes hexadecimal ones ("0x1.8p3"), "inf", "infinity" and
// "nan", also with characters in brackets ("nan(1)"), in any case. What is too large becomes an infinity.
func Scan(s string) (f float64, length int) {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	start := i
	if f, i = scanUnsigned(s, start); i == start {
		return 0, 0
	}
	if s[0] == '-' {
		f = -f
	}
	return f, i
}

// scanUnsigned reads the number at s[start:] and returns where it ends, start when there is none.
func scanUnsigned(s string, start int) (f float64, end int) {
	if start >= len(s) {
		return 0, start
	}
	switch c := s[start] | 0x20; {
	case c == 'i':
		if n := foldedPrefix(s[start:], "infinity"); n > 0 {
			return math.Inf(1), start + n
		}
		return math.Inf(1), start + foldedPrefix(s[start:], "inf")
	case c == 'n':
		end = start + foldedPrefix(s[start:], "nan")
		if end > start {
			end += bracketed(s[end:])
		}
		return quietNaN, end
	case s[start] == '0' && start+1 < len(s) && s[start+1]|0x20 == 'x':
		if f, end = scanHex(s, start+2); end > 0 {
			return f, end
		}
		return 0, start + 1 // the zero before the x
	}
	return scanDecimal(s, start)
}

// quietNaN is the NaN that C makes of the word; math.NaN() has another bit set, which a script can see.
var quietNaN = math.Float64frombits(0x7ff8 << 48)

// maxShort is the number of decimal digits that a whole number may have to be a double for sure.
const maxShort = 15

func scanDecimal(s string, start int) (f float64, end int) {
	i, whole := start, int64(0)
	for ; i < len(s) && isDigit(s[i]); i++ {
		if i-start < maxShort {
			whole = whole*10 + int64(s[i]-'0')
		}
	}
	digits := i - start
	if digits > 0 && digits <= maxShort && (i == len(s) || s[i] != '.' && s[i]|0x20 != 'e') {
		return float64(whole), i
	}
	if i < len(s) && s[i] == '.' {
		for i++; i < len(s) && isDigit(s[i]); i++ {
			digits++
		}
	}
	if digits == 0 {
		return 0, start
	}
	i = scanExponent(s, i, 'e')
	f, _ = strconv.ParseFloat(s[start:i], 64) // out of range: an infinity or zero, as it should be
	return f, i
}

// scanHex reads what follows 0x; end is 0 when no digit does.
func scanHex(s string, start int) (f float64, end int) {
	i, digits := start, 0
	for ; i < len(s) && isHex(s[i]); i++ {
		digits++
	}
	if i < len(s) && s[i] == '.' {
		for i++; i < len(s) && isHex(s[i]); i++ {
			digits++
		}
	}
	if digits == 0 {
		return 0, 0
	}
	end = scanExponent(s, i, 'p')
	text := "0x" + s[start:end]
	if end == i {
		text += "p0" // Go wants an exponent
	}
	f, _ = strconv.ParseFloat(text, 64)
	return f, end
}

// scanExponent returns where the exponent at s[i:] ends; i when there is none that is whole.
func scanExponent(s string, i int, letter byte) int {
	if i >= len(s) || s[i]|0x20 != letter {
		return i
	}
	j := i + 1
	if j < len(s) && (s[j] == '-' || s[j] == '+') {
		j++
	}
	first := j
	for j < len(s) && isDigit(s[j]) {
		j++
	}
	if j == first {
		return i
	}
	return j
}

// foldedPrefix returns the length of prefix, which is lower case, when s starts with it in any case; otherwise 0.
func foldedPrefix(s, prefix string) int {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return len(prefix)
	}
	return 0
}

// bracketed returns the length of "(characters)" at the start of s; 0 when there is no such thing.
func bracketed(s string) int {
	if s == "" || s[0] != '(' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == ')':
			return i + 1
		case !isDigit(c) && c != '_' && (c|0x20 < 'a' || c|0x20 > 'z'):
			return 0
		}
	}
	return 0
}

// Parse reads a string where Lua wants a number: as tonumber(s) does. White space may stand around the number; what follows a
// zero byte is not looked at.
func Parse(s string) (float64, bool) {
	if i := strings.IndexByte(s, 0); i >= 0 {
		s = s[:i]
	}
	s = strings.TrimLeft(s, spaces)
	f, n := Scan(s)
	if n == 0 || strings.TrimLeft(s[n:], spaces) != "" {
		return 0, false
	}
	return f, true
}

// spaces is what C's isspace accepts.
const spaces = " \t\n\v\f\r"

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
