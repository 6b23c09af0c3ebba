package dict

const (
	segmentBits = 8
	// segmentBuckets is the number of home buckets of a segment: 16 KiB, which are zeroed in a microsecond or two.
	segmentBuckets = 1 << segmentBits
)

// table is a hash table of a fixed number of home buckets, a power of two.
type table[E Element] struct {
	dir     []segment[E]
	buckets int // home buckets, 0: there is no table
	bytes   int // of the directory and all that hangs on it
	memory  Memory
}

// segment is a run of home buckets and the overflow buckets of their chains. A segment without home buckets holds
// nothing: it has not been needed yet, or a resize has passed it.
type segment[E Element] struct {
	home []bucket[E]
	over []bucket[E]
	free uint16 // first overflow bucket out of use, 0: none; they are linked by their child numbers

	homeRef, overRef uint32 // where a Memory has them
}

func newTable[E Element](buckets int, memory Memory) table[E] {
	dir := make([]segment[E], (buckets+segmentBuckets-1)/segmentBuckets)
	return table[E]{dir: dir, buckets: buckets, bytes: len(dir) * sizeOf[segment[E]](), memory: memory}
}

// index is the number of the home bucket of a hash.
func (t *table[E]) index(hash uint64) int { return int(hash & uint64(t.buckets-1)) }

// segment is the segment of home bucket i.
func (t *table[E]) segment(i int) *segment[E] { return &t.dir[i>>segmentBits] }

// bucket is the home bucket i of the table, nil when its segment holds nothing.
func (s *segment[E]) bucket(i int) *bucket[E] {
	i &= segmentBuckets - 1
	if i >= len(s.home) {
		return nil
	}
	return &s.home[i]
}

// overflow is the overflow bucket of a child's number.
func (s *segment[E]) overflow(child uint16) *bucket[E] { return &s.over[child-1] }

// after is the next bucket of a chain, nil at its end.
func (s *segment[E]) after(b *bucket[E]) *bucket[E] {
	if b.child != 0 {
		return s.overflow(b.child)
	}
	return nil
}

// insert puts an element at the end of the chain of home bucket i.
func (t *table[E]) insert(i int, tag uint8, e E) {
	seg := t.segment(i)
	if seg.home == nil {
		seg.home, seg.homeRef = newBuckets[E](t.memory, min(t.buckets, segmentBuckets))
		t.bytes += len(seg.home) * sizeOf[bucket[E]]()
	}
	b := seg.bucket(i)
	for child := seg.after(b); child != nil; child = seg.after(b) {
		b = child
	}
	if b.used == slots {
		b = t.extend(seg, b)
	}
	b.push(tag, e)
}

// extend chains an empty overflow bucket behind b.
func (t *table[E]) extend(seg *segment[E], b *bucket[E]) *bucket[E] {
	if seg.free != 0 {
		b.child = seg.free
		over := seg.overflow(seg.free)
		seg.free, over.child = over.child, 0
		return over
	}
	if len(seg.over) == maxChild {
		panic("dict: a segment is overfull, the hashes are not those of the keys")
	}
	child := uint16(len(seg.over) + 1)
	b.child = child // before b may move with its fellows
	if len(seg.over) == cap(seg.over) {
		over, ref := newBuckets[E](t.memory, grown(len(seg.over)))
		copy(over, seg.over)
		t.bytes += (cap(over) - cap(seg.over)) * sizeOf[bucket[E]]()
		freeBuckets(t.memory, seg.overRef)
		seg.over, seg.overRef = over[:len(seg.over)], ref
	}
	seg.over = append(seg.over, bucket[E]{})
	return seg.overflow(child)
}

// grown is how many overflow buckets an area of n gets when it is full: an eighth more, and beyond the smallest a multiple
// of overflowStep, so that the areas of many segments have few different sizes.
func grown(n int) int {
	n += n/8 + 1
	if n > overflowStep/2 {
		n = (n + overflowStep - 1) / overflowStep * overflowStep
	}
	return min(n, maxChild)
}

const overflowStep = 16

// remove takes out the element in a slot of bucket b in the chain of home, and moves the chain's last element there.
func (s *segment[E]) remove(home, b *bucket[E], slot int) {
	parent, last := home, home
	for child := s.after(last); child != nil; child = s.after(last) {
		parent, last = last, child
	}
	tag, e := last.pop()
	if b != last || slot < int(last.used) {
		b.set(slot, tag, e)
	}
	if last.used == 0 && last != home {
		s.dropChild(parent)
	}
}

// dropChild unchains the empty last bucket behind parent.
func (s *segment[E]) dropChild(parent *bucket[E]) {
	child := parent.child
	parent.child = 0
	s.overflow(child).child = s.free
	s.free = child
}

// length is the number of elements in the chain of a home bucket.
func (s *segment[E]) length(b *bucket[E]) int {
	n := 0
	for ; b.child != 0; b = s.overflow(b.child) {
		n += slots
	}
	return n + int(b.used)
}

// visit shows the elements of a chain until visit says false.
func (s *segment[E]) visit(b *bucket[E], visit func(E) bool) bool {
	for ; b != nil; b = s.after(b) {
		for _, e := range b.elems[:b.used] {
			if !visit(e) {
				return false
			}
		}
	}
	return true
}

// drop forgets segment number s of the table.
func (t *table[E]) drop(s int) {
	seg := &t.dir[s]
	t.bytes -= (len(seg.home) + cap(seg.over)) * sizeOf[bucket[E]]()
	freeBuckets(t.memory, seg.homeRef)
	freeBuckets(t.memory, seg.overRef)
	*seg = segment[E]{}
}
