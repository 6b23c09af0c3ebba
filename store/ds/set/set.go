// Package set is the set of strings behind Redis's set type, in its three encodings: an intset of nothing but integers, a
// listpack of a few short members, and a table of any number of any.
//
// The first two are bytes that the owner keeps (for a key, in its record); this package says what becomes of them. It
// imports the structures that a set is made of, and knows neither clock nor lock.
package set

import (
	"strconv"

	"github.com/miniredisd/miniredisd/store/ds/intset"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// Limits say how far a set is packed.
type Limits struct {
	Intset        int // members of an intset
	Listpack      int // members of a listpack
	ListpackValue int // bytes of a listpack's member
}

// Encoding is how a set is stored.
type Encoding uint8

// The encodings.
const (
	Hashtable Encoding = iota
	Listpack
	Intset
)

// maxIntText is the longest text of an int64.
const maxIntText = 20

// Set is a set in one of its encodings. Members that its methods hand out are good until the set is changed; those that a
// visit is shown, only during that visit.
type Set struct {
	Enc    Encoding
	Packed []byte // an intset or a listpack
	Table  *Table // of encoding Hashtable
}

// New returns an empty set for n members of which the first is given, in the encoding that Redis begins with.
func New(first []byte, n int, lim Limits) *Set {
	s := &Set{}
	s.Begin(first, n, lim)
	return s
}

// Begin makes s an empty set, as New does.
func (s *Set) Begin(first []byte, n int, lim Limits) {
	_, isInt := listpack.ParseInt(first)
	switch {
	case isInt && n <= lim.Intset:
		s.Enc, s.Packed = Intset, intset.New()
	case n <= lim.Listpack:
		s.Enc, s.Packed = Listpack, listpack.New(listpack.EmptyBytes)
	default:
		s.Enc, s.Table = Hashtable, NewTable()
	}
}

// Len is the number of members.
func (s *Set) Len() int {
	switch s.Enc {
	case Intset:
		return intset.Intset(s.Packed).Len()
	case Listpack:
		return listpack.Listpack(s.Packed).Len()
	}
	return s.Table.Len()
}

// Has reports whether member is in the set.
func (s *Set) Has(member []byte) bool {
	switch s.Enc {
	case Intset:
		n, ok := listpack.ParseInt(member)
		return ok && intset.Intset(s.Packed).Has(n)
	case Listpack:
		lp := listpack.Listpack(s.Packed)
		return lp.Find(lp.First(), member, 0) != 0
	}
	return s.Table.Has(member)
}

// Expect prepares for n members that may come in one go: when they would be too many for the encoding, it changes now.
func (s *Set) Expect(n int, lim Limits) {
	if s.Enc == Listpack && n > lim.Listpack || s.Enc == Intset && n > lim.Intset {
		s.toTable()
	}
}

// Insert adds a member that is not there, in another encoding if lim demands it.
func (s *Set) Insert(member []byte, lim Limits) {
	switch s.Enc {
	case Intset:
		s.insertIntset(member, lim)
	case Listpack:
		lp := listpack.Listpack(s.Packed)
		if lp.Len() < lim.Listpack && len(member) <= lim.ListpackValue && lp.Fits(len(member)) {
			s.Packed = lp.Append(member)
			return
		}
		s.toTable()
		s.Table.Insert(member)
	default:
		s.Table.Insert(member)
	}
}

func (s *Set) insertIntset(member []byte, lim Limits) {
	is := intset.Intset(s.Packed)
	if n, ok := listpack.ParseInt(member); ok {
		is, _ = is.Add(n)
		s.Packed = is
		if is.Len() > min(lim.Intset, maxIntset) {
			s.toTable()
		}
		return
	}
	if n := is.Len(); n < lim.Listpack && len(member) <= lim.ListpackValue && (n == 0 || s.longest() <= lim.ListpackValue) {
		lp := listpack.New(listpack.EmptyBytes + n*4 + len(member))
		for i := range n {
			lp = lp.AppendInt(is.At(i))
		}
		s.Enc, s.Packed = Listpack, lp.Append(member)
		return
	}
	s.toTable()
	s.Table.Insert(member)
}

// maxIntset is the most members of an intset, whatever the limit says.
const maxIntset = 1 << 28

// longest is the length of the longest text of an intset's integers, which is one of the outer two.
func (s *Set) longest() int {
	is := intset.Intset(s.Packed)
	var text [maxIntText]byte
	first := len(strconv.AppendInt(text[:0], is.At(0), 10))
	return max(first, len(strconv.AppendInt(text[:0], is.At(is.Len()-1), 10)))
}

func (s *Set) toTable() {
	t := NewTable()
	s.Each(func(member []byte) bool { t.Insert(member); return true })
	s.Enc, s.Packed, s.Table = Hashtable, nil, t
}

// Remove takes a member out, and reports whether it was there. The encoding stays.
func (s *Set) Remove(member []byte) (removed bool) {
	switch s.Enc {
	case Intset:
		n, ok := listpack.ParseInt(member)
		if !ok {
			return false
		}
		is, removed := intset.Intset(s.Packed).Remove(n)
		s.Packed = is
		return removed
	case Listpack:
		lp := listpack.Listpack(s.Packed)
		p := lp.Find(lp.First(), member, 0)
		if p == 0 {
			return false
		}
		s.Packed, _ = lp.Delete(p)
		return true
	}
	return s.Table.Remove(member)
}

// Each visits the members until visit returns false: in ascending order, in the order they came, or in none.
func (s *Set) Each(visit func(member []byte) bool) {
	switch s.Enc {
	case Intset:
		is := intset.Intset(s.Packed)
		var text [maxIntText]byte
		for i := range is.Len() {
			if !visit(strconv.AppendInt(text[:0], is.At(i), 10)) {
				return
			}
		}
	case Listpack:
		lp := listpack.Listpack(s.Packed)
		var text [maxIntText]byte
		for p := listpack.HeaderSize; !lp.AtEnd(p); {
			str, n, isInt, next := lp.Decode(p)
			if isInt {
				str = strconv.AppendInt(text[:0], n, 10)
			}
			if !visit(str) {
				return
			}
			p = next
		}
	default:
		s.Table.Each(visit)
	}
}

// Scan visits some members and returns the cursor to go on with; 0 means that all was visited. A packed set is visited
// at once.
func (s *Set) Scan(cursor uint64, visit func(member []byte)) (next uint64) {
	if s.Enc == Hashtable {
		return s.Table.Scan(cursor, visit)
	}
	s.Each(func(member []byte) bool { visit(member); return true })
	return 0
}

// AppendRandom appends any member of a set that is not empty to dst; rnd(n) returns a random number less than n.
func (s *Set) AppendRandom(dst []byte, rnd func(uint64) uint64) []byte {
	switch s.Enc {
	case Intset:
		is := intset.Intset(s.Packed)
		return strconv.AppendInt(dst, is.At(int(rnd(uint64(is.Len())))), 10)
	case Listpack:
		lp := listpack.Listpack(s.Packed)
		return lp.AppendValue(dst, lp.Seek(int(rnd(uint64(lp.Len())))))
	}
	return append(dst, s.Table.Random(rnd)...)
}

// Sample visits count members, each at most once, all with the same probability. count is at most Len. rnd is as in
// AppendRandom.
func (s *Set) Sample(count int, rnd func(uint64) uint64, visit func(member []byte)) {
	if s.Enc == Hashtable && count < s.Len()/sampleShare {
		s.Table.sample(count, rnd, visit)
		return
	}
	// Each member is taken with the probability that is left for it: those wanted of those to come.
	left := s.Len()
	s.Each(func(member []byte) bool {
		if rnd(uint64(left)) < uint64(count) {
			visit(member)
			count--
		}
		left--
		return count > 0
	})
}

// sampleShare is the share of a table up to which throwing dice is cheaper than looking at every member: a third.
const sampleShare = 3

// Release gives back the memory of a set that nobody owns any more.
func (s *Set) Release() {
	if s.Table != nil {
		s.Table.Release()
	}
}
