//go:build unix && !linux

package arena

import "unsafe"

// OffHeap says whether the memory of arenas lies outside of the Go heap.
const OffHeap = true

// pages maps and unmaps chunks one by one.
type pages struct{}

func (*pages) take() unsafe.Pointer {
	b := mapPrivate(chunkSize)
	if b == nil {
		b = make([]byte, chunkSize)
	}
	return unsafe.Pointer(unsafe.SliceData(b))
}

func (*pages) give(unsafe.Pointer) {}

func discard(base unsafe.Pointer) { unmapLarge(unsafe.Slice((*byte)(base), chunkSize)) }
