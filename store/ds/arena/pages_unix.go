//go:build unix && !linux

package arena

import (
	"unsafe"
)

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
