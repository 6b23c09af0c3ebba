package dict

import (
	"math"
	"math/bits"
	"unsafe"
)

const (
	slots    = 12             // elements of a bucket
	maxChild = math.MaxUint16 // overflow buckets of a segment
	line     = 64             // bytes of a cache line, and of a bucket

	everyLow  = 0x0101010101010101 // the lowest bit of each byte
	everyHigh = everyLow << 7
)

// Element is what a Dict holds: 32 bits by which the owner finds the key.
type Element interface{ ~uint32 }

// bucket is one cache line; see the package comment.
type bucket[E Element] struct {
	// The tags of the elements, a byte each: of slots 0 to 7 from the lowest up, then of slots 8 to 11. 0: a free slot.
	tags  uint64
	tags8 uint32
	child uint16 // the number of the overflow bucket chained behind, 0: none
	used  uint16 // the number of elements; they lie in the first slots
	elems [slots]E
}

func sizeOf[X any]() int {
	var x X
	return int(unsafe.Sizeof(x))
}

// tagOf is the tag of a hash, 1 to 255.
func tagOf(hash uint64) uint8 { return uint8(hash>>56*255>>8 + 1) }

// match returns a word with one bit set for each slot that has this tag, which is not 0; firstSlot says for which.
func (b *bucket[E]) match(tag uint8) uint64 {
	every := uint64(tag) * everyLow
	// Slots 0 to 7 have the lowest bit of a byte, 8 to 11 the fifth of the lower four bytes.
	return zeros(b.tags^every)>>7 | zeros(uint64(b.tags8)^every)>>3
}

// zeros returns a word in which the highest bit of a byte is set exactly when that byte of x is 0; the others are 0.
func zeros(x uint64) uint64 {
	// Adding 127 to the low seven bits of a byte carries into its high bit unless they are 0, and never further.
	return ^(x&^everyHigh + (everyHigh - everyLow) | x) & everyHigh
}

// firstSlot is the slot of the lowest bit that match returned.
func firstSlot(hits uint64) int {
	bit := bits.TrailingZeros64(hits)
	return bit>>3 | bit<<1&8
}

// tag is the tag of a slot. Like set it has no branch, as it would depend on what the cache misses: a shift by more than
// the word's length gives 0, so that only one of the two words counts.
func (b *bucket[E]) tag(slot int) uint8 {
	shift := uint(slot) * 8
	return uint8(b.tags>>shift) | uint8(b.tags8>>(shift-64))
}

// set puts an element in a slot.
func (b *bucket[E]) set(slot int, tag uint8, e E) {
	shift := uint(slot) * 8
	b.tags = b.tags&^(0xff<<shift) | uint64(tag)<<shift
	b.tags8 = b.tags8&^(0xff<<(shift-64)) | uint32(tag)<<(shift-64)
	b.elems[slot] = e
}

// touch reads the bucket, which may be nil.
func (b *bucket[E]) touch() uint64 {
	if b == nil {
		return 0
	}
	return b.tags
}

// push puts an element in the first free slot; there must be one.
func (b *bucket[E]) push(tag uint8, e E) {
	b.set(int(b.used), tag, e)
	b.used++
}

// pop takes out the element in the last slot; there must be one.
func (b *bucket[E]) pop() (tag uint8, e E) {
	b.used--
	last := int(b.used)
	tag, e = b.tag(last), b.elems[last]
	b.set(last, 0, 0)
	return tag, e
}
