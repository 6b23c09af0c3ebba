package quicklist

// Changes in the middle.

import "github.com/miniredisd/miniredisd/store/ds/listpack"

// Insert adds a copy of v so that it has index i, from 0 to Len. It returns false if i is out of range.
func (l *List) Insert(i int, v []byte) bool {
	if i == l.count {
		l.PushBack(v)
		return true
	}
	if i < 0 || i > l.count {
		return false
	}
	l.growing(len(v), 1)
	n, k := l.locate(i)
	l.insert(n, n.seek(k), k, v)
	return true
}

// Replace puts a copy of v in the place of the i-th element (negative: from the end). It returns false if there
// is none.
func (l *List) Replace(i int, v []byte) bool {
	n, k := l.locate(i)
	if n == nil {
		return false
	}
	l.replace(n, n.seek(k), k, v)
	return true
}

// DeleteRange removes up to count elements from the i-th on (negative: from the end), and returns how many.
func (l *List) DeleteRange(i, count int) int {
	before := l.count
	n, k := l.locate(i)
	for left := count; n != nil && left > 0; k = 0 {
		next, here := n.next, min(left, int(n.count)-k)
		if here == int(n.count) {
			l.unlink(n)
		} else {
			lp, _ := n.lp().DeleteAt(n.seek(k), here)
			l.set(n, lp, -here)
		}
		n, left = next, left-here
	}
	l.shrinking()
	return before - l.count
}

// insert adds v to n before its k-th element, which is at p; or with k and p at n's end, behind all of n.
func (l *List) insert(n *node, p, k int, v []byte) {
	first, last := k == 0, k == int(n.count)
	switch {
	case l.allows(n, len(v)):
		l.set(n, l.roomFor(n, len(v)).InsertBefore(p, v), 1)
	case first && n.prev != nil && l.allows(n.prev, len(v)):
		l.set(n.prev, l.roomFor(n.prev, len(v)).Append(v), 1)
	case last && n.next != nil && l.allows(n.next, len(v)):
		l.set(n.next, l.roomFor(n.next, len(v)).Prepend(v), 1)
	case first:
		l.link(l.newNode(v, nil), n.prev, n)
	case last:
		l.link(l.newNode(v, nil), n, n.next)
	default:
		right := l.split(n, p, k)
		mid := l.newNode(v, nil)
		l.link(mid, n, right)
		l.mergeAround(mid)
	}
}

// replace puts v in the place of n's k-th element, which is at p.
func (l *List) replace(n *node, p, k int, v []byte) {
	l.growing(len(v), 1)
	switch {
	case l.fitsInPlace(n, p, v):
		l.set(n, n.lp().Replace(p, v), 0)
	case n.count == 1:
		prev, next := n.prev, n.next
		l.unlink(n)
		fresh := l.newNode(v, nil)
		l.link(fresh, prev, next)
		l.mergeAround(fresh)
	default:
		if l.remove(n, p); k == int(n.count) {
			p = len(n.data) - 1
		}
		l.insert(n, p, k, v)
	}
	l.shrinking()
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
