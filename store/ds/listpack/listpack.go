// Package listpack is a sequence of strings and integers in one block of bytes, in the format that Redis writes
// to dump.rdb files and DUMP payloads, byte for byte.
//
// A listpack holds small collections: lists, hashes, sets, sorted sets, and the nodes of larger lists and
// streams. It costs a byte or two per element beside the element itself, holds no pointers, and is read in order
// in either direction. Every change moves the bytes behind it, so a listpack is meant to stay small.
//
//	+-------------+------------+---------+---------+-----+------+
//	| total bytes | elements   | element | element | ... | 0xFF |
//	| uint32, LE  | uint16, LE |         |         |     |      |
//	+-------------+------------+---------+---------+-----+------+
//
//	element: | encoding and data, n bytes | backlen: n, 1 to 5 bytes, read from its last byte back |
//
// The element count is 65535 when it is not known: such a listpack must be walked to be counted.
//
//	first byte   meaning                                          bytes that follow
//	0xxxxxxx     integer 0..127
//	10llllll     string of up to 63 bytes                         string
//	110xxxxx     13-bit signed integer, high bits first           1
//	1110llll     string of up to 4095 bytes, high bits first      1, string
//	11110000     string of up to 2^32-1 bytes                     4 (LE length), string
//	11110001     16-bit signed integer                            2 (LE)
//	11110010     24-bit signed integer                            3 (LE)
//	11110011     32-bit signed integer                            4 (LE)
//	11110100     64-bit signed integer                            8 (LE)
//	11111111     end
//
// A string that is the canonical decimal form of an int64 is stored as the integer. The package imports nothing
// of this module.
package listpack

import (
	"encoding/binary"
	"slices"
)

const (
	// HeaderSize is the length of the header, and so the position of the first element.
	HeaderSize = 6
	// EmptyBytes is the length of a listpack without elements: header and end byte.
	EmptyBytes = HeaderSize + 1
	// MaxBytes is the size that no listpack may grow over: far below what the header can say. Fits tells.
	MaxBytes = 1 << 30

	end          = 0xFF
	countUnknown = 0xFFFF
	// shrinkAbove is the capacity from which a mostly empty block is given back when elements are deleted.
	shrinkAbove = 128
)

// Listpack is a well-formed listpack: one made by New, or one of which Validate(true) found no fault. The other
// methods rely on that.
//
// A position is the offset of an element's first byte. No element can stand at 0, so 0 means "none" wherever a
// position is returned. Methods that change a listpack return the new slice, as append does: the old one and all
// strings that Get returned from it are invalid then. Strings passed in must not lie in the listpack itself.
type Listpack []byte

// New returns an empty listpack with room for capacity bytes in all.
func New(capacity int) Listpack {
	lp := slices.Grow(Listpack(nil), max(capacity, EmptyBytes))[:EmptyBytes]
	lp[HeaderSize] = end
	lp.setCount(0)
	lp.setTotal()
	return lp
}

// Bytes returns the length of the listpack in bytes.
func (lp Listpack) Bytes() int { return len(lp) }

// Fits tells whether a string of n bytes may be added without growing over MaxBytes. Who stores elements without
// a limit of their own asks before adding.
func (lp Listpack) Fits(n int) bool { return n <= MaxBytes && len(lp)+n+maxOverhead <= MaxBytes }

// Clone returns a copy with no spare room.
func (lp Listpack) Clone() Listpack { return append(Listpack(nil), lp...) }

// Len returns the number of elements. It walks listpacks of 65535 elements and more.
func (lp Listpack) Len() int {
	if c := lp.count(); c != countUnknown {
		return c
	}
	n := 0
	for p := HeaderSize; lp[p] != end; p += lp.entrySize(p) {
		n++
	}
	return n
}

// First returns the position of the first element, or 0.
func (lp Listpack) First() int { return lp.orNone(HeaderSize) }

// Last returns the position of the last element, or 0.
func (lp Listpack) Last() int { return lp.Prev(len(lp) - 1) }

// Next returns the position of the element behind the one at p, or 0.
func (lp Listpack) Next(p int) int { return lp.orNone(p + lp.entrySize(p)) }

// Prev returns the position of the element before the one at p, or 0. p may also be the end byte's.
func (lp Listpack) Prev(p int) int {
	if p <= HeaderSize {
		return 0
	}
	size := lp.readBacklen(p)
	return p - size - backlenSize(size)
}

// SizeAt returns the bytes that the element at p takes.
func (lp Listpack) SizeAt(p int) int { return lp.entrySize(p) }

// Seek returns the position of the i-th element, counted from 0, or from the end when i is negative (-1 is the
// last), or 0 if there is none. It walks from the nearer end.
func (lp Listpack) Seek(i int) int {
	if c := lp.count(); c != countUnknown {
		if i < -c || i >= c {
			return 0
		}
		if i >= 0 && i > c/2 {
			i -= c
		} else if i < 0 && i < -c/2 {
			i += c
		}
	}
	if i < 0 {
		p := lp.Last()
		for i++; i < 0 && p != 0; i++ {
			p = lp.Prev(p)
		}
		return p
	}
	p := HeaderSize
	for ; i > 0 && lp[p] != end; i-- {
		p += lp.entrySize(p)
	}
	return lp.orNone(p)
}

// Append adds s as the last element.
func (lp Listpack) Append(s []byte) Listpack { return lp.insert(len(lp)-1, 0, s) }

// Prepend adds s as the first element.
func (lp Listpack) Prepend(s []byte) Listpack { return lp.insert(HeaderSize, 0, s) }

// AppendInt adds n as the last element.
func (lp Listpack) AppendInt(n int64) Listpack { return lp.insertInt(len(lp)-1, 0, n) }

