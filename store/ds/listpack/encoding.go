package listpack

// How one element is written and read.

import (
	"encoding/binary"
	"math"
)

// First bytes of the encodings; see the table in the package comment.
const (
	encString6  = 0x80
	encInt13    = 0xC0
	encString12 = 0xE0
	encString32 = 0xF0
	encInt16    = 0xF1
	encInt24    = 0xF2
	encInt32    = 0xF3
	encInt64    = 0xF4

	// maxOverhead is the most that an element costs beside its string: length bytes and backlen.
	maxOverhead = 5 + 5
	// maxIntText is the longest decimal form of an int64: the sign and 19 digits.
	maxIntText = 20
)

// ParseInt returns the integer of which s is the canonical decimal form: no sign but a '-', no leading zero, no
// space, "0" but not "-0", and within int64. Formatting the integer gives s again.
func ParseInt(s []byte) (int64, bool) {
	if len(s) == 0 || len(s) > maxIntText {
		return 0, false
	}
	digits, limit := s, uint64(math.MaxInt64)
	if s[0] == '-' {
		digits, limit = s[1:], 1<<63
	}
	if len(digits) == 0 || digits[0] < '1' || digits[0] > '9' {
		return 0, len(s) == 1 && s[0] == '0'
	}
	if len(digits) > maxIntText-1 {
		return 0, false
	}
	// 19 digits cannot overflow a uint64.
	var u uint64
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		u = u*10 + uint64(c-'0')
	}
	if u > limit {
		return 0, false
	}
	if s[0] == '-' {
		return int64(-u), true
	}
	return int64(u), true
}

// EntrySize returns how many bytes s takes as an element of a listpack.
func EntrySize(s []byte) int {
	size := stringSize(len(s))
	if n, ok := ParseInt(s); ok {
		size = intSize(n)
	}
	return size + backlenSize(size)
}

// EntrySizeInt returns how many bytes n takes as an element of a listpack.
func EntrySizeInt(n int64) int {
	size := intSize(n)
	return size + backlenSize(size)
}

// stringSize returns the encoded size of a string of n bytes, without the backlen.
func stringSize(n int) int {
	switch {
	case n < 1<<6:
		return 1 + n
	case n < 1<<12:
		return 2 + n
	}
	return 5 + n
}

func putString(dst, s []byte) {
	n := len(s)
	switch {
	case n < 1<<6:
		dst[0] = encString6 | byte(n)
		copy(dst[1:], s)
	case n < 1<<12:
		dst[0] = encString12 | byte(n>>8)
		dst[1] = byte(n)
		copy(dst[2:], s)
	default:
		dst[0] = encString32
		binary.LittleEndian.PutUint32(dst[1:], uint32(n))
		copy(dst[5:], s)
	}
}

// intSize returns the encoded size of n, without the backlen.
func intSize(n int64) int {
	switch {
	case n >= 0 && n < 1<<7:
		return 1
	case fits(n, 13):
		return 2
	case fits(n, 16):
		return 3
	case fits(n, 24):
		return 4
	case fits(n, 32):
		return 5
	}
	return 9
}

// fits tells whether n is a signed integer of that many bits.
func fits(n int64, bits uint) bool {
	return n >= -1<<(bits-1) && n < 1<<(bits-1)
}

func putInt(dst []byte, n int64) {
	switch intSize(n) {
	case 1:
		dst[0] = byte(n)
	case 2:
		dst[0] = encInt13 | byte(n>>8)&0x1F
		dst[1] = byte(n)
	case 3:
		dst[0] = encInt16
		binary.LittleEndian.PutUint16(dst[1:], uint16(n))
	case 4:
		dst[0] = encInt24
		binary.LittleEndian.PutUint16(dst[1:], uint16(n))
		dst[3] = byte(n >> 16)
	case 5:
		dst[0] = encInt32
		binary.LittleEndian.PutUint32(dst[1:], uint32(n))
	default:
		dst[0] = encInt64
		binary.LittleEndian.PutUint64(dst[1:], uint64(n))
	}
}

// getInt reads the integer at the start of b, whose first byte is none of a string's.
func getInt(b []byte) int64 {
	switch c := b[0]; {
	case c < encString6:
		return int64(c)
	case c < encString12:
		return int64(int16(uint16(c)<<11|uint16(b[1])<<3) >> 3)
	case c == encInt16:
		return int64(int16(binary.LittleEndian.Uint16(b[1:])))
	case c == encInt24:
		return int64(int32(uint32(b[1])<<8|uint32(b[2])<<16|uint32(b[3])<<24) >> 8)
	case c == encInt32:
		return int64(int32(binary.LittleEndian.Uint32(b[1:])))
	}
	return int64(binary.LittleEndian.Uint64(b[1:]))
}

// backlenSize returns how many bytes the backlen of an element of n bytes takes. The limits of the longer forms
// are one less than their bits could hold; that is the format.
func backlenSize(n int) int {
	switch {
	case n <= 1<<7-1:
		return 1
	case n < 1<<14-1:
		return 2
	case n < 1<<21-1:
		return 3
	case n < 1<<28-1:
		return 4
	}
	return 5
}

// putBacklen writes n: seven bits a byte, high bits first, all but the first byte with the top bit set.
func putBacklen(dst []byte, n int) {
	size := backlenSize(n)
	for i := size - 1; i > 0; i-- {
		dst[i] = byte(n) | 0x80
		n >>= 7
	}
	dst[0] = byte(n)
}

// readBacklen reads the backlen that ends before p: the size of the element there, without the backlen itself.
func (lp Listpack) readBacklen(p int) int {
	b := lp[p-1]
	n := int(b & 0x7F)
	for shift := 7; b&0x80 != 0; shift += 7 {
		p--
		b = lp[p-1]
		n |= int(b&0x7F) << shift
	}
	return n
}

// span returns where the string at p begins and how long it is, or for an integer p and the size of its encoding.
// In both cases the element's backlen begins at start+n.
func (lp Listpack) span(p int) (start, n int, isInt bool) {
	switch c := lp[p]; {
	case c < encString6:
		return p, 1, true
	case c < encInt13:
		return p + 1, int(c & 0x3F), false
	case c < encString12:
		return p, 2, true
	case c < encString32:
		return p + 2, int(c&0x0F)<<8 | int(lp[p+1]), false
	case c == encString32:
		return p + 5, int(binary.LittleEndian.Uint32(lp[p+1:])), false
	case c == encInt64:
		return p, 9, true
	default: // 16, 24 and 32 bits are 0xF1 to 0xF3 and take 3 to 5 bytes.
		return p, int(c-encInt16) + 3, true
	}
}

// entrySize returns the bytes of the element at p with its backlen.
func (lp Listpack) entrySize(p int) int {
	start, n, _ := lp.span(p)
	size := start + n - p
	return size + backlenSize(size)
}
