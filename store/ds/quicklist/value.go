package quicklist

import (
	"bytes"
	"strconv"
	"unsafe"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// Value is an element as it is stored: an integer or a string of bytes. The bytes lie in the list; they are valid
// until the list changes.
//
// It is two words, so that it travels in registers: with a byte slice and an integer side by side, LRANGE spends
// more on copying values than on finding them.
type Value struct {
	first *byte // of the string; nil for an integer
	n     int64 // the integer, or the length of the string
}

// empty is what first points to in an empty string that lies nowhere.
var empty byte

func intValue(n int64) Value { return Value{nil, n} }

func strValue(s []byte) Value {
	if len(s) == 0 {
		return Value{&empty, 0}
	}
	return Value{unsafe.SliceData(s), int64(len(s))}
}

func valueOf(s []byte, n int64, isInt bool) Value {
	if isInt {
		return intValue(n)
	}
	return strValue(s)
}

// Int returns the integer, if the element is stored as one.
func (v Value) Int() (int64, bool) {
	if v.first != nil {
		return 0, false
	}
	return v.n, true
}

// Str returns the bytes, if the element is not stored as an integer.
func (v Value) Str() ([]byte, bool) {
	if v.first == nil {
		return nil, false
	}
	return unsafe.Slice(v.first, int(v.n)), true
}

// Len returns the length of the element's text.
func (v Value) Len() int {
	if v.first != nil {
		return int(v.n)
	}
	n, u := 1, uint64(v.n)
	if v.n < 0 {
		n, u = 2, -u
	}
	for ; u >= 10; u /= 10 {
		n++
	}
	return n
}

// AppendTo appends the element's text to dst.
func (v Value) AppendTo(dst []byte) []byte {
	if s, ok := v.Str(); ok {
		return append(dst, s...)
	}
	return strconv.AppendInt(dst, v.n, 10)
}

// Equal tells whether the element's text is s.
func (v Value) Equal(s []byte) bool {
	if str, ok := v.Str(); ok {
		return bytes.Equal(str, s)
	}
	n, ok := listpack.ParseInt(s)
	return ok && n == v.n
}
