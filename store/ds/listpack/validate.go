package listpack

// Checking bytes from outside, before any other method may touch them.

import (
	"encoding/binary"
	"errors"
)

// What Validate finds.
var (
	ErrHeader = errors.New("listpack: wrong header or end byte")
	ErrEntry  = errors.New("listpack: malformed element")
	ErrCount  = errors.New("listpack: wrong element count")
)

// Validate tells what is wrong with bytes that come from outside. Only with deep, which walks all elements, does
// nil mean that every other method is safe; without, header and end alone are looked at.
func (lp Listpack) Validate(deep bool) error {
	if len(lp) < EmptyBytes || uint64(binary.LittleEndian.Uint32(lp)) != uint64(len(lp)) || lp[len(lp)-1] != end {
		return ErrHeader
	}
	if !deep {
		return nil
	}
	count, p, last := 0, HeaderSize, len(lp)-1
	for p < last {
		size, ok := lp.checkEntry(p, last)
		if !ok {
			return ErrEntry
		}
		p += size
		count++
	}
	if c := lp.count(); c != countUnknown && c != count {
		return ErrCount
	}
	return nil
}

// checkEntry returns the size of the element at p with its backlen, if it is whole, ends at or before last, and
// its backlen is the one that an element of its size has. p is before last.
func (lp Listpack) checkEntry(p, last int) (size int, ok bool) {
	c, room := lp[p], last-p
	if c > encInt64 { // 0xFF before the end is one of these
		return 0, false
	}
	// The length bytes must be there before span may read them.
	if c >= encString12 && c < encString32 && room < 2 || c == encString32 && room < 5 {
		return 0, false
	}
	if c == encString32 && uint64(binary.LittleEndian.Uint32(lp[p+1:])) > uint64(room) {
		return 0, false
	}
	start, n, _ := lp.span(p)
	n += start - p
	back := backlenSize(n)
	if n+back > room {
		return 0, false
	}
	var want [5]byte
	putBacklen(want[:back], n)
	return n + back, string(want[:back]) == string(lp[p+n:p+n+back])
}
