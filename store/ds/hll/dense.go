package hll

import "encoding/binary"

// The dense representation: registers of 6 bits, one behind the other, each byte filled from its low end.
//
//	+--------+--------+--------+--------+---
//	|11000000|22221111|33333322|55444444|
//	+--------+--------+--------+--------+---
//
// Eight registers fill six bytes. They are read as the upper six of eight bytes, a little-endian word which begins two bytes
// earlier: there is always something in front, if only the header, but nothing behind the last ones.

const (
	perGroup   = 8
	groupBytes = perGroup * registerBits / 8
	groups     = Registers / perGroup
	groupShift = 64 - 8*groupBytes

	maxRegister = 1<<registerBits - 1
)

// group is the eight bytes of which the upper six hold the registers from 8*i on.
func (s Sketch) group(i int) []byte {
	end := headerSize + (i+1)*groupBytes
	return s[end-8 : end : end]
}

func (s Sketch) raiseDense(index int, value uint8) bool {
	g := s.group(index / perGroup)
	shift := groupShift + index%perGroup*registerBits
	w := binary.LittleEndian.Uint64(g)
	if uint8(w>>shift&maxRegister) >= value {
		return false
	}
	w = w&^(maxRegister<<shift) | uint64(value)<<shift
	binary.LittleEndian.PutUint64(g, w)
	return true
}

// Register is the value of a register of a dense sketch.
func (s Sketch) Register(index int) uint8 {
	w := binary.LittleEndian.Uint64(s.group(index / perGroup))
	return uint8(w >> (groupShift + index%perGroup*registerBits) & maxRegister)
}

// countDense counts in four histograms: most registers have one of a few values, and to raise the same counter twice in a
// row is to wait for memory.
func (s Sketch) countDense(h *histogram) {
	var part [4]histogram
	for i := range groups {
		w := binary.LittleEndian.Uint64(s.group(i)) >> groupShift
		for range perGroup / len(part) {
			part[0][w&maxRegister]++
			part[1][w>>registerBits&maxRegister]++
			part[2][w>>(2*registerBits)&maxRegister]++
			part[3][w>>(3*registerBits)&maxRegister]++
			w >>= len(part) * registerBits
		}
	}
	*h = sum(&part)
}

// pack makes the registers of a dense sketch those of r.
func (s Sketch) pack(r *Set) {
	for i := range groups {
		g := s.group(i)
		w := uint64(0)
		for j, v := range (*[perGroup]uint8)(r[i*perGroup:]) {
			w |= uint64(v&maxRegister) << (j * registerBits)
		}
		w = w<<groupShift | binary.LittleEndian.Uint64(g)&(1<<groupShift-1)
		binary.LittleEndian.PutUint64(g, w)
	}
}

// mergeDense raises r to the registers of a dense sketch.
func (r *Set) mergeDense(s Sketch) {
	for i := range groups {
		w := binary.LittleEndian.Uint64(s.group(i)) >> groupShift
		if w == 0 {
			continue
		}
		to := (*[perGroup]uint8)(r[i*perGroup:])
		for j := range to {
			to[j] = max(to[j], uint8(w&maxRegister))
			w >>= registerBits
		}
	}
}