// PrependInt adds n as the first element.
func (lp Listpack) PrependInt(n int64) Listpack { return lp.insertInt(HeaderSize, 0, n) }

// InsertBefore adds s before the element at p, which may be the end byte's position too. s stands at p then.
func (lp Listpack) InsertBefore(p int, s []byte) Listpack { return lp.insert(p, 0, s) }

// InsertAfter adds s behind the element at p and returns the position of s.
func (lp Listpack) InsertAfter(p int, s []byte) (Listpack, int) {
	p += lp.entrySize(p)
	return lp.insert(p, 0, s), p
}

// Replace puts s in the place of the element at p; s stands at p then.
func (lp Listpack) Replace(p int, s []byte) Listpack { return lp.insert(p, lp.entrySize(p), s) }

// ReplaceInt puts n in the place of the element at p; n stands at p then.
func (lp Listpack) ReplaceInt(p int, n int64) Listpack { return lp.insertInt(p, lp.entrySize(p), n) }

// Delete removes the element at p and returns the position of the one that followed it, or 0.
func (lp Listpack) Delete(p int) (Listpack, int) { return lp.DeleteAt(p, 1) }

// DeleteAt removes up to n elements from the one at p on, and returns the position of the one that follows, or 0.
func (lp Listpack) DeleteAt(p, n int) (Listpack, int) {
	stop, removed := p, 0
	for ; removed < n && lp[stop] != end; removed++ {
		stop += lp.entrySize(stop)
	}
	if c := lp.count(); c != countUnknown {
		lp.setCount(c - removed)
	}
	lp = lp.splice(p, stop-p, 0)
	return lp, lp.orNone(p)
}

// DeleteRange removes up to n elements from the i-th on, counted as Seek does.
func (lp Listpack) DeleteRange(i, n int) Listpack {
	p := lp.Seek(i)
	if p == 0 || n <= 0 {
		return lp
	}
	lp, _ = lp.DeleteAt(p, n)
	return lp
}

// Split cuts the listpack before the element at p, which may be the end byte's position too. n is the number of
// elements before p. left keeps lp's memory.
func (lp Listpack) Split(p, n int) (left, right Listpack) {
	last := len(lp) - 1
	right = New(EmptyBytes+last-p).splice(HeaderSize, 0, last-p)
	copy(right[HeaderSize:], lp[p:last])
	right.setCount(lp.Len() - n)
	lp.setCount(n)
	return lp.splice(p, last-p, 0), right
}

// Merge returns the elements of a followed by those of b. It may use the memory of a; b lasts as it is. Together
// they must not be longer than MaxBytes.
func Merge(a, b Listpack) Listpack {
	n := a.Len() + b.Len()
	p := len(a) - 1
	a = a.splice(p, 0, len(b)-EmptyBytes)
	copy(a[p:], b[HeaderSize:])
	a.setCount(n)
	return a
}

// Reserve makes room for n more bytes, and some to spare unless that goes over most bytes in all. Who knows how
// large a listpack may get keeps it from taking more memory than that.
func (lp Listpack) Reserve(n, most int) Listpack {
	need := len(lp) + n
	if need <= cap(lp) {
		return lp
	}
	return append(slices.Grow(Listpack(nil), max(need, min(need+need/4, most))), lp...)
}

// count returns the header's count, which may be countUnknown.
func (lp Listpack) count() int { return int(binary.LittleEndian.Uint16(lp[4:])) }

func (lp Listpack) setCount(n int) {
	binary.LittleEndian.PutUint16(lp[4:], uint16(min(n, countUnknown)))
}

func (lp Listpack) setTotal() { binary.LittleEndian.PutUint32(lp, uint32(len(lp))) }

func (lp Listpack) orNone(p int) int {
	if lp[p] == end {
		return 0
	}
	return p
}

// insert puts s at p in the place of the old bytes that stand there: none, or one element.
func (lp Listpack) insert(p, old int, s []byte) Listpack {
	if n, ok := ParseInt(s); ok {
		return lp.insertInt(p, old, n)
	}
	size := stringSize(len(s))
	lp = lp.open(p, old, size)
	putString(lp[p:], s)
	putBacklen(lp[p+size:], size)
	return lp
}

func (lp Listpack) insertInt(p, old int, n int64) Listpack {
	size := intSize(n)
	lp = lp.open(p, old, size)
	putInt(lp[p:], n)
	putBacklen(lp[p+size:], size)
	return lp
}

// open makes room at p for an element of size bytes and its backlen, in the place of the old bytes there, and
// counts it if it is a new one.
func (lp Listpack) open(p, old, size int) Listpack {
	if c := lp.count(); old == 0 && c != countUnknown {
		lp.setCount(c + 1)
	}
	return lp.splice(p, old, size+backlenSize(size))
}

// splice makes the old bytes at p size bytes and writes the new total. Room grows by a quarter, so that adding
// costs no allocation most of the time; it is given back when three quarters are empty.
func (lp Listpack) splice(p, old, size int) Listpack {
	had, n := len(lp), len(lp)+size-old
	switch {
	case n > cap(lp):
		lp = lp.moved(p, old, size, slices.Grow(Listpack(nil), n+n/4)[:n])
	case size < old && cap(lp) > shrinkAbove && n < cap(lp)/4:
		lp = lp.moved(p, old, size, slices.Grow(Listpack(nil), n+n/4)[:n])
	default:
		lp = lp[:max(n, had)]
		copy(lp[p+size:], lp[p+old:had])
		lp = lp[:n]
	}
	lp.setTotal()
	return lp
}

// moved copies lp to dst, the old bytes at p becoming size bytes yet to be written.
func (lp Listpack) moved(p, old, size int, dst Listpack) Listpack {
	copy(dst, lp[:p])
	copy(dst[p+size:], lp[p+old:])
	return dst
}
