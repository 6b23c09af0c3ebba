// Package dict is the hash table of the keyspace, of hashes and sets, and of the index of sorted sets.
//
// It is a pure data structure: no clock, no lock, no goroutine, and it imports nothing of this module. A Dict holds
// elements of four bytes that name memory of the owner's, where the key is; the owner brings the hash of the key along,
// so that it is computed once per command.
//
// # Layout
//
// An element has one home bucket, named by the low bits of its hash. A bucket is one cache line of 64 bytes, with room for
// twelve elements. What does not fit goes to an overflow bucket chained behind it:
//
//	byte  0                      12      14     16                             64
//	      +----+----+---+--------+-------+------+----+----+----+---+-----------+
//	home  | t0 | t1 | … |  t11   | child | used | e0 | e1 | e2 | … |    e11    |
//	      +----+----+---+--------+---|---+------+----+----+----+---+-----------+
//	                                 |   used: the number of elements
//	                                 v   child: the number of an overflow bucket of this segment, 0 means none
//	      +----+----+---+--------+-------+------+----+----+----+---+-----------+
//	over  | t0 | t1 | … |  t11   |   0   | used | e0 | e1 | e2 | … |    e11    |
//	      +----+----+---+--------+-------+------+----+----+----+---+-----------+
//	        t: the tag, 8 bits of the hash, never 0; 0 means that the slot is free
//
// Two comparisons of a word look at all twelve tags; only an element whose tag is right (one wrong one in 255) has its key
// read. So a look-up costs the line of the bucket and that of the key; in a table that is about to grow, one hit in five and
// two misses in three cost an overflow bucket besides. A chain is packed: only its last bucket has free slots, and those at
// the end. The child is a number and not a pointer, so that a table is nothing to the garbage collector.
//
// # Growing without stalls
//
// A table is a directory of segments of 256 buckets each (16 KiB), which are allocated when something first goes there, on
// the Go heap or where the owner has memory for them (Memory). When the table is full (14 elements for each home bucket) or
// sparse (one and a half), a second one of another size is set up, and every Insert, Swap and Delete carries a few buckets
// over, in the order of their numbers. Elements whose home in the old table lies before the migration's position are in the
// new table, all others in the old one: so a key has exactly one place at any time, and a look-up costs the same during a
// resize. Segments that the position has passed are dropped, so that a resize never holds two full tables.
//
// No operation moves more than a few chains or allocates more than a few segments. The exceptions look at everything
// by their nature: Each and Stats.
package dict

import (
	"bytes"
	"hash/maphash"
)

// Traits tells a Dict how to see its elements: a struct type of size zero, or one that knows where the owner's memory is.
type Traits[E Element] interface {
	// Key is the key of e; it must not change while e is in the dict.
	Key(E) []byte
}

var seed = maphash.MakeSeed()

// Hash is the hash of a key, with a seed that is random per process. A Dict takes the bucket's number from the low
// bits and the tag from the top eight: whoever spreads keys over several dicts by the same hash takes bits in between
// (40 to 55), or the buckets fill unevenly.
func Hash(key []byte) uint64 { return maphash.Bytes(seed, key) }

// HashString is Hash for a string.
func HashString(s string) uint64 { return maphash.String(seed, s) }

// Dict is a hash table of elements E that know their key. The zero value is empty and ready. The hash that its methods
// take is Hash(key) or HashString(key).
type Dict[E Element, T Traits[E]] struct {
	// Traits sees the elements. The owner sets it before the first use, unless its zero value does.
	Traits T
	// Memory is where the buckets lie, the Go heap when it is nil. The owner sets it before the first use.
	Memory Memory

	// cur is the table; during a resize, the old one.
	cur table[E]
	// next is the table that is being filled; it has no buckets while no resize is under way.
	next table[E]
	// moved is the position of the resize: the home buckets of cur below it have been carried over to next.
	moved int
	used  int
}

// Len is the number of elements.
func (d *Dict[E, T]) Len() int { return d.used }

// home is the table and the home bucket's number for a hash, also during a resize. The dict must have a table.
func (d *Dict[E, T]) home(hash uint64) (*table[E], int) {
	i := d.cur.index(hash)
	if i >= d.moved {
		return &d.cur, i
	}
	return &d.next, d.next.index(hash)
}

// place is where an element lies: a slot of a bucket of the chain that begins at a home bucket.
type place[E Element] struct {
	seg    *segment[E]
	home   *bucket[E]
	bucket *bucket[E]
	slot   int
}

// locate finds the element of a key.
func (d *Dict[E, T]) locate(hash uint64, key []byte) (p place[E], ok bool) {
	if d.used == 0 {
		return p, false
	}
	t, i := d.home(hash)
	seg := t.segment(i)
	home, tag := seg.bucket(i), tagOf(hash)
	for b := home; b != nil; b = seg.after(b) {
		for hits := b.match(tag); hits != 0; hits &= hits - 1 {
			slot := firstSlot(hits)
			if bytes.Equal(d.Traits.Key(b.elems[slot]), key) {
				return place[E]{seg, home, b, slot}, true
			}
		}
	}
	return p, false
}

// Find returns the element of a key.
func (d *Dict[E, T]) Find(hash uint64, key []byte) (e E, ok bool) {
	p, ok := d.locate(hash, key)
	if !ok {
		return e, false
	}
	return p.bucket.elems[p.slot], true
}

// Touch reads the home bucket of a hash, so that the processor has it at hand. What it returns is of no meaning.
func (d *Dict[E, T]) Touch(hash uint64) uint64 {
	if d.used == 0 {
		return 0
	}
	t, i := d.home(hash)
	return t.segment(i).bucket(i).touch()
}

// Candidate returns the first element in the home bucket of a hash that may have it. No key is read.
func (d *Dict[E, T]) Candidate(hash uint64) (e E, ok bool) {
	if d.used == 0 {
		return e, false
	}
	t, i := d.home(hash)
	b := t.segment(i).bucket(i)
	if b == nil {
		return e, false
	}
	hits := b.match(tagOf(hash))
	if hits == 0 {
		return e, false
	}
	return b.elems[firstSlot(hits)], true
}

// Insert adds an element whose key is not in the dict.
func (d *Dict[E, T]) Insert(hash uint64, e E) {
	d.help()
	d.growIfFull()
	t, i := d.home(hash)
	t.insert(i, tagOf(hash), e)
	d.used++
}

// Swap puts e in the place of the element that has that key, which must be the key of e too. It returns the element
// that was there; if there was none, it does nothing.
func (d *Dict[E, T]) Swap(hash uint64, key []byte, e E) (old E, ok bool) {
	d.help()
	p, ok := d.locate(hash, key)
	if !ok {
		return old, false
	}
	old = p.bucket.elems[p.slot]
	p.bucket.elems[p.slot] = e
	return old, true
}

// Delete takes out the element of a key and returns it.
func (d *Dict[E, T]) Delete(hash uint64, key []byte) (e E, ok bool) {
	d.help()
	p, ok := d.locate(hash, key)
	if !ok {
		return e, false
	}
	e = p.bucket.elems[p.slot]
	p.seg.remove(p.home, p.bucket, p.slot)
	d.used--
	d.shrinkIfSparse()
	return e, true
}

// Clear forgets all elements and gives the memory back.
func (d *Dict[E, T]) Clear() {
	for _, t := range []*table[E]{&d.cur, &d.next} {
		for s := range t.dir {
			t.drop(s)
		}
	}
	*d = Dict[E, T]{Traits: d.Traits, Memory: d.Memory}
}
