package listpack

// Reading and comparing elements.

import (
	"bytes"
	"strconv"
)

// Get returns the element at p: an integer n, or a string s that lies in the listpack.
func (lp Listpack) Get(p int) (s []byte, n int64, isInt bool) {
	start, size, isInt := lp.span(p)
	if isInt {
		return nil, getInt(lp[p:]), true
	}
	return lp[start : start+size : start+size], 0, false
}

// Decode is Get for walking forward: next is the position behind the element, where the next one stands or, if
// AtEnd says so, none.
func (lp Listpack) Decode(p int) (s []byte, n int64, isInt bool, next int) {
	start, size, isInt := lp.span(p)
	next = start + size
	next += backlenSize(next - p)
	if isInt {
		return nil, getInt(lp[p:]), true, next
	}
	return lp[start : start+size : start+size], 0, false, next
}

// AtEnd tells whether p is the position of the end byte.
func (lp Listpack) AtEnd(p int) bool { return lp[p] == end }

// AppendValue appends the text of the element at p to dst.
func (lp Listpack) AppendValue(dst []byte, p int) []byte {
	s, n, isInt := lp.Get(p)
	if isInt {
		return strconv.AppendInt(dst, n, 10)
	}
	return append(dst, s...)
}

// Compare tells whether the text of the element at p is s.
func (lp Listpack) Compare(p int, s []byte) bool {
	str, n, isInt := lp.Get(p)
	if isInt {
		want, ok := ParseInt(s)
		return ok && n == want
	}
	return bytes.Equal(str, s)
}

// Find returns the position of the first element whose text is s, from the one at from on (0 finds nothing), or
// 0. After each comparison it passes over skip elements: 1 compares the keys of key-value pairs.
func (lp Listpack) Find(from int, s []byte, skip int) int {
	if from == 0 {
		return 0
	}
	want, wantInt := ParseInt(s)
	for p := from; lp[p] != end; {
		str, n, isInt, next := lp.Decode(p)
		if isInt {
			if wantInt && n == want {
				return p
			}
		} else if bytes.Equal(str, s) {
			return p
		}
		p = next
		for i := 0; i < skip && lp[p] != end; i++ {
			p += lp.entrySize(p)
		}
	}
	return 0
}
