//go:build unix

package arena

import "syscall"

// mapPrivate returns zeroed memory from the system, nil when it has none.
func mapPrivate(size int) []byte {
	b, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	return b
}

// mapLarge returns a block. Where the system allows no further mapping, the Go heap has to do.
func mapLarge(size int) []byte {
	if b := mapPrivate(size); b != nil {
		return b
	}
	return make([]byte, size)
}

// unmapLarge gives a block back. It fails for one of the Go heap, which the collector takes care of.
func unmapLarge(block []byte) { _ = syscall.Munmap(block[:len(block):len(block)]) }
