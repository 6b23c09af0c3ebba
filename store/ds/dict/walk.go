package dict

import "math/bits"

// Each shows all elements until visit says false. visit must not change the dict.
func (d *Dict[E, T]) Each(visit func(E) bool) {
	_ = d.cur.each(visit) && d.next.each(visit)
}

func (t *table[E]) each(visit func(E) bool) bool {
	for s := range t.dir {
		seg := &t.dir[s]
		for i := range seg.home {
			if !seg.visit(&seg.home[i], visit) {
				return false
			}
		}
	}
	return true
}

// Scan is one step of an iteration that begins with cursor 0 and ends when the result is 0. An element that is in the
// dict throughout is visited at least once, however the dict grows or shrinks in between; an element may be visited
// more than once. Any cursor is allowed. The cursor that is returned is less than the number of buckets of the larger
// table. visit must not change the dict.
//
// The cursor counts in reverse: from the highest bit of the bucket's number down to the lowest. Read so, a bucket of a
// table stands for an interval of reversed hashes, and a table of another size cuts the same intervals finer or
// coarser. A step visits the buckets whose elements have their reversed hash in the interval at the cursor, and moves
// the cursor to its end.
func (d *Dict[E, T]) Scan(cursor uint64, visit func(E)) (next uint64) {
	if d.cur.buckets == 0 {
		return 0
	}
	if !d.Resizing() {
		d.cur.scan(d.cur.index(cursor), visit)
		return advance(cursor, d.cur.buckets)
	}
	if d.next.buckets > d.cur.buckets {
		// Growing: what the old bucket held lies either still there or, in finer intervals, in the new table.
		t, i := d.home(cursor)
		t.scan(i, visit)
		return advance(cursor, t.buckets)
	}
	// Shrinking: what belongs in the new bucket may still lie in those of the old one that it is made of.
	small := d.next.buckets
	d.next.scan(d.next.index(cursor), visit)
	for i := d.next.index(cursor); i < d.cur.buckets; i += small {
		d.cur.scan(i, visit)
	}
	return advance(cursor, small)
}

// scan shows the elements of one home bucket's chain.
func (t *table[E]) scan(i int, visit func(E)) {
	seg := t.segment(i)
	if b := seg.bucket(i); b != nil {
		seg.visit(b, func(e E) bool { visit(e); return true })
	}
}

// advance is the cursor after the bucket that it names in a table of that size.
func advance(cursor uint64, buckets int) uint64 {
	cursor |= ^uint64(buckets - 1)
	return bits.Reverse64(bits.Reverse64(cursor) + 1)
}

// randomTries bounds the attempts of Random to hit upon an element by throwing dice.
const randomTries = 100

// Random returns an element, each with nearly the same probability; rnd(n) returns a random number less than n.
//
// It throws a position: one of the home buckets that can hold something, and a rank that nearly all chains stay below.
// A rank past the end of the chain is a miss, so that long chains are hit as much more often as they hold more. After
// many misses, as in a table with room reserved for far more elements, it takes an element from the first chain that it
// finds.
func (d *Dict[E, T]) Random(rnd func(n uint64) uint64) (e E, ok bool) {
	if d.used == 0 {
		return e, false
	}
	positions := d.positions()
	ranks := 6 + 2*d.used/positions
	for range randomTries {
		seg, b := d.position(int(rnd(uint64(positions))))
		if b == nil {
			continue
		}
		n := seg.length(b)
		r := int(rnd(uint64(max(ranks, n))))
		if r < n {
			return seg.element(b, r), true
		}
	}
	return d.randomSparse(rnd), true
}

// randomSparse returns an element of the first chain found from a random position on. The dict is not empty.
func (d *Dict[E, T]) randomSparse(rnd func(n uint64) uint64) E {
	first, second := &d.cur, &d.next
	from := int(rnd(uint64(first.buckets + second.buckets)))
	if from >= first.buckets {
		from -= first.buckets
		first, second = second, first
	}
	seg, b := first.occupied(from)
	if b == nil {
		seg, b = second.occupied(0)
	}
	if b == nil {
		seg, b = first.occupied(0)
	}
	return seg.element(b, int(rnd(uint64(seg.length(b)))))
}

// occupied finds the first home bucket from i on that holds something, or nil.
func (t *table[E]) occupied(i int) (*segment[E], *bucket[E]) {
	for i < t.buckets {
		seg := t.segment(i)
		b := seg.bucket(i)
		switch {
		case b == nil:
			i = (i/segmentBuckets + 1) * segmentBuckets
		case b.used > 0:
			return seg, b
		default:
			i++
		}
	}
	return nil, nil
}

// positions is the number of home buckets in which elements may lie: those of cur from the resize's position on, and
// those of next that take elements from before it.
func (d *Dict[E, T]) positions() int {
	n := d.cur.buckets - d.moved
	switch {
	case d.next.buckets > d.cur.buckets:
		n += d.moved * (d.next.buckets / d.cur.buckets)
	case d.Resizing():
		n += min(d.moved, d.next.buckets)
	}
	return n
}

// position finds the home bucket of one of the positions; nil when its segment holds nothing.
func (d *Dict[E, T]) position(i int) (*segment[E], *bucket[E]) {
	t := &d.cur
	if left := d.cur.buckets - d.moved; i < left {
		i += d.moved
	} else {
		t, i = &d.next, i-left
		if d.next.buckets > d.cur.buckets {
			i = i%d.moved + i/d.moved*d.cur.buckets
		}
	}
	seg := t.segment(i)
	return seg, seg.bucket(i)
}

// element is the element of a rank in the chain of b.
func (s *segment[E]) element(b *bucket[E], rank int) E {
	for ; rank >= slots; rank -= slots {
		b = s.overflow(b.child)
	}
	return b.elems[rank]
}
