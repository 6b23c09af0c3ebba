package slab

import "math/bits"

// Classes of blocks: 8 bytes apart up to 1 KiB, then an eighth of a power of two, up to 32 KiB.

const (
	fineClasses = 128
	fineBlock   = fineClasses * unit
	stepBits    = 3 // 8 steps between powers of two
	classes     = fineClasses + 5<<stepBits
	classWords  = (classes + 63) / 64
)

// classFor is the class of the blocks that size bytes, 1 to maxShared, are given.
func classFor(size int) int {
	if size <= fineBlock {
		return (size - 1) / unit
	}
	power := bits.Len(uint(size-1)) - 1 // 10 to 14
	step := (size - 1) >> (power - stepBits) & (1<<stepBits - 1)
	return fineClasses + (power-10)<<stepBits + step
}

// classSize is the size of a class's blocks in bytes.
func classSize(class int) int {
	if class < fineClasses {
		return (class + 1) * unit
	}
	class -= fineClasses
	power, step := 10+class>>stepBits, class&(1<<stepBits-1)
	return 1<<power + (step+1)<<(power-stepBits)
}

// classWithin is the largest class whose blocks fit in size bytes, a multiple of unit.
func classWithin(size int) int {
	if size >= maxShared {
		return classes - 1
	}
	class := classFor(size)
	if classSize(class) > size {
		class--
	}
	return class
}
