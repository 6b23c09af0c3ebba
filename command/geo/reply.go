package geo

// Distances and coordinates as texts.

import (
	"bytes"
	"math"
	"math/bits"
	"strconv"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store/ds/geo"
)

// fixed is a number as C's %f prints it.
func fixed(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	return strconv.FormatFloat(f, 'f', 6, 64)
}

// replyDistance replies a distance with four decimals.
func replyDistance(c *command.Ctx, d float64) {
	var text [32]byte
	c.Out.Bulk(appendDistance(text[:0], d))
}

// noDistance is what Redis makes of a number that is none, or too large: the machine's answer when it is asked for its
// integer.
const noDistance = math.MinInt64

func appendDistance(dst []byte, d float64) []byte {
	const decimals, scale = 4, 10000
	n := int64(noDistance)
	if scaled := math.RoundToEven(d * scale); math.Abs(scaled) < 1<<63 {
		n = int64(scaled)
	}
	absolute := uint64(n)
	if n < 0 {
		dst, absolute = append(dst, '-'), -absolute
	}
	dst = strconv.AppendUint(dst, absolute/scale, 10)
	return appendDecimals(append(dst, '.'), absolute%scale, decimals)
}

// appendDecimals appends the last n digits of a number, zeros first.
func appendDecimals(dst []byte, number uint64, n int) []byte {
	end := len(dst) + n
	for range n {
		dst = append(dst, '0')
	}
	for i := end - 1; number > 0 && i >= end-n; i-- {
		dst[i] += byte(number % 10)
		number /= 10
	}
	return dst
}

// replyPosition replies longitude and latitude.
func replyPosition(c *command.Ctx, p geo.Point) {
	c.Out.Array(2)
	replyCoordinate(c, p.Longitude)
	replyCoordinate(c, p.Latitude)
}

// replyCoordinate replies a coordinate with 17 decimals without the zeros at their end, even in RESP3, where it is a double.
func replyCoordinate(c *command.Ctx, degrees float64) {
	var tmp [32]byte
	text := appendCoordinate(tmp[:0], degrees)
	if c.Out.Proto != 3 {
		c.Out.Bulk(text)
		return
	}
	c.Out.Buf = append(append(append(c.Out.Buf, ','), text...), "\r\n"...)
}

// coordinateDecimals are more than a double has: the digits are those of its exact value.
const coordinateDecimals = 17

// appendCoordinate appends an angle of at most 180 degrees.
func appendCoordinate(dst []byte, degrees float64) []byte {
	const scale = 1e17
	start := len(dst)
	if degrees < 0 {
		dst = append(dst, '-')
	}
	absolute := math.Abs(degrees)
	whole := uint64(absolute)
	// The fraction, times 2^64, is a whole number unless it is tiny; and so is its product with 10^17, of 128 bits.
	shifted := math.Ldexp(absolute-float64(whole), 64)
	if shifted != math.Trunc(shifted) {
		dst = strconv.AppendFloat(dst[:start], degrees, 'f', coordinateDecimals, 64)
		return trimZeros(dst, start)
	}
	decimals, rest := bits.Mul64(uint64(shifted), scale)
	const half = 1 << 63
	if rest > half || rest == half && decimals%2 != 0 {
		decimals++
	}
	if decimals == scale {
		whole, decimals = whole+1, 0
	}
	dst = strconv.AppendUint(dst, whole, 10)
	return trimZeros(appendDecimals(append(dst, '.'), decimals, coordinateDecimals), start)
}

// trimZeros takes the zeros off the end of the decimals of the number that begins at start, and the sign off a zero.
func trimZeros(dst []byte, start int) []byte {
	dst = bytes.TrimRight(dst, "0")
	dst = bytes.TrimSuffix(dst, []byte{'.'})
	if string(dst[start:]) == "-0" {
		return append(dst[:start], '0')
	}
	return dst
}
