package quicklist

// Reading in order.

import "github.com/miniredisd/miniredisd/store/ds/listpack"

// Iterator walks a list that does not change meanwhile. It is a value: copying it is cheap and making one
// allocates nothing.
type Iterator struct {
	n       *node
	p       int // position of the next element in n
	reverse bool
}

// Iter returns an iterator that begins with the element at index from (negative: from the end) and walks towards
// the end, or with reverse towards the start. If there is no such element, it has none.
func (l *List) Iter(from int, reverse bool) Iterator {
	n, i := l.locate(from)
	if n == nil {
		return Iterator{}
	}
	return Iterator{n, n.seek(i), reverse}
}

// Next returns the next element, or false at the end.
func (it *Iterator) Next() (Value, bool) {
	n := it.n
	if n == nil {
		return Value{}, false
	}
	if it.reverse || n.plain {
		v := n.value(it.p)
		it.advance()
		return v, true
	}
	lp := n.lp()
	s, num, isInt, next := lp.Decode(it.p)
	if it.p = next; lp.AtEnd(next) {
		it.enter(n.next)
	}
	return valueOf(s, num, isInt), true
}

// advance moves to the neighbour in the iterator's direction.
func (it *Iterator) advance() {
	if it.reverse {
		if it.p = it.n.prevPos(it.p); it.p == 0 {
			it.enter(it.n.prev)
		}
	} else if it.p = it.n.nextPos(it.p); it.p == 0 {
		it.enter(it.n.next)
	}
}

// enter goes on at the near end of n, which may be nil.
func (it *Iterator) enter(n *node) {
	it.n = n
	switch {
	case n == nil:
		it.p = 0
	case it.reverse:
		it.p = n.lastPos()
	default:
		it.p = listpack.HeaderSize
	}
}

// Clamp turns the range of elements from..to, both included and negative if counted from the end, as LRANGE and
// LTRIM take it, into a first index and a number of elements, 0 if the range is empty.
func (l *List) Clamp(from, to int) (first, n int) {
	if from < 0 {
		from = max(0, from+l.count)
	}
	if to < 0 {
		to += l.count
	}
	to = min(to, l.count-1)
	if from > to {
		return 0, 0
	}
	return from, to - from + 1
}

// Range calls visit with the elements from..to as Clamp takes them, until visit returns false. The list must not
// change meanwhile.
func (l *List) Range(from, to int, visit func(Value) bool) {
	first, left := l.Clamp(from, to)
	if left == 0 {
		return
	}
	n, i := l.locate(first)
	for p := n.seek(i); left > 0; n, p = n.next, listpack.HeaderSize {
		if n.plain {
			if left--; !visit(n.value(p)) {
				return
			}
			continue
		}
		// Short strings and small integers are decoded here: a call for each would cost more than the rest.
		for lp := n.lp(); left > 0 && !lp.AtEnd(p); left-- {
			var v Value
			switch c := lp[p]; {
			case c < 0x80:
				v = intValue(int64(c))
				p += 2
			case c < 0xC0:
				v = Value{&lp[p+1], int64(c & 0x3F)}
				p += int(c&0x3F) + 2
			default:
				var s []byte
				var num int64
				var isInt bool
				s, num, isInt, p = lp.Decode(p)
				v = valueOf(s, num, isInt)
			}
			if !visit(v) {
				return
			}
		}
	}
}

// Spans calls visit for each node that holds some of the n elements from the first on, which must be within the list. The
// count elements of a span begin at position p of data, a listpack, or are the one that plain data is. Data is the
// list's own. It is for readers that decode elements themselves, because even a call for each is too much.
func (l *List) Spans(first, n int, visit func(data []byte, p, count int, plain bool)) {
	if n == 0 {
		return
	}
	node, k := l.locate(first)
	for p := node.seek(k); n > 0; node, p, k = node.next, listpack.HeaderSize, 0 {
		count := min(n, int(node.count)-k)
		visit(node.data, p, count, node.plain)
		n -= count
	}
}
