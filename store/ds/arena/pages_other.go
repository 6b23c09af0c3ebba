//go:build !unix

package arena

import "unsafe"

// OffHeap says whether the memory of arenas lies outside of the Go heap.
const OffHeap = false

// pages takes chunks from the Go heap: as they hold no pointers, the collector does not look into them.
type pages struct{}

func (*pages) take() unsafe.Pointer {
	// Of words, so that a chunk is aligned.
	return unsafe.Pointer(new([chunkSize / unit]uint64))
}

func (*pages) give(unsafe.Pointer) {}

func discard(unsafe.Pointer) {}

func mapLarge(size int) []byte { return make([]byte, size) }

func unmapLarge([]byte) {}
