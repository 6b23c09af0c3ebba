// Package number writes, reads and converts Lua's numbers, which are doubles, as a C Lua 5.1 on 64-bit Linux does. It imports
// nothing of this module.
package number

import (
	"math"
	"strconv"
)

// Precision is the number of significant digits that Lua shows: LUAI_NUMFFORMAT is "%.14g".
const Precision = 14

// MaxLen is room enough for any text that Append produces.
const MaxLen = 32

// Format writes f as tostring does.
func Format(f float64) string {
	var tmp [MaxLen]byte
	return string(Append(tmp[:0], f))
}

// Append appends f as tostring shows it.
func Append(dst []byte, f float64) []byte { return AppendPrecision(dst, f, Precision) }

// exact holds 10^p: below it, all digits of a whole number are shown with precision p.
var exact = [Precision + 1]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14}

// AppendPrecision appends f as C's printf writes it with "%.<precision>g"; precision is from 1 to Precision.
//
// A NaN shows its sign, as in C: what 0/0 gives is negative on amd64 and positive on arm64.
func AppendPrecision(dst []byte, f float64, precision int) []byte {
	if limit := exact[precision]; -limit < f && f < limit {
		if whole := int64(f); float64(whole) == f && (whole != 0 || !math.Signbit(f)) {
			return strconv.AppendInt(dst, whole, 10)
		}
	}
	if f-f != 0 { // Inf or NaN
		if math.Signbit(f) {
			dst = append(dst, '-')
		}
		if f != f {
			return append(dst, "nan"...)
		}
		return append(dst, "inf"...)
	}
	return strconv.AppendFloat(dst, f, 'g', precision, 64)
}
