package command

// Floating point numbers as arguments.

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unsafe"

	"github.com/miniredisd/miniredisd/store"
)

// Double reads argument i as a floating point number, and replies Redis's error when it is none.
func (c *Ctx) Double(i int) (f float64, ok bool) {
	f, ok = ParseDouble(c.Args[i])
	if !ok {
		c.Out.Error(ErrNotFloat)
	}
	return f, ok
}

// ParseDouble reads what Redis takes for a double: what C's strtod reads and nothing else, in its range, and a number.
func ParseDouble(b []byte) (f float64, ok bool) {
	if n, isInt := store.ParseInt(b); isInt {
		return float64(n), true
	}
	f, ok, inRange := strtod(b)
	return f, ok && inRange && len(b) > 0
}

// ParseBound reads an end of a range, which is taken more loosely: spaces may come first, a NUL ends the text, nothing at all
// is 0, and what is out of range is an infinity or 0.
func ParseBound(b []byte) (f float64, ok bool) {
	f, ok, _ = parseText(b)
	return f, ok
}

// ParseWeight reads what elements are sorted by: as ParseBound, but what is out of range is an error, and so is what is so
// small that it has fewer digits than others.
func ParseWeight(b []byte) (f float64, ok bool) {
	const least = 0x1p-1022
	f, ok, inRange := parseText(b)
	return f, ok && inRange && (f == 0 || math.Abs(f) >= least)
}

// parseText reads a number as C's strtod does where it is not asked how far it came.
func parseText(b []byte) (f float64, ok, inRange bool) {
	if n, isInt := store.ParseInt(b); isInt {
		return float64(n), true, true
	}
	b, _, _ = bytes.Cut(b, []byte{0})
	text := b
	for len(text) > 0 && (text[0] == ' ' || text[0] >= '\t' && text[0] <= '\r') {
		text = text[1:]
	}
	if len(text) == 0 && len(b) > 0 { // it takes nothing then, not even the spaces
		return 0, false, false
	}
	return strtod(text)
}

// strtod reads a decimal or hexadecimal number, or an infinity. inRange is false when it was rounded to an infinity or to 0.
func strtod(b []byte) (f float64, ok, inRange bool) {
	if len(b) == 0 {
		return 0, true, true
	}
	text := unsafe.String(unsafe.SliceData(b), len(b)) // not kept
	if strings.IndexByte(text, '_') >= 0 {
		return 0, false, false
	}
	if hex := strings.TrimLeft(text, "+-"); len(hex) > 2 && hex[0] == '0' && hex[1]|0x20 == 'x' && !strings.ContainsAny(hex, "pP") {
		text += "p0" // Go asks for an exponent, C does not
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return f, math.IsInf(f, 0), false
	}
	return f, !math.IsNaN(f), f != 0 || isZero(text)
}

// isZero reports whether the digits of a number that was read as 0 are all zeros.
func isZero(text string) bool {
	text = strings.TrimLeft(text, "+-")
	exponent := "eE"
	if len(text) > 1 && text[1]|0x20 == 'x' {
		text, exponent = text[2:], "pP"
	}
	if i := strings.IndexAny(text, exponent); i >= 0 {
		text = text[:i]
	}
	return strings.Trim(text, "0.") == ""
}
