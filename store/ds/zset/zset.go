// Package zset is the sorted set: members in the order of their scores, and members of the same score in the order of
// their bytes. A small one is a listpack (packed.go); this is the large one, a Set.
//
// # Layout
//
// Everything but the hash table's buckets lies in one slab, in blocks named by 32 bits, without a Go pointer: to the
// garbage collector a million members are a handful of objects.
//
//	dict: member -> block                 block of a member
//	+--------+-----+-----+                +------------+----------------+--------+
//	| tags   | ref | ref | …              | score      | length, varint | member |
//	+--------+-----+-----+                +------------+----------------+--------+
//
//	                     inner  | score, ref of the first member below | child | members below |  × 63
//	                            +--------------------------------------+-------+---------------+
//	                                 |                                 |
//	                leaf             v                                 v
//	+---+------+------+-------------------+----------------+     +---+- - -
//	| n | prev | next | scores, 64 × 8    | refs, 64 × 4   | <-> | n |
//	+---+------+------+-------------------+----------------+     +---+- - -
//
// The order is kept by a B+tree that counts: an inner node knows how many members are below each child, so the rank of a
// member, and the member of a rank, take one descent. Why a B+tree and not a skiplist with spans: a skiplist's node costs
// two or three pointers of 8 bytes with their spans for each member, and every step of a walk or a search is a cache miss.
// Here a member costs its score and 4 bytes in a leaf, a leaf is searched within a few cache lines, and a walk along a leaf
// knows the next 63 blocks, which the processor fetches side by side. A member's bytes are only looked at where scores are
// equal.
//
// # Invariants
//
//   - The elements of the leaves, from the first to the last, are in order, and each is in the dict.
//   - An inner node's key for a child is exactly that child's first element, and its count the members below.
//   - No node is empty. Two neighbours below the same parent have more elements together than half a node holds.
//   - All leaves have the same depth.
//
// It is a pure data structure: no clock, no lock.
package zset

import (
	"encoding/binary"
	"math"

	"github.com/miniredisd/miniredisd/store/ds/dict"
	"github.com/miniredisd/miniredisd/store/ds/slab"
)

// Set is a large sorted set. Use New.
type Set struct {
	mem  slab.Slab
	dict dict.Dict[slab.Ref, members]
	tree
}

// tree is the order of the elements. Its nodes lie in the Set's slab.
type tree struct {
	root        slab.Ref // 0: there is none
	height      int      // levels of inner nodes above the leaves
	first, last slab.Ref // leaves
}

// members finds the key of a dict's element: the bytes of the member.
type members struct{ mem *slab.Slab }

// Key implements dict.Traits.
func (m members) Key(ref slab.Ref) []byte { return memberOf(m.mem.At(ref)) }

// New returns an empty set.
func New() *Set {
	s := &Set{}
	s.dict.Traits = members{&s.mem}
	return s
}

const scoreBytes = 8

// memberOf is the member in a block.
func memberOf(block []byte) []byte {
	if n := int(block[scoreBytes]); n < 0x80 {
		return block[scoreBytes+1 : scoreBytes+1+n : scoreBytes+1+n]
	}
	n, size := binary.Uvarint(block[scoreBytes:])
	at := scoreBytes + size
	return block[at : at+int(n) : at+int(n)]
}

// blockSize is the size of the block of a member of n bytes.
func blockSize(n int) int {
	var b [binary.MaxVarintLen64]byte
	return scoreBytes + binary.PutUvarint(b[:], uint64(n)) + n
}

func (s *Set) member(ref slab.Ref) []byte { return memberOf(s.mem.At(ref)) }

func (s *Set) score(ref slab.Ref) float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(s.mem.At(ref)))
}

func (s *Set) setScore(ref slab.Ref, score float64) {
	binary.LittleEndian.PutUint64(s.mem.At(ref), math.Float64bits(score))
}

