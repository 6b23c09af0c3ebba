package dict

import "unsafe"

// Memory is where an owner has the buckets of a Dict: outside of the Go heap, which would otherwise grow to twice their
// size before the collector looks.
type Memory interface {
	// Alloc returns at least size bytes, aligned to 8, and a number other than 0 to free them by. What they hold is
	// undefined.
	Alloc(size int) (at unsafe.Pointer, ref uint32)
	Free(ref uint32)
}

// newBuckets returns n empty buckets, each a line of the cache. The Go heap aligns what is a multiple of a line; a Memory
// may not, and then is asked for room to do so.
func newBuckets[E Element](m Memory, n int) (b []bucket[E], ref uint32) {
	if m == nil {
		return make([]bucket[E], n), 0
	}
	at, ref := m.Alloc(n * line)
	if uintptr(at)%line != 0 {
		m.Free(ref)
		at, ref = m.Alloc(n*line + line - 8)
		at = unsafe.Add(at, -uintptr(at)%line)
	}
	b = unsafe.Slice((*bucket[E])(at), n)
	clear(b)
	return b, ref
}

// freeBuckets gives buckets back that a Memory has.
func freeBuckets(m Memory, ref uint32) {
	if ref != 0 {
		m.Free(ref)
	}
}
