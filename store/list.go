package store

import "github.com/miniredisd/miniredisd/store/ds/quicklist"

// List is a list value.
type List struct{ *quicklist.List }

// Kind implements Object.
func (List) Kind() Kind { return ListKind }

// Release implements Object: a list lives on the Go heap.
func (List) Release() {}

// Clone implements Object.
func (l List) Clone() Object { return List{l.List.Clone()} }

// List is the value of a list entry.
func (e *Entry) List() *quicklist.List { return e.Object().(List).List }

// emitList is the commands that make a list.
func emitList(e *Entry, dst []byte) []byte {
	m := emit(dst, "RPUSH", e.keyBytes())
	e.List().Range(0, -1, func(v quicklist.Value) bool {
		m.add(v.AppendTo(nil))
		return true
	})
	return m.finish()
}

// listElements visits the elements of a list in their order.
func listElements(e *Entry, yield func(parts ...[]byte) bool) {
	var text []byte
	e.List().Range(0, -1, func(v quicklist.Value) bool {
		text = v.AppendTo(text[:0])
		return yield(text)
	})
}
