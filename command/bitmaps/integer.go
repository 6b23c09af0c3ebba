package bitmaps

import (
	"encoding/binary"
	"math"
)

// Integers of any width at any place of a bitmap, highest bit first, as in
//
//	+--------+--------+
//	|00000001|01110000|    u5 at offset 7: 10111, which is 23
//	+--------+--------+

// intType is the type of an integer: i1 to i64 and u1 to u63.
type intType struct {
	signed bool
	width  int // bits
}

// window is what an integer lies in: at most 64 bits, of which the first is one of the first byte.
const window = 9

// readBits returns the width bits from bit at on; those behind the end of p are 0.
func readBits(p []byte, at int64, width int) uint64 {
	var w [window]byte
	if i := at / 8; i < int64(len(p)) {
		copy(w[:], p[i:])
	}
	shift := at % 8
	v := binary.BigEndian.Uint64(w[:])<<shift | uint64(w[8])>>(8-shift)
	return v >> (64 - width)
}

// writeBits makes the width bits from bit at on those of v; p must have them.
func writeBits(p []byte, at int64, width int, v uint64) {
	var w [window]byte
	p = p[at/8:]
	copy(w[:], p)
	shift := at % 8
	mask := uint64(math.MaxUint64) << (64 - width)
	v <<= 64 - width
	head := binary.BigEndian.Uint64(w[:])
	binary.BigEndian.PutUint64(w[:], head&^(mask>>shift)|v>>shift)
	w[8] = w[8]&^byte(mask<<(8-shift)) | byte(v<<(8-shift))
	copy(p, w[:(shift+int64(width)+7)/8])
}

// read returns the integer at bit at.
func (t intType) read(p []byte, at int64) int64 { return t.wrap(int64(readBits(p, at, t.width))) }

// wrap takes the low bits of v as an integer of the type.
func (t intType) wrap(v int64) int64 {
	unused := 64 - t.width
	if t.signed {
		return v << unused >> unused
	}
	return int64(uint64(v) << unused >> unused)
}

// limits are the least and the greatest integer of the type.
func (t intType) limits() (least, greatest int64) {
	if t.signed {
		greatest = math.MaxInt64 >> (64 - t.width)
		return -greatest - 1, greatest
	}
	return 0, int64(uint64(math.MaxUint64) >> (64 - t.width))
}

// overflow says what becomes of a result that the type does not hold.
type overflow uint8

const (
	wrapAround overflow = iota
	saturate
	fail
)

// add returns old+by, old being of the type. ok is false when that does not fit and how is fail.
func (t intType) add(old, by int64, how overflow) (sum int64, ok bool) {
	least, greatest := t.limits()
	sum = old + by
	switch { // the sum may be beyond 64 bits, too
	case by > 0 && (sum > greatest || sum < old):
		return t.overflown(sum, greatest, how)
	case by < 0 && (sum < least || sum > old):
		return t.overflown(sum, least, how)
	}
	return sum, true
}

// convert returns v as an integer of the type, as add does.
func (t intType) convert(v int64, how overflow) (n int64, ok bool) {
	least, greatest := t.limits()
	switch {
	case v > greatest, v < 0 && !t.signed: // a negative number is a great one without sign
		return t.overflown(v, greatest, how)
	case v < 0 && greatest-v < 0 && t.width != 64: // Redis subtracts as well, and so takes the least numbers for too great ones
		return t.overflown(v, greatest, how)
	case v < least:
		return t.overflown(v, least, how)
	}
	return v, true
}

func (t intType) overflown(v, limit int64, how overflow) (int64, bool) {
	switch how {
	case saturate:
		return limit, true
	case fail:
		return 0, false
	}
	return t.wrap(v), true
}
