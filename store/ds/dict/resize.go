package dict

const (
	// A dict grows when it has maxLoad elements per home bucket, and shrinks when it has fewer than one element per
	// sparse slots. With maxLoad a little above a bucket's slots an element costs 7.6 to 9.1 bytes, 8.2 in the mean of a
	// cycle of growth; with 12 it is 8.7 in the mean, and fewer look-ups in a full table go to an overflow bucket.
	maxLoad = 14
	sparse  = 8
	// shrinkFactor is the most by which one resize shrinks a table: it bounds how many chains of the old table one
	// step of Scan visits.
	shrinkFactor = 8
	// helpChains and helpBuckets bound what one mutating operation does for a resize: this many chains that hold
	// something, and this many buckets in all. A growing table is full, a shrinking one mostly empty.
	helpChains  = 1
	helpBuckets = 8
)

// Resizing reports whether a resize is under way.
func (d *Dict[E, T]) Resizing() bool { return d.next.buckets != 0 }

// Step carries n buckets over, for an owner with time to spare, and reports whether the resize goes on.
func (d *Dict[E, T]) Step(n int) bool {
	for ; n > 0 && d.Resizing(); n-- {
		d.moveBucket()
	}
	return d.Resizing()
}

// Reserve sets the dict up for n elements, so that it does not grow on the way there. It does nothing during a resize.
func (d *Dict[E, T]) Reserve(n int) {
	if buckets := bucketsFor(n); buckets > d.cur.buckets && !d.Resizing() {
		d.resize(buckets)
	}
}

// bucketsFor is the number of home buckets for n elements.
func bucketsFor(n int) int {
	buckets := 1
	for buckets*maxLoad < n {
		buckets *= 2
	}
	return buckets
}

// help does the share of a mutating operation in a resize.
func (d *Dict[E, T]) help() {
	for chains, n := 0, 0; d.Resizing() && chains < helpChains && n < helpBuckets; n++ {
		if d.moveBucket() {
			chains++
		}
	}
}

// growIfFull makes room before an insertion. While a resize is under way it waits: the resize is over long before the
// number of elements has doubled.
func (d *Dict[E, T]) growIfFull() {
	if d.used >= d.cur.buckets*maxLoad && !d.Resizing() {
		d.resize(bucketsFor(d.used + 1))
	}
}

// shrinkIfSparse gives memory back after a deletion.
func (d *Dict[E, T]) shrinkIfSparse() {
	switch n := d.cur.buckets; {
	case n <= 1 && !d.Resizing():
	case d.used == 0:
		d.Clear()
	case d.used*sparse < n*slots && !d.Resizing():
		d.resize(max(bucketsFor(2*d.used), n/shrinkFactor))
	}
}

// resize begins the move to a table of another size.
func (d *Dict[E, T]) resize(buckets int) {
	if d.used == 0 {
		d.cur = newTable[E](buckets, d.Memory)
		return
	}
	d.next = newTable[E](buckets, d.Memory)
	d.moved = 0
}

// moveBucket carries the next home bucket of cur over to next, with its chain, and reports whether it held anything.
func (d *Dict[E, T]) moveBucket() bool {
	i := d.moved
	seg := d.cur.segment(i)
	b := seg.bucket(i)
	held := b != nil && b.used > 0
	if held {
		d.moveChain(seg, b)
	}
	d.moved++
	if d.moved%segmentBuckets == 0 || d.moved == d.cur.buckets {
		d.cur.drop(i / segmentBuckets)
	}
	if d.moved == d.cur.buckets {
		d.cur, d.next, d.moved = d.next, table[E]{}, 0
	}
	return held
}

// moveChain empties a chain of cur into next. It hashes the keys of a bucket first, so that the processor can fetch them
// side by side.
func (d *Dict[E, T]) moveChain(seg *segment[E], home *bucket[E]) {
	for b := home; b != nil; b = seg.after(b) {
		var hashes [slots]uint64
		elems := b.elems[:b.used]
		for i, e := range elems {
			hashes[i] = Hash(d.Traits.Key(e))
		}
		for i, e := range elems {
			d.next.insert(d.next.index(hashes[i]), tagOf(hashes[i]), e)
		}
	}
	seg.empty(home)
}

// empty clears a chain: what it held is elsewhere now.
func (s *segment[E]) empty(home *bucket[E]) {
	child := home.child
	*home = bucket[E]{}
	for child != 0 {
		b := s.overflow(child)
		next := b.child
		*b = bucket[E]{child: s.free}
		s.free = child
		child = next
	}
}
