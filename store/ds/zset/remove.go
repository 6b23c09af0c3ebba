package zset

// The tree shrinks.

import "github.com/miniredisd/miniredisd/store/ds/slab"

// mergeRoom is the part of a node that two neighbours may fill when they are put together, so that what comes next does not
// split them again.
func mergeRoom(room int) int { return room * 3 / 4 }

// cutOut takes k elements from place i of the leaf that the path leads to, and puts the tree in order. Their members may be
// gone already.
func (s *Set) cutOut(p *path, l *leaf, i, k int) {
	l.removeAt(i, k)
	for _, st := range p[:s.height] {
		st.node.counts[st.i] -= uint32(k)
	}
	if i == 0 && l.n > 0 {
		s.setFirst(p, 0, l.scores[0], l.refs[0])
	}
	s.repair(p)
}

// setFirst notes the new first element of the node of the path at a level, wherever it is a key.
func (s *Set) setFirst(p *path, level int, score float64, ref slab.Ref) {
	for _, st := range p[level:s.height] {
		st.node.scores[st.i], st.node.firsts[st.i] = score, ref
		if st.i > 0 {
			return
		}
	}
}

// repair removes the nodes of the path that are empty, and merges those that have become small with a neighbour.
func (s *Set) repair(p *path) {
	for h, st := range p[:s.height] {
		n, i := st.node, st.i
		size, room := s.size(n.kids[i], h)
		switch {
		case size == 0:
			s.drop(n.kids[i], h)
			n.removeKid(i)
			if i == 0 && n.n > 0 {
				s.setFirst(p, h+1, n.scores[0], n.firsts[0])
			}
		case size > room/2 || !s.mergeNear(n, i, h):
			s.lower()
			return
		}
	}
	s.lower()
}

// mergeNear merges the child at place i with one of its neighbours, if both fit.
func (s *Set) mergeNear(n *inner, i, level int) bool {
	size, room := s.size(n.kids[i], level)
	for _, left := range [2]int{i, i - 1} {
		if left < 0 || left+1 >= int(n.n) {
			continue
		}
		other, _ := s.size(n.kids[2*left+1-i], level)
		if size+other <= mergeRoom(room) {
			s.merge(n, left, level)
			return true
		}
	}
	return false
}

// merge puts the children at places i and i+1 together.
func (s *Set) merge(n *inner, i, level int) {
	left, right := n.kids[i], n.kids[i+1]
	if level == 0 {
		s.leafAt(left).move(s.leafAt(right), 0)
	} else {
		s.innerAt(left).move(s.innerAt(right), 0)
	}
	n.counts[i] += n.counts[i+1]
	n.removeKid(i + 1)
	s.drop(right, level)
}

// drop unlinks a leaf, and frees a node.
func (s *Set) drop(ref slab.Ref, level int) {
	if level == 0 {
		l := s.leafAt(ref)
		if l.prev != 0 {
			s.leafAt(l.prev).next = l.next
		} else {
			s.first = l.next
		}
		if l.next != 0 {
			s.leafAt(l.next).prev = l.prev
		} else {
			s.last = l.prev
		}
	}
	s.free(ref, level)
}

// lower takes roots away that have one child, and the last leaf when it is empty.
func (s *Set) lower() {
	for s.height > 0 {
		root, ref := s.innerAt(s.root), s.root
		if root.n > 1 {
			return
		}
		if root.n == 0 {
			s.free(ref, s.height)
			s.tree = tree{}
			return
		}
		s.root = root.kids[0]
		s.free(ref, s.height)
		s.height--
	}
	if s.leafAt(s.root).n == 0 {
		s.free(s.root, 0)
		s.tree = tree{}
	}
}
