package rdb

import (
	"encoding/binary"
	"math"
	"strconv"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// reader takes a value apart. After the first fault, all it returns is zero; the caller looks at ok at the end.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) fail() { r.b, r.bad = nil, true }

// take is the next n bytes, in place.
func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.fail()
		return nil
	}
	p := r.b[:n]
	r.b = r.b[n:]
	return p
}

func (r *reader) byte() byte {
	if p := r.take(1); p != nil {
		return p[0]
	}
	return 0
}

// lengthOrEncoding is a length, or with special the number of a string's encoding.
func (r *reader) lengthOrEncoding() (n uint64, special bool) {
	first := r.byte()
	switch first & 0xc0 {
	case 0:
		return uint64(first), false
	case length14:
		return uint64(first&0x3f)<<8 | uint64(r.byte()), false
	case 0xc0:
		return uint64(first), true
	}
	switch first {
	case length32:
		if p := r.take(4); p != nil {
			return uint64(binary.BigEndian.Uint32(p)), false
		}
	case length64:
		if p := r.take(8); p != nil {
			return binary.BigEndian.Uint64(p), false
		}
	default:
		r.fail()
	}
	return 0, false
}

// length is a length that is not a string's.
func (r *reader) length() uint64 {
	n, special := r.lengthOrEncoding()
	if special {
		r.fail()
		return 0
	}
	return n
}

// count is a number of elements, each of at least size bytes.
func (r *reader) count(size int) int {
	n := r.length()
	if n > uint64(len(r.b)/size) {
		r.fail()
		return 0
	}
	return int(n)
}

// string is a string, in place where it lies there as it is.
func (r *reader) string() []byte {
	n, special := r.lengthOrEncoding()
	if !special {
		return r.take(n)
	}
	switch n {
	case stringInt8:
		return strconv.AppendInt(nil, int64(int8(r.byte())), 10)
	case stringInt16:
		if p := r.take(2); p != nil {
			return strconv.AppendInt(nil, int64(int16(binary.LittleEndian.Uint16(p))), 10)
		}
	case stringInt32:
		if p := r.take(4); p != nil {
			return strconv.AppendInt(nil, int64(int32(binary.LittleEndian.Uint32(p))), 10)
		}
	case stringLZF:
		return r.compressed()
	default:
		r.fail()
	}
	return nil
}

func (r *reader) compressed() []byte {
	packed, length := r.length(), r.length()
	p := r.take(packed)
	if r.bad || length > math.MaxInt32 {
		r.fail()
		return nil
	}
	s, ok := lzfDecompress(p, int(length))
	if !ok {
		r.fail()
	}
	return s
}

// double is a score of 8 bytes.
func (r *reader) double() float64 {
	p := r.take(8)
	if p == nil {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(p))
}

// textDouble is a score as servers wrote it before version 8: a length and digits, or one of three lengths that mean a value.
func (r *reader) textDouble() float64 {
	switch n := r.byte(); n {
	case 253:
		return math.NaN()
	case 254:
		return math.Inf(1)
	case 255:
		return math.Inf(-1)
	default:
		f, err := strconv.ParseFloat(string(r.take(uint64(n))), 64)
		if err != nil {
			r.fail()
		}
		return f
	}
}

// listpack is a listpack of elements that belong together part by part, and how often. An empty one is a fault.
func (r *reader) listpack(parts int) (lp listpack.Listpack, n int) {
	lp = listpack.Listpack(r.string())
	if r.bad || lp.Validate(true) != nil || lp.Len() == 0 || lp.Len()%parts != 0 {
		r.fail()
		return nil, 0
	}
	return lp, lp.Len() / parts
}

// element is the text of the element at p, and where the next one is.
func element(lp listpack.Listpack, p int) (text []byte, next int) {
	s, n, isInt, next := lp.Decode(p)
	if isInt {
		s = strconv.AppendInt(nil, n, 10)
	}
	return s, next
}

// elements gathers what a walk over a string visits, whose number must be a multiple of parts.
func (r *reader) elements(walk func([]byte, func([]byte) bool) bool, parts int) (list [][]byte, ok bool) {
	ok = walk(r.string(), func(e []byte) bool { list = append(list, e); return true })
	return list, ok && !r.bad && len(list)%parts == 0
}
