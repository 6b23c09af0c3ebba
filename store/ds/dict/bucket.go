package dict

import (
	"math/bits"
	"unsafe"
)

const (
	slots   = 7 // elements of a bucket
	tagBits = 7

	tagMask   = 1<<tagBits - 1
	lanes     = 1<<(slots*tagBits) - 1 // the tags of all slots
	everyLow  = lanes / tagMask        // the lowest bit of each tag
	everyHigh = everyLow << (tagBits - 1)

	childShift = slots * tagBits
	maxChild   = 1<<(64-childShift) - 1
)

// bucket is a word of metadata and seven elements; see the package comment.
type bucket[E any] struct {
	meta  uint64
	elems [slots]E
}

func sizeOf[X any]() int {
	var x X
	return int(unsafe.Sizeof(x))
}

// tagOf is the tag of a hash, 1 to 127.
func tagOf(hash uint64) uint64 { return hash>>(64-tagBits)*tagMask>>tagBits + 1 }

// match returns a word in which the highest bit of a slot's lane is set exactly when the slot has that tag.
func (b *bucket[E]) match(tag uint64) uint64 {
	x := b.meta&lanes ^ tag*everyLow // a lane is 0 where the tag is right
	// Adding 63 to the low six bits of a lane carries into its high bit unless they are 0, and never further.
	return ^(x&^everyHigh + (everyHigh - everyLow) | x) & everyHigh
}

// firstLane is the slot of the lowest bit that match returned.
func firstLane(hits uint64) int { return bits.TrailingZeros64(hits) / tagBits }

// len is the number of elements; they lie in the first slots.
func (b *bucket[E]) len() int { return (bits.Len64(b.meta&lanes) + tagBits - 1) / tagBits }

// tag is the tag of a slot.
func (b *bucket[E]) tag(slot int) uint64 { return b.meta >> (slot * tagBits) & tagMask }

// set puts an element in a slot.
func (b *bucket[E]) set(slot int, tag uint64, e E) {
	shift := slot * tagBits
	b.meta = b.meta&^(tagMask<<shift) | tag<<shift
	b.elems[slot] = e
}

// unset empties a slot.
func (b *bucket[E]) unset(slot int) {
	var none E
	b.meta &^= tagMask << (slot * tagBits)
	b.elems[slot] = none
}

// child is the number of the overflow bucket chained behind b, 0: none.
func (b *bucket[E]) child() int { return int(b.meta >> childShift) }

// setChild chains the overflow bucket of that number behind b.
func (b *bucket[E]) setChild(child int) { b.meta = b.meta&lanes | uint64(child)<<childShift }
