package zset

// The tree grows.

import (
	"bytes"

	"github.com/miniredisd/miniredisd/store/ds/slab"
)

// edge tells where all of the set's elements are, seen from one that comes: members that arrive in order go to one end,
// and a node that is split there is left nearly full.
type edge uint8

const (
	amid   edge = iota
	behind      // all others are before the new one
	ahead       // all others are behind it
)

// splitAt is where a full node of n is cut.
func (e edge) splitAt(n int) int {
	switch e {
	case behind:
		return n - n/16
	case ahead:
		return n / 16
	}
	return n / 2
}

// insert adds an element to the tree. A full node on its way is split before it is entered, so that there is always room
// for one more child above.
func (s *Set) insert(member []byte, score float64, ref slab.Ref) {
	if s.root == 0 {
		s.root, _ = s.newLeaf()
		s.first, s.last = s.root, s.root
	}
	where := s.edgeFor(member, score)
	if size, room := s.size(s.root, s.height); size == room {
		s.grow()
	}
	c := cut{by: byElement, score: score, member: member, after: true}
	at := s.root
	for h := s.height; h > 0; h-- {
		n := s.innerAt(at)
		i := s.search(&c, n.scores[:n.n], n.firsts[:n.n]) - 1
		if i < 0 { // less than all others
			i = 0
			n.scores[0], n.firsts[0] = score, ref
		}
		if size, room := s.size(n.kids[i], h-1); size == room {
			s.split(n, i, h-1, where)
			if s.search(&c, n.scores[i+1:i+2], n.firsts[i+1:i+2]) == 1 {
				i++
			}
		}
		n.counts[i]++
		at = n.kids[i]
	}
	l := s.leafAt(at)
	l.insertAt(s.search(&c, l.scores[:l.n], l.refs[:l.n]), score, ref)
}

// edgeFor tells whether a new element goes to an end of the tree.
func (s *Set) edgeFor(member []byte, score float64) edge {
	l := s.leafAt(s.last)
	if l.n == 0 || s.less(l.scores[l.n-1], l.refs[l.n-1], member, score) {
		return behind
	}
	l = s.leafAt(s.first)
	if !s.less(l.scores[0], l.refs[0], member, score) {
		return ahead
	}
	return amid
}

// less compares an element of the tree with another one.
func (s *Set) less(score float64, ref slab.Ref, member []byte, other float64) bool {
	if score != other {
		return score < other
	}
	return bytes.Compare(s.member(ref), member) < 0
}

// staysAt reports whether the element at place i of a leaf is still in order with another score.
func (s *Set) staysAt(l *leaf, i int, member []byte, score float64) bool {
	switch prev := l.prev; {
	case i > 0:
		if !s.less(l.scores[i-1], l.refs[i-1], member, score) {
			return false
		}
	case prev != 0:
		b := s.leafAt(prev)
		if !s.less(b.scores[b.n-1], b.refs[b.n-1], member, score) {
			return false
		}
	}
	if i++; i < int(l.n) {
		return !s.less(l.scores[i], l.refs[i], member, score)
	}
	if l.next == 0 {
		return true
	}
	b := s.leafAt(l.next)
	return !s.less(b.scores[0], b.refs[0], member, score)
}

// grow puts a new root above the root.
func (s *Set) grow() {
	ref, root := s.newInner()
	s.insertKid(root, 0, s.root, s.height)
	s.root = ref
	s.height++
}

// split cuts the full child at place i of n in two; n has room for one more.
func (s *Set) split(n *inner, i, level int, where edge) {
	left := n.kids[i]
	size, _ := s.size(left, level)
	at := where.splitAt(size)
	var right slab.Ref
	if level == 0 {
		right = s.splitLeaf(left, at)
	} else {
		ref, node := s.newInner()
		node.move(s.innerAt(left), at)
		right = ref
	}
	s.insertKid(n, i+1, right, level)
	n.counts[i] -= n.counts[i+1]
}

func (s *Set) splitLeaf(left slab.Ref, at int) (right slab.Ref) {
	right, r := s.newLeaf()
	l := s.leafAt(left)
	r.move(l, at)
	r.prev, r.next, l.next = left, l.next, right
	if r.next != 0 {
		s.leafAt(r.next).prev = right
	} else {
		s.last = right
	}
	return right
}
