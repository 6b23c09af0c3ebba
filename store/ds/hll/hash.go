package hll

import (
	"encoding/binary"
	"math/bits"
)

// seed is the seed of the hash. Sketches with another one would count the same elements in other registers.
const seed = 0xadc83b19

// Locate tells which register an element counts in, and the value for it: one more than the zeros at the low end of the
// hash's upper 50 bits, so 1 to 51.
func Locate(element []byte) (index int, value uint8) {
	h := murmur64A(element, seed)
	upper := h>>indexBits | 1<<(64-indexBits) // ends the run of zeros
	return int(h & (Registers - 1)), uint8(bits.TrailingZeros64(upper) + 1)
}

// murmur64A is Austin Appleby's MurmurHash2 for 64 bits, reading little-endian words on every machine.
func murmur64A(data []byte, seed uint64) uint64 {
	const (
		m = 0xc6a4a7935bd1e995
		r = 47
	)
	h := seed ^ uint64(len(data))*m
	for ; len(data) >= 8; data = data[8:] {
		k := binary.LittleEndian.Uint64(data) * m
		k ^= k >> r
		h ^= k * m
		h *= m
	}
	if len(data) > 0 {
		for i, c := range data {
			h ^= uint64(c) << (8 * i)
		}
		h *= m
	}
	h ^= h >> r
	h *= m
	return h ^ h>>r
}
