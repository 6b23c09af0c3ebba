package quicklist

// Elements found by their text. Nodes are searched in their own bytes, without a value made of each element.

import (
	"bytes"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// target is a text to look for. A listpack stores the canonical text of an integer as an integer and never as a
// string, so that only one of both needs to be compared.
type target struct {
	text  []byte
	num   int64
	isInt bool
}

func targetOf(text []byte) target {
	n, ok := listpack.ParseInt(text)
	return target{text, n, ok}
}

// at tells whether n's element at p is t.
func (t *target) at(n *node, p int) bool {
	if n.plain {
		return bytes.Equal(n.data, t.text)
	}
	s, num, isInt := n.lp().Get(p)
	if isInt || t.isInt {
		return isInt && t.isInt && num == t.num
	}
	return bytes.Equal(s, t.text)
}

// find returns position and index of the first element of n that is t, from the k-th on, which is at p, and before
// the end-th. The index is end if there is none.
func (t *target) find(n *node, p, k, end int) (int, int) {
	if n.plain {
		if k < end && t.at(n, p) {
			return p, k
		}
		return p, end
	}
	for lp := n.lp(); k < end; k++ {
		switch c := lp[p]; {
		case c < 0x80: // a small integer
			if t.isInt && t.num == int64(c) {
				return p, k
			}
			p += 2
		case c < 0xC0: // a short string
			size := int(c & 0x3F)
			if size == len(t.text) && string(lp[p+1:p+1+size]) == string(t.text) {
				return p, k
			}
			p += size + 2
		default:
			s, num, isInt, next := lp.Decode(p)
			if isInt && t.isInt && num == t.num || !isInt && !t.isInt && bytes.Equal(s, t.text) {
				return p, k
			}
			p = next
		}
	}
	return p, end
}

// Find calls visit with the index of each element whose text is v, in order, until visit returns false. It looks at
// the first most elements only, or with back at the last most, going from the end to the start. The list must not
// change meanwhile.
func (l *List) Find(v []byte, back bool, most int, visit func(i int) bool) {
	t := targetOf(v)
	if back {
		l.findBack(&t, most, visit)
		return
	}
	first := 0 // index of the node's first element in the list
	for n := l.head; n != nil && first < most; n = n.next {
		end := min(int(n.count), most-first)
		for p, k := t.find(n, listpack.HeaderSize, 0, end); k < end; p, k = t.find(n, n.behind(p), k+1, end) {
			if !visit(first + k) {
				return
			}
		}
		first += int(n.count)
	}
}

func (l *List) findBack(t *target, most int, visit func(i int) bool) {
	i := l.count
	stop := max(0, l.count-most)
	for n := l.tail; n != nil && i > stop; n = n.prev {
		for p := n.lastPos(); p != 0 && i > stop; p = n.prevPos(p) {
			if i--; t.at(n, p) && !visit(i) {
				return
			}
		}
	}
}

// First returns the index of the first element whose text is v, or with back of the last, or -1.
func (l *List) First(v []byte, back bool) int {
	found := -1
	l.Find(v, back, l.count, func(i int) bool { found = i; return false })
	return found
}

// Remove deletes elements whose text is v, count at the most, from the i-th on (negative: from the end), or with back
// from there towards the start. It returns how many.
func (l *List) Remove(i int, v []byte, back bool, count int) int {
	t, before := targetOf(v), l.count
	n, k := l.locate(i)
	if back {
		l.removeBack(n, k, &t, count)
	} else {
		for n != nil && count > 0 {
			next := n.next // n may go
			count -= l.removeIn(n, k, &t, count)
			n, k = next, 0
		}
	}
	l.shrinking()
	return before - l.count
}

// removeIn deletes the first elements of n that are t, from the k-th on and most at the most, neighbours in one move. It
// returns how many.
func (l *List) removeIn(n *node, k int, t *target, most int) int {
	removed := 0
	for p := n.seek(k); removed < most; {
		if p, k = t.find(n, p, k, int(n.count)); k == int(n.count) {
			break
		}
		run := 1
		for q := n.nextPos(p); q != 0 && removed+run < most && t.at(n, q); q = n.nextPos(q) {
			run++
		}
		removed += run
		if l.removeRun(n, p, run); n.count == 0 {
			break
		}
	}
	return removed
}

// removeBack deletes the last elements that are t, up to the k-th of n, most at the most.
func (l *List) removeBack(n *node, k int, t *target, most int) {
	for n != nil && most > 0 {
		prev := n.prev // n may go
		for p := n.seek(k); p != 0 && most > 0; {
			left := n.prevPos(p) // stays where it is
			if t.at(n, p) {
				l.removeRun(n, p, 1)
				most--
			}
			p = left
		}
		n, k = prev, -1
	}
}
