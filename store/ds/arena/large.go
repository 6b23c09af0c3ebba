package arena

// Blocks of more than MaxBlock bytes: each is a mapping of its own, so that a string of megabytes leaves no hole behind.

import "unsafe"

// pageSize is what the sizes of large blocks are multiples of. It is a multiple of the system's pages where those have
// 4 or 16 KiB; larger ones only cost a rest.
const pageSize = 16 << 10

func largeSize(size int) int { return (size + pageSize - 1) &^ (pageSize - 1) }

func (a *Arena) allocLarge(size int) Ref {
	block := mapLarge(largeSize(size))
	grown.Add(uint64(len(block)))
	n := a.newNumber()
	a.bases[n] = unsafe.Pointer(unsafe.SliceData(block))
	a.chunks[n] = chunk{class: largeClass}
	if a.large == nil {
		a.large = map[uint32][]byte{}
	}
	a.large[n] = block
	a.account.Blocks++
	a.account.Allocated += len(block)
	a.account.Held += len(block)
	ref := Ref(n << unitBits)
	a.ledger.alloc(a, ref)
	return ref
}

func (a *Arena) freeLarge(n uint32) {
	block := a.large[n]
	delete(a.large, n)
	a.dropNumber(n)
	a.account.Blocks--
	a.account.Allocated -= len(block)
	a.account.Held -= len(block)
	unmapLarge(block)
}
