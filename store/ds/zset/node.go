package zset

// Nodes of the tree, as they lie in the slab.

import (
	"unsafe"

	"github.com/miniredisd/miniredisd/store/ds/slab"
)

const (
	// A leaf is about as large as it can be while moving half of it costs less than a cache miss or two.
	leafCap = 64
	// innerCap fills a block of 1280 bytes.
	innerCap = 63
	// maxHeight is more than the height of any tree: 2^32 members in nodes that are a quarter full.
	maxHeight = 9
)

// leaf has n elements in order.
type leaf struct {
	n          uint32
	prev, next slab.Ref // 0: none
	_          uint32
	scores     [leafCap]float64
	refs       [leafCap]slab.Ref
}

// inner has n children in order.
type inner struct {
	n      uint32
	_      uint32
	scores [innerCap]float64  // of the first element below each child
	firsts [innerCap]slab.Ref // that element's member
	kids   [innerCap]slab.Ref
	counts [innerCap]uint32 // elements below each child
}

const (
	leafSize  = int(unsafe.Sizeof(leaf{}))
	innerSize = int(unsafe.Sizeof(inner{}))
)

// The sizes that the package comment and the figures count with.
var (
	_ [16 + 12*leafCap]byte     = [leafSize]byte{}
	_ [8 + 20*innerCap + 4]byte = [innerSize]byte{}
)

func (s *Set) leafAt(ref slab.Ref) *leaf {
	return (*leaf)(unsafe.Pointer(unsafe.SliceData(s.mem.At(ref))))
}

func (s *Set) innerAt(ref slab.Ref) *inner {
	return (*inner)(unsafe.Pointer(unsafe.SliceData(s.mem.At(ref))))
}

func (s *Set) newLeaf() (slab.Ref, *leaf) {
	ref, _ := s.mem.Alloc(leafSize)
	l := s.leafAt(ref)
	l.n, l.prev, l.next = 0, 0, 0
	return ref, l
}

func (s *Set) newInner() (slab.Ref, *inner) {
	ref, _ := s.mem.Alloc(innerSize)
	n := s.innerAt(ref)
	n.n = 0
	return ref, n
}

// size is the number of elements or children of a node, and room how many it may have. Level 0 is the leaves'.
func (s *Set) size(ref slab.Ref, level int) (size, room int) {
	if level == 0 {
		return int(s.leafAt(ref).n), leafCap
	}
	return int(s.innerAt(ref).n), innerCap
}

// firstOf is the first element of a node.
func (s *Set) firstOf(ref slab.Ref, level int) (score float64, member slab.Ref) {
	if level == 0 {
		l := s.leafAt(ref)
		return l.scores[0], l.refs[0]
	}
	n := s.innerAt(ref)
	return n.scores[0], n.firsts[0]
}

// count is the number of elements below a node.
func (s *Set) count(ref slab.Ref, level int) (sum uint32) {
	if level == 0 {
		return s.leafAt(ref).n
	}
	n := s.innerAt(ref)
	for _, c := range n.counts[:n.n] {
		sum += c
	}
	return sum
}

// free gives a node's block back. A leaf must be unlinked.
func (s *Set) free(ref slab.Ref, level int) {
	if level == 0 {
		s.mem.Free(ref, leafSize)
	} else {
		s.mem.Free(ref, innerSize)
	}
}

// insertAt puts an element at place i of a leaf that has room.
func (l *leaf) insertAt(i int, score float64, ref slab.Ref) {
	n := l.n
	copy(l.scores[i+1:n+1], l.scores[i:n])
	copy(l.refs[i+1:n+1], l.refs[i:n])
	l.scores[i], l.refs[i] = score, ref
	l.n = n + 1
}

// removeAt takes k elements from place i of a leaf.
func (l *leaf) removeAt(i, k int) {
	copy(l.scores[i:], l.scores[i+k:l.n])
	copy(l.refs[i:], l.refs[i+k:l.n])
	l.n -= uint32(k)
}

// move moves the children of from, from place i on, behind those of n.
func (n *inner) move(from *inner, i int) {
	at, end := n.n, from.n
	copy(n.scores[at:], from.scores[i:end])
	copy(n.firsts[at:], from.firsts[i:end])
	copy(n.kids[at:], from.kids[i:end])
	copy(n.counts[at:], from.counts[i:end])
	n.n += end - uint32(i)
	from.n = uint32(i)
}

// move moves the elements of from, from place i on, behind those of l.
func (l *leaf) move(from *leaf, i int) {
	at, end := l.n, from.n
	copy(l.scores[at:], from.scores[i:end])
	copy(l.refs[at:], from.refs[i:end])
	l.n += end - uint32(i)
	from.n = uint32(i)
}

// insertKid puts a child at place i of an inner node that has room.
func (s *Set) insertKid(n *inner, i int, kid slab.Ref, level int) {
	end := n.n
	copy(n.scores[i+1:end+1], n.scores[i:end])
	copy(n.firsts[i+1:end+1], n.firsts[i:end])
	copy(n.kids[i+1:end+1], n.kids[i:end])
	copy(n.counts[i+1:end+1], n.counts[i:end])
	n.scores[i], n.firsts[i] = s.firstOf(kid, level)
	n.kids[i], n.counts[i] = kid, s.count(kid, level)
	n.n++
}

// removeKid takes the child at place i from an inner node.
func (n *inner) removeKid(i int) {
	copy(n.scores[i:], n.scores[i+1:n.n])
	copy(n.firsts[i:], n.firsts[i+1:n.n])
	copy(n.kids[i:], n.kids[i+1:n.n])
	copy(n.counts[i:], n.counts[i+1:n.n])
	n.n--
}
