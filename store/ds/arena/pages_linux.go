package arena

import (
	"syscall"
	"unsafe"
)

// OffHeap says whether the memory of arenas lies outside of the Go heap.
const OffHeap = true

// regionSize is the address space that is reserved at a time, in bytes. It costs nothing until it is written to. Few
// large regions, of which the memory alone is given back, keep the process far from the limit of mappings that Linux
// sets (vm.max_map_count).
const regionSize = 64 << 20

// pages cuts regions into chunks.
type pages struct {
	rest []byte           // of the newest region, not given out yet
	free []unsafe.Pointer // chunks without memory
}

func (p *pages) take() unsafe.Pointer {
	if last := len(p.free) - 1; last >= 0 {
		base := p.free[last]
		p.free = p.free[:last]
		return base
	}
	if len(p.rest) < chunkSize {
		p.rest = mapPrivate(regionSize)
		if p.rest == nil {
			p.rest = make([]byte, chunkSize)
		}
	}
	base := unsafe.Pointer(unsafe.SliceData(p.rest))
	p.rest = p.rest[chunkSize:]
	return base
}

// give takes a discarded chunk back.
func (p *pages) give(base unsafe.Pointer) { p.free = append(p.free, base) }

// discard gives the memory of a chunk back and keeps the addresses.
func discard(base unsafe.Pointer) {
	// Where it fails, the memory is merely kept.
	_ = syscall.Madvise(unsafe.Slice((*byte)(base), chunkSize), syscall.MADV_DONTNEED)
}
