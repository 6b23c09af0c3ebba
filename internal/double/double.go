// Package double writes floating point numbers as Redis (since 7.2) does, in replies and in stored scores. It imports nothing of
// this module.
package double

import (
	"bytes"
	"math"
	"strconv"
)

// MaxLen is room enough for any text that Append produces: 25 bytes at most, for a sign, 17 digits, a point and zeros or an
// exponent.
const MaxLen = 32

// Append appends f with the fewest digits that read back as f, laid out
// as Redis does it:
//
//	inf  -inf  nan  0  -0
//	3  1152921504606846976        whole and not above 2^62: all its digits
//	9223372036854776000           larger, with at most 7 zeros filled in
//	0.1  1234.5678  0.0012345678  up to 6 decimals, or from 0.001 to 10000
//	1e+20  1.2345678e-5           the rest, exponent without leading zeros
func Append(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "nan"...)
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	case f == 0 && math.Signbit(f):
		return append(dst, "-0"...)
	case math.Abs(f) <= 1<<62 && f == math.Trunc(f):
		return strconv.AppendInt(dst, int64(f), 10)
	}
	// d.ddde±dd: the shortest digits and the decimal exponent of the first.
	var tmp [MaxLen]byte
	text := strconv.AppendFloat(tmp[:0], f, 'e', -1, 64)
	if text[0] == '-' {
		dst, text = append(dst, '-'), text[1:]
	}
	e := bytes.IndexByte(text, 'e')
	exp, _ := strconv.Atoi(string(text[e+1:])) // does not allocate: short and not kept
	digits := text[:1]
	if e > 1 {
		copy(text[1:], text[2:e]) // close the gap the point leaves
		digits = text[:e-1]
	}
	return layOut(dst, digits, exp)
}

// layOut writes the decimal number d.ddd × 10^exp.
func layOut(dst, digits []byte, exp int) []byte {
	decimals := len(digits) - 1 - exp // digits behind the point, if written plainly
	whole := len(digits) - decimals   // and before it
	switch {
	case decimals <= 0 && exp < len(digits)+7:
		return appendZeros(append(dst, digits...), -decimals)
	case decimals > 0 && (decimals < 7 || -4 < exp && exp < 4):
		if whole <= 0 {
			dst = appendZeros(append(dst, '0', '.'), -whole)
			return append(dst, digits...)
		}
		dst = append(dst, digits[:whole]...)
		dst = append(dst, '.')
		return append(dst, digits[whole:]...)
	}
	dst = append(dst, digits[0])
	if len(digits) > 1 {
		dst = append(dst, '.')
		dst = append(dst, digits[1:]...)
	}
	dst = append(dst, 'e')
	if exp >= 0 {
		dst = append(dst, '+')
	}
	return strconv.AppendInt(dst, int64(exp), 10)
}

func appendZeros(dst []byte, n int) []byte {
	for ; n > 0; n-- {
		dst = append(dst, '0')
	}
	return dst
}
