package store

import "github.com/miniredisd/miniredisd/store/ds/quicklist"

// List is a list value.
type List struct{ *quicklist.List }

// Kind implements Object.
func (List) Kind() Kind { return ListKind }

// Clone implements Object.
func (l List) Clone() Object { return List{l.List.Clone()} }

// List is the value of a list entry.
func (e *Entry) List() *quicklist.List { return e.Object().(List).List }
