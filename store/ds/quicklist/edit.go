package quicklist

// Changes in the middle.

import "github.com/miniredisd/miniredisd/store/ds/listpack"

// Insert adds a copy of v before the i-th element (negative: from the end), or with after behind it. It returns false
// if there is none.
func (l *List) Insert(i int, v []byte, after bool) bool {
	n, k := l.locate(i)
	if n == nil {
		return false
	}
	l.growing(len(v), 1)
	l.insert(n, n.seek(k), k, v, after)
	return true
}

// Replace puts a copy of v in the place of the i-th element (negative: from the end). It returns false if there
// is none.
func (l *List) Replace(i int, v []byte) bool {
	n, k := l.locate(i)
	if n == nil {
		return false
	}
	l.growing(len(v), 1)
	l.replace(n, n.seek(k), k, v)
	l.shrinking()
	return true
}

// DeleteRange removes up to count elements from the i-th on (negative: from the end), and returns how many.
func (l *List) DeleteRange(i, count int) int {
	before := l.count
	n, k := l.locate(i)
	for left := count; n != nil && left > 0; k = 0 {
		next, here := n.next, min(left, int(n.count)-k)
		l.removeRun(n, n.seek(k), here)
		n, left = next, left-here
	}
	l.shrinking()
	return before - l.count
}

// Trim leaves nothing but the n elements from the first on; both must be within the list.
func (l *List) Trim(first, n int) {
	l.DeleteRange(first+n, l.count)
	l.DeleteRange(0, first)
}

// insert adds v before n's k-th element, which is at p, or with after behind it.
//
//	n has room          [a k z]    becomes  [a v k z]
//	its neighbour has   [a] [k z]           [a v] [k z]
//	k is at its end     [a] [k z]           [a] [v] [k z]
//	else it is cut      [a k z]             [a v] [k z], or [a] [v] [k z] if v is too large for that
func (l *List) insert(n *node, p, k int, v []byte, after bool) {
	at, atEnd, beside := p, k == 0, n.prev
	if after {
		at, atEnd, beside = n.behind(p), k == int(n.count)-1, n.next
	}
	switch {
	case l.allows(n, len(v)):
		l.set(n, l.roomFor(n, len(v)).InsertBefore(at, v), 1)
	case atEnd && beside != nil && l.allows(beside, len(v)):
		l.addAtEnd(beside, v, after)
	case atEnd && after:
		l.link(l.newNode(v, nil), n, n.next)
	case atEnd:
		l.link(l.newNode(v, nil), n.prev, n)
	case after:
		l.insertCut(n, l.split(n, at, k+1), v, true)
	default:
		l.insertCut(n, l.split(n, at, k), v, false)
	}
}

// insertCut adds v between a and b, which were one node: to b if front, else to a.
func (l *List) insertCut(a, b *node, v []byte, front bool) {
	part, other := a, b
	if front {
		part, other = b, a
	}
	if l.allows(part, len(v)) {
		l.addAtEnd(part, v, front)
		l.mergeAround(other)
		return
	}
	fresh := l.newNode(v, nil)
	if l.link(fresh, a, b); !fresh.plain {
		l.mergeAround(fresh)
	}
}

// addAtEnd adds v to n, which allows it, as its first element or its last.
func (l *List) addAtEnd(n *node, v []byte, front bool) {
	if lp := l.roomFor(n, len(v)); front {
		l.set(n, lp.Prepend(v), 1)
	} else {
		l.set(n, lp.Append(v), 1)
	}
}

// replace puts v in the place of n's k-th element, which is at p.
func (l *List) replace(n *node, p, k int, v []byte) {
	switch {
	case n.plain && l.large(len(v)):
		l.set(n, append(make([]byte, 0, len(v)), v...), 0)
	case l.fitsInPlace(n, p, v):
		l.set(n, n.lp().Replace(p, v), 0)
	case n.plain:
		l.insert(n, p, k, v, true)
		l.unlink(n)
	case n.count == 1: // v is large
		l.link(l.newNode(v, nil), n, n.next)
		l.unlink(n)
	case k == int(n.count)-1:
		l.removeRun(n, p, 1)
		l.insert(n, n.lastPos(), k-1, v, true)
	default:
		l.removeRun(n, p, 1)
		l.insert(n, p, k, v, false)
	}
}

// fitsInPlace tells whether v may stand in n instead of the element at p.
func (l *List) fitsInPlace(n *node, p int, v []byte) bool {
	switch {
	case !l.linked:
		return true
	case n.plain || l.large(len(v)):
		return false
	case n.count == 1:
		return true
	}
	old := n.lp().SizeAt(p)
	return !l.exceeds(len(n.data)-old+listpack.EntrySize(v), int(n.count))
}

// split moves the elements of n from the k-th on, which is at p and not the first, to a new node behind n.
func (l *List) split(n *node, p, k int) *node {
	moved := int(n.count) - k
	left, right := n.lp().Split(p, k)
	l.set(n, left, -moved)
	r := &node{data: right, count: int32(moved)}
	l.link(r, n, n.next)
	return r
}

// mergeAround joins nodes near n where two fit in one, so that splits do not leave many small ones.
func (l *List) mergeAround(n *node) {
	if n.prev != nil {
		l.merge(n.prev.prev, n.prev)
	}
	if n.next != nil {
		l.merge(n.next, n.next.next)
	}
	if prev := n.prev; l.merge(prev, n) {
		n = prev
	}
	l.merge(n, n.next)
}

// merge moves the elements of b, the node behind a, to a if the fill limit allows it. Both may be nil.
func (l *List) merge(a, b *node) bool {
	if a == nil || b == nil || a.plain || b.plain ||
		l.exceeds(len(a.data)+len(b.data)-listpack.EmptyBytes, int(a.count+b.count)) {
		return false
	}
	l.unlink(b)
	l.set(a, listpack.Merge(a.lp(), b.lp()), int(b.count))
	return true
}