// newBlock makes the block of a member.
func (s *Set) newBlock(member []byte, score float64) slab.Ref {
	ref, block := s.mem.Alloc(blockSize(len(member)))
	binary.LittleEndian.PutUint64(block, math.Float64bits(score))
	n := binary.PutUvarint(block[scoreBytes:], uint64(len(member)))
	copy(block[scoreBytes+n:], member)
	return ref
}

func (s *Set) freeBlock(ref slab.Ref) { s.mem.Free(ref, blockSize(len(s.member(ref)))) }

// Len is the number of members.
func (s *Set) Len() int { return s.dict.Len() }

// Bytes is the memory that the set takes, at no cost.
func (s *Set) Bytes() int { return s.mem.Held() + s.dict.Bytes() }

// Release gives the memory back. The set must not be used any more.
func (s *Set) Release() {
	s.mem.Release()
	s.dict.Clear()
	s.tree = tree{}
}

// Reserve sets the set up for n members.
func (s *Set) Reserve(n int) { s.dict.Reserve(n) }

// Clone is a deep copy.
func (s *Set) Clone() *Set {
	c := New()
	c.Reserve(s.Len())
	it := s.Iter(0, s.Len(), false)
	for member, ok := it.Next(); ok; member, ok = it.Next() {
		c.Add(Spot{hash: dict.Hash(member)}, member, it.Score())
	}
	return c
}

// Spot is where a member is, or would be. It is good until the set is changed.
type Spot struct {
	hash uint64
	ref  slab.Ref
}

// Find looks for a member and returns its score.
func (s *Set) Find(member []byte) (at Spot, score float64, ok bool) {
	at.hash = dict.Hash(member)
	if at.ref, ok = s.dict.Find(at.hash, member); ok {
		score = s.score(at.ref)
	}
	return at, score, ok
}

// Add adds a member that Find did not find.
func (s *Set) Add(at Spot, member []byte, score float64) {
	ref := s.newBlock(member, score)
	s.dict.Insert(at.hash, ref)
	s.insert(member, score, ref)
}

// SetScore changes the score of a member that Find found.
func (s *Set) SetScore(at Spot, member []byte, score float64) {
	var p path
	l, i := s.locate(&p, member, s.score(at.ref))
	s.setScore(at.ref, score)
	if s.staysAt(l, i, member, score) {
		l.scores[i] = score
		if i == 0 {
			s.setFirst(&p, 0, score, at.ref)
		}
		return
	}
	s.cutOut(&p, l, i, 1)
	s.insert(member, score, at.ref)
}

// Remove takes a member out and reports whether it was there.
func (s *Set) Remove(member []byte) bool {
	ref, ok := s.dict.Delete(dict.Hash(member), member)
	if !ok {
		return false
	}
	var p path
	l, i := s.locate(&p, member, s.score(ref))
	s.cutOut(&p, l, i, 1)
	s.freeBlock(ref)
	return true
}

// RemoveRange takes out the members of the ranks from, included, to to, excluded. It descends once for each leaf.
func (s *Set) RemoveRange(from, to int) {
	for left := to - from; left > 0; {
		var p path
		l, i := s.locateRank(&p, from)
		n := min(int(l.n)-i, left)
		for _, ref := range l.refs[i : i+n] {
			member := s.member(ref)
			s.dict.Delete(dict.Hash(member), member)
			s.freeBlock(ref)
		}
		s.cutOut(&p, l, i, n)
		left -= n
	}
}

// Rank is the number of members before this one, with its score.
func (s *Set) Rank(member []byte) (rank int, score float64, ok bool) {
	ref, ok := s.dict.Find(dict.Hash(member), member)
	if !ok {
		return 0, 0, false
	}
	score = s.score(ref)
	var p path
	_, i := s.locate(&p, member, score)
	return p.rank(s.height) + i, score, true
}

// Scan is one step of an iteration, with the guarantees of dict.Scan. visit must not change the set.
func (s *Set) Scan(cursor uint64, visit func(member []byte, score float64)) (next uint64) {
	return s.dict.Scan(cursor, func(ref slab.Ref) {
		block := s.mem.At(ref)
		visit(memberOf(block), math.Float64frombits(binary.LittleEndian.Uint64(block)))
	})
}
