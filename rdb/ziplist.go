package rdb

// The packed lists of old servers, read only.
//
//	ziplist: | bytes u32 | offset of the last u32 | count u16 | entry … | 0xff |      little endian
//	entry:   | length of the one before: 1 byte, or 0xfe and u32 | encoding | data |
//	zipmap:  | count | (length, key, length, number of free bytes, value, free bytes) … | 0xff |

import (
	"encoding/binary"
	"strconv"
)

const (
	ziplistHeader = 10
	ziplistEnd    = 0xff
)

// ziplist visits the elements of a ziplist, until visit returns false. It reports false for one that is broken.
func ziplist(p []byte, visit func(element []byte) bool) bool {
	if len(p) < ziplistHeader+1 || uint64(binary.LittleEndian.Uint32(p)) != uint64(len(p)) || p[len(p)-1] != ziplistEnd {
		return false
	}
	r := reader{b: p[ziplistHeader : len(p)-1]}
	n := 0
	for ; len(r.b) > 0; n++ {
		if r.byte() == 0xfe {
			r.take(4)
		}
		element := r.ziplistElement()
		if r.bad || !visit(element) {
			return false
		}
	}
	count := int(binary.LittleEndian.Uint16(p[8:]))
	return !r.bad && (count == n || count == 0xffff)
}

func (r *reader) ziplistElement() []byte {
	first := r.byte()
	switch first >> 6 {
	case 0:
		return r.take(uint64(first & 0x3f))
	case 1:
		return r.take(uint64(first&0x3f)<<8 | uint64(r.byte()))
	case 2:
		if p := r.take(4); p != nil {
			return r.take(uint64(binary.BigEndian.Uint32(p)))
		}
		return nil
	}
	n, ok := r.ziplistInt(first)
	if !ok {
		r.fail()
	}
	return strconv.AppendInt(nil, n, 10)
}

func (r *reader) ziplistInt(first byte) (n int64, ok bool) {
	size := 0
	switch first {
	case 0xc0:
		size = 2
	case 0xd0:
		size = 4
	case 0xe0:
		size = 8
	case 0xf0:
		size = 3
	case 0xfe:
		size = 1
	default: // 0 to 12 in the byte itself
		return int64(first&0x0f) - 1, first >= 0xf1 && first <= 0xfd
	}
	p := r.take(uint64(size))
	if p == nil {
		return 0, false
	}
	var wide [8]byte
	copy(wide[8-size:], p) // at the top, so that the shift back brings the sign
	return int64(binary.LittleEndian.Uint64(wide[:])) >> (64 - 8*size), true
}

// zipmap visits keys and values in turn, like ziplist.
func zipmap(p []byte, visit func(element []byte) bool) bool {
	r := reader{b: p}
	r.byte()
	for value := false; ; value = !value {
		n := uint64(r.byte())
		if n == 0xff && !value {
			return !r.bad && len(r.b) == 0
		}
		if n == 0xfe {
			q := r.take(4)
			if q == nil {
				return false
			}
			n = uint64(binary.LittleEndian.Uint32(q))
		}
		free := byte(0)
		if value {
			free = r.byte()
		}
		element := r.take(n)
		r.take(uint64(free))
		if r.bad || n == 0xff || !visit(element) {
			return false
		}
	}
}
