package store

// Looking at several fields of a hash.

import "github.com/miniredisd/miniredisd/store/ds/hash"

// Each visits the fields whose time has not come, with their values, until visit returns false. visit must not change the hash;
// what it is given is good for that call only.
func (h *Hash) Each(visit func(field, value []byte) bool) {
	if h.table == nil {
		hash.Each(h.packed(), visit)
		return
	}
	h.table.Each(func(ref hash.Ref) bool {
		return h.fieldDead(ref) || visit(h.table.Field(ref), h.table.Value(ref))
	})
}

// Scan is one step of an iteration: it visits some fields whose time has not come, and returns the cursor to go on with, 0 when
// all were visited. A hash that is Small is visited in one step. looked is how many fields it came by, dead ones as well.
func (h *Hash) Scan(cursor uint64, visit func(field, value []byte)) (next uint64, looked int) {
	if h.Small() {
		h.Each(func(field, value []byte) bool {
			visit(field, value)
			return true
		})
		return 0, h.Len()
	}
	next = h.table.Scan(cursor, func(ref hash.Ref) {
		looked++
		if !h.fieldDead(ref) {
			visit(h.table.Field(ref), h.table.Value(ref))
		}
	})
	return next, looked
}

// Sample visits n fields, each of them picked at random from all; the same one may come again. The hash is not empty, and
// RemoveDead was called before.
func (h *Hash) Sample(n int, visit func(field, value []byte)) {
	if h.table != nil {
		for range n {
			ref := h.table.Random(h.tx.st.opt.Rand)
			visit(h.table.Field(ref), h.table.Value(ref))
		}
		return
	}
	lp, size := h.packed(), h.Len()
	var scratch [2][hash.MaxInt]byte
	for range n {
		p := lp.Seek(2 * int(h.tx.Rand(uint64(size))))
		visit(hash.Text(lp, p, scratch[0][:]), hash.Text(lp, lp.Next(p), scratch[1][:]))
	}
}

// sparseShare is how many times as large as the sample a hash must be for the fields to be drawn one by one.
const sparseShare = 3

// SampleDistinct visits n different fields, at most as many as there are. RemoveDead was called before.
func (h *Hash) SampleDistinct(n int, visit func(field, value []byte)) {
	if h.table != nil && n*sparseShare < h.Len() {
		seen := make(map[hash.Ref]struct{}, n)
		for len(seen) < n {
			ref := h.table.Random(h.tx.st.opt.Rand)
			if _, again := seen[ref]; !again {
				seen[ref] = struct{}{}
				visit(h.table.Field(ref), h.table.Value(ref))
			}
		}
		return
	}
	// One walk: of the fields that are left, each is taken with the probability that makes n in the end.
	left := h.Len()
	h.Each(func(field, value []byte) bool {
		if h.tx.Rand(uint64(left)) < uint64(n) {
			visit(field, value)
			n--
		}
		left--
		return n > 0
	})
}
