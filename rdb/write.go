package rdb

// The pieces that values are written with: lengths, strings, numbers.
//
//	00llllll                          a length of up to 63
//	01llllll llllllll                 up to 16383
//	10000000 llll (big endian)        up to 2^32-1
//	10000001 llllllll (big endian)    more
//	11000000 .. 11000010              a string that is an integer of 1, 2 or 4 bytes, little endian
//	11000011                          a compressed string: its compressed length, its length, the bytes

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/miniredisd/miniredisd/store"
)

const (
	length14 = 0x40
	length32 = 0x80
	length64 = 0x81

	stringInt8  = 0xc0
	stringInt16 = 0xc1
	stringInt32 = 0xc2
	stringLZF   = 0xc3

	// longestInt is the longest text that is tried as an integer.
	longestInt = 11
	// compressFrom is the length from which a string is compressed.
	compressFrom = 21
)

// Options say how values are written.
type Options struct {
	Compress bool // strings of more than 20 bytes (rdbcompression)
}

// appendLength appends a length.
func appendLength(dst []byte, n uint64) []byte {
	switch {
	case n < 1<<6:
		return append(dst, byte(n))
	case n < 1<<14:
		return append(dst, length14|byte(n>>8), byte(n))
	case n <= math.MaxUint32:
		return binary.BigEndian.AppendUint32(append(dst, length32), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(dst, length64), n)
}

// appendString appends a string: as an integer, compressed, or as it is.
func (o Options) appendString(dst, s []byte) []byte {
	if len(s) <= longestInt {
		if n, ok := store.ParseInt(s); ok && n >= math.MinInt32 && n <= math.MaxInt32 {
			return appendIntString(dst, n)
		}
	}
	if o.Compress && len(s) >= compressFrom {
		if packed := lzfCompress(s, len(s)-4); packed != nil {
			dst = appendLength(append(dst, stringLZF), uint64(len(packed)))
			return append(appendLength(dst, uint64(len(s))), packed...)
		}
	}
	return append(appendLength(dst, uint64(len(s))), s...)
}

// appendIntString appends a string that is an integer.
func appendIntString(dst []byte, n int64) []byte {
	switch {
	case n >= math.MinInt8 && n <= math.MaxInt8:
		return append(dst, stringInt8, byte(n))
	case n >= math.MinInt16 && n <= math.MaxInt16:
		return binary.LittleEndian.AppendUint16(append(dst, stringInt16), uint16(n))
	case n >= math.MinInt32 && n <= math.MaxInt32:
		return binary.LittleEndian.AppendUint32(append(dst, stringInt32), uint32(n))
	}
	text := strconv.FormatInt(n, 10)
	return append(appendLength(dst, uint64(len(text))), text...)
}

// appendDouble appends a score.
func appendDouble(dst []byte, f float64) []byte {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(f))
}
