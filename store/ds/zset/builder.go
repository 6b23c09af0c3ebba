package zset

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/miniredisd/miniredisd/store/ds/dict"
	"github.com/miniredisd/miniredisd/store/ds/slab"
)

// Builder gathers members whose scores may change and which may go again, as unions and differences of sets do, and puts
// them in order once, at the end.
type Builder struct {
	s       *Set
	longest int
}

// NewBuilder returns a builder for about n members.
func NewBuilder(n int) *Builder {
	b := &Builder{s: New()}
	b.s.Reserve(n)
	return b
}

// Len is the number of members so far.
func (b *Builder) Len() int { return b.s.Len() }

// Find looks for a member and returns its score.
func (b *Builder) Find(member []byte) (at Spot, score float64, ok bool) { return b.s.Find(member) }

// Add adds a member that Find did not find.
func (b *Builder) Add(at Spot, member []byte, score float64) {
	b.s.dict.Insert(at.hash, b.s.newBlock(member, score))
	b.longest = max(b.longest, len(member))
}

// Put adds a member that is surely not there.
func (b *Builder) Put(member []byte, score float64) {
	b.Add(Spot{hash: dict.Hash(member)}, member, score)
}

// SetScore changes the score of a member that Find found.
func (b *Builder) SetScore(at Spot, score float64) { b.s.setScore(at.ref, score) }

// Remove takes a member out, if it is there.
func (b *Builder) Remove(member []byte) {
	if ref, ok := b.s.dict.Delete(dict.Hash(member), member); ok {
		b.s.freeBlock(ref)
	}
}

// Release gives the memory of a builder back that is not needed after all.
func (b *Builder) Release() { b.s.Release() }

// Longest is at least the length of the longest member.
func (b *Builder) Longest() int { return b.longest }

// Build returns the set. The builder must not be used any more.
func (b *Builder) Build() *Set {
	s := b.s
	type element struct {
		score float64
		ref   slab.Ref
	}
	all := make([]element, 0, s.Len())
	s.dict.Each(func(ref slab.Ref) bool {
		all = append(all, element{s.score(ref), ref})
		return true
	})
	slices.SortFunc(all, func(a, b element) int {
		if a.score != b.score {
			return cmp.Compare(a.score, b.score)
		}
		return bytes.Compare(s.member(a.ref), s.member(b.ref))
	})
	for _, e := range all {
		s.insert(s.member(e.ref), e.score, e.ref)
	}
	return s
}

// Pack is the set as a listpack, for a small one.
func (s *Set) Pack() Packed {
	z := NewPacked()
	it := s.Iter(0, s.Len(), false)
	for member, ok := it.Next(); ok; member, ok = it.Next() {
		z = z.append(member, it.Score())
	}
	return z
}

// append adds a member behind all others.
func (z Packed) append(member []byte, score float64) Packed {
	var text [maxScoreText]byte
	return Packed(z.lp().Append(member).Append(appendScore(text[:0], score)))
}

// Unpack is a small set as a large one, with room for n members.
func (z Packed) Unpack(n int) *Set {
	s := New()
	s.Reserve(n)
	it := z.Iter(0, z.Len(), false)
	for member, ok := it.Next(); ok; member, ok = it.Next() {
		s.Add(Spot{hash: dict.Hash(member)}, member, it.Score())
	}
	return s
}

// Longest is the length of the longest member. It looks at all of them.
func (s *Set) Longest() (longest int) {
	s.dict.Each(func(ref slab.Ref) bool {
		longest = max(longest, len(s.member(ref)))
		return true
	})
	return longest
}
