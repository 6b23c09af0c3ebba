// Package intset is a sorted set of integers in one block of bytes, in the format that Redis writes to dump.rdb files and
// DUMP payloads, byte for byte.
//
//	+--------------+------------+----+----+-----+----+
//	| bytes of one | how many   | n0 | n1 | ... | nk |      n0 < n1 < … < nk
//	| uint32, LE   | uint32, LE |    |    |     |    |
//	+--------------+------------+----+----+-----+----+
//
// All integers have 2, 4 or 8 bytes: as many as the widest that was ever added needs. A look-up is a binary search; an
// addition moves the bytes behind it, so an intset is meant to stay small. The package imports nothing of this module.
package intset

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// HeaderSize is where the integers begin.
const HeaderSize = 8

// maxLen keeps the length of the bytes an int32's.
const maxLen = 1 << 28

// Intset is a well-formed intset: one made by New, or one in which Validate found no fault. Methods that change an intset
// return the new slice, as append does.
type Intset []byte

// New returns an empty intset.
func New() Intset { return Intset{2, 0, 0, 0, 0, 0, 0, 0} }

// Len is the number of integers.
func (s Intset) Len() int { return int(binary.LittleEndian.Uint32(s[4:])) }

// width is the bytes of an integer.
func (s Intset) width() int { return int(s[0]) }

// widthOf is the bytes that n needs.
func widthOf(n int64) int {
	switch {
	case n >= math.MinInt16 && n <= math.MaxInt16:
		return 2
	case n >= math.MinInt32 && n <= math.MaxInt32:
		return 4
	}
	return 8
}

// At is the i-th integer, in ascending order.
func (s Intset) At(i int) int64 { return read(s[HeaderSize+i*s.width():], s.width()) }

func read(b []byte, width int) int64 {
	switch width {
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(b)))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	}
	return int64(binary.LittleEndian.Uint64(b))
}

func write(b []byte, width int, n int64) {
	switch width {
	case 2:
		binary.LittleEndian.PutUint16(b, uint16(n))
	case 4:
		binary.LittleEndian.PutUint32(b, uint32(n))
	default:
		binary.LittleEndian.PutUint64(b, uint64(n))
	}
}

// search is the place of n, or the one where it would go.
func (s Intset) search(n int64) (i int, found bool) {
	lo, hi := 0, s.Len()
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if s.At(mid) < n {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo, lo < s.Len() && s.At(lo) == n
}

// Has reports whether n is in the set.
func (s Intset) Has(n int64) bool {
	if widthOf(n) > s.width() {
		return false
	}
	_, found := s.search(n)
	return found
}

// Add adds n, unless it is there.
func (s Intset) Add(n int64) (Intset, bool) {
	if w := widthOf(n); w > s.width() {
		s = s.widen(w)
	}
	i, found := s.search(n)
	if found {
		return s, false
	}
	at, w := HeaderSize+i*s.width(), s.width()
	s = slices.Grow(s, w)[:len(s)+w]
	copy(s[at+w:], s[at:len(s)-w])
	write(s[at:], w, n)
	s.setLen(s.Len() + 1)
	return s, true
}

// Remove takes n out, if it is there. The width stays.
func (s Intset) Remove(n int64) (Intset, bool) {
	if widthOf(n) > s.width() {
		return s, false
	}
	i, found := s.search(n)
	if !found {
		return s, false
	}
	at := HeaderSize + i*s.width()
	s.setLen(s.Len() - 1)
	return append(s[:at], s[at+s.width():]...), true
}

// widen gives all integers w bytes, from the last on so that none is overwritten before it has moved.
func (s Intset) widen(w int) Intset {
	n, old := s.Len(), s.width()
	s = slices.Grow(s, n*(w-old))[:HeaderSize+n*w]
	for i := n - 1; i >= 0; i-- {
		write(s[HeaderSize+i*w:], w, read(s[HeaderSize+i*old:], old))
	}
	binary.LittleEndian.PutUint32(s, uint32(w))
	return s
}

func (s Intset) setLen(n int) { binary.LittleEndian.PutUint32(s[4:], uint32(n)) }

var errCorrupt = errors.New("intset: corrupt")

// Validate checks bytes that come from outside: with deep, also that the integers ascend.
func Validate(b []byte, deep bool) (Intset, error) {
	if len(b) < HeaderSize {
		return nil, errCorrupt
	}
	w := binary.LittleEndian.Uint32(b)
	n := binary.LittleEndian.Uint32(b[4:])
	if w != 2 && w != 4 && w != 8 || n > maxLen || uint64(len(b)) != HeaderSize+uint64(n)*uint64(w) {
		return nil, errCorrupt
	}
	s := Intset(b)
	for i := 1; deep && i < s.Len(); i++ {
		if s.At(i-1) >= s.At(i) {
			return nil, errCorrupt
		}
	}
	return s, nil
}
