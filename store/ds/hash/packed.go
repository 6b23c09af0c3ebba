package hash

import (
	"strconv"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// MaxInt is the room that the text of an integer needs: listpacks store integers as numbers.
const MaxInt = 20

// Find returns the position of a field's value, 0 when there is no such field.
func Find(lp listpack.Listpack, field []byte) (value int) {
	p := lp.Find(lp.First(), field, 1)
	if p == 0 {
		return 0
	}
	return lp.Next(p)
}

// Text is the element at p: bytes of the listpack, or written into scratch, which must have room for MaxInt bytes.
func Text(lp listpack.Listpack, p int, scratch []byte) []byte {
	s, n, isInt := lp.Get(p)
	if isInt {
		return strconv.AppendInt(scratch[:0], n, 10)
	}
	return s
}

// Growth is how many bytes a listpack may grow by when value is put where the value at p is; p is 0 for a new field.
func Growth(lp listpack.Listpack, p int, field, value []byte) int {
	if p == 0 {
		return listpack.EntrySize(field) + listpack.EntrySize(value)
	}
	return max(listpack.EntrySize(value)-lp.SizeAt(p), 0)
}

// Put sets the value at p, which Find has found; p is 0 for a new field.
func Put(lp listpack.Listpack, p int, field, value []byte) listpack.Listpack {
	if p == 0 {
		return lp.Append(field).Append(value)
	}
	return lp.Replace(p, value)
}

// Delete removes the field whose value is at p.
func Delete(lp listpack.Listpack, p int) listpack.Listpack {
	lp, _ = lp.DeleteAt(lp.Prev(p), 2)
	return lp
}

// Each visits fields and values until visit returns false. What visit is given is good for that call only.
func Each(lp listpack.Listpack, visit func(field, value []byte) bool) {
	var scratch [2][MaxInt]byte
	for p := listpack.HeaderSize; !lp.AtEnd(p); {
		f, n, isInt, next := lp.Decode(p)
		if isInt {
			f = strconv.AppendInt(scratch[0][:0], n, 10)
		}
		v, n, isInt, next := lp.Decode(next)
		if isInt {
			v = strconv.AppendInt(scratch[1][:0], n, 10)
		}
		if !visit(f, v) {
			return
		}
		p = next
	}
}

// Empty is a listpack without fields, not to be changed.
var Empty = listpack.New(0)
