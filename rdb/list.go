package rdb

import (
	"bytes"

	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

// appendList appends the number of nodes, and of each node how it is packed, and its bytes.
func (o Options) appendList(dst []byte, l *quicklist.List) []byte {
	dst = appendLength(dst, uint64(l.Nodes()))
	l.EachNode(func(data []byte, plain bool) bool {
		if plain {
			dst = append(dst, quicklistPlain)
		} else {
			dst = append(dst, quicklistPacked)
		}
		dst = o.appendString(dst, data)
		return true
	})
	return dst
}

// listValue is a list that was read, nil when it has no element: such a key does not exist.
func listValue(l *quicklist.List) *store.Value {
	if l.Len() == 0 {
		return nil
	}
	l.Loaded()
	return store.ObjectValue(store.List{List: l})
}

func readList(r *reader, lim *Limits) *store.Value {
	l := quicklist.New(lim.ListFill)
	for range r.count(1) {
		l.PushBack(r.string())
	}
	return listValue(l)
}

func readQuicklist(r *reader, lim *Limits) *store.Value {
	l := quicklist.New(lim.ListFill)
	for range r.count(2) {
		container, data := r.length(), r.string()
		switch {
		case container == quicklistPlain && !r.bad:
			l.AppendPlain(data)
		case container == quicklistPacked && listpack.Listpack(data).Validate(true) == nil:
			// A node of another server may be larger than one of ours: its elements are added one by one.
			lp := listpack.Listpack(bytes.Clone(data))
			for p := lp.First(); p != 0; p = lp.Next(p) {
				l.PushBack(lp.AppendValue(nil, p))
			}
		default:
			r.fail()
		}
	}
	return listValue(l)
}

func readListZiplist(r *reader, lim *Limits) *store.Value {
	l := quicklist.New(lim.ListFill)
	r.pushZiplist(l)
	return listValue(l)
}

func readQuicklistOfZiplists(r *reader, lim *Limits) *store.Value {
	l := quicklist.New(lim.ListFill)
	for range r.count(1) {
		r.pushZiplist(l)
	}
	return listValue(l)
}

func (r *reader) pushZiplist(l *quicklist.List) {
	if !ziplist(r.string(), func(element []byte) bool { l.PushBack(element); return true }) {
		r.fail()
	}
}
