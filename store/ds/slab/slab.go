// Package slab is the memory of one large value: the fields of a hash, the members of a set, each a small block of bytes
// named by a number of 32 bits.
//
// An arena.Arena serves a whole keyspace and cuts each chunk for one size, which is too coarse for a hash of a thousand
// fields; and a value must be able to move to another key, shard or database without its elements being copied. So each
// large value has a Slab of its own, which begins with half a KiB and grows with it.
//
//	chunk 1, 512 bytes      chunk 2, 1 KiB                chunk 8 and later, 64 KiB
//	+-----+---+-------+     +-----+-------+---+-----+     +---------+------------------+
//	| blk | b | block |     | blk | block | b | ... |     | block   | not used yet     |
//	+-----+---+-------+     +-----+-------+---+-----+     +---------+------------------+
//
//	    31                  13  12           0
//	    +-----------------------+--------------+
//	Ref | number of chunk       | offset / 8   |     0 is no block
//	    +-----------------------+--------------+
//
// Blocks of all sizes lie side by side, in units of 8 bytes. A block that is freed goes to a list of its size; one that is
// asked for comes from there, else from the last chunk, else from a larger block that is free. The owner knows how large
// each block is (its elements say it), so that none is written down. A block of more than 32 KiB is a chunk of its own.
//
// Chunks of 64 KiB come from outside the Go heap, so that a large value does not make the garbage collector leave as
// much again unused. Release gives them back; a slab that is forgotten gives them back when it is collected.
//
// It is a pure data structure: no clock, no lock (the owner locks).
package slab

import (
	"encoding/binary"
	"math/bits"
	"runtime"

	"github.com/miniredisd/miniredisd/store/ds/arena"
)

const (
	unit       = 8 // bytes; blocks begin at multiples of it
	offsetBits = 13
	offsetMask = 1<<offsetBits - 1
	maxChunks  = 1 << (32 - offsetBits)

	firstChunk = 512
	maxShared  = 32 << 10 // the largest block that shares a chunk, in bytes
)

// Ref names a block of a Slab; 0 names none.
type Ref uint32

// Slab hands out blocks. The zero value is empty and ready.
type Slab struct {
	chunks [][]byte // by number; the first stands for no chunk
	spare  []uint32 // chunk numbers out of use
	last   uint32   // the chunk that blocks are cut from; 0: none
	at     int      // where in it the next one begins

	free  []Ref              // by class, the first free block; nil until something is freed
	known [classWords]uint64 // a bit for each class that has a free block

	outside *outside // chunks from outside the Go heap; nil while there is none

	held, live int
}

// outside are the chunks of one slab that the garbage collector does not know.
type outside struct{ chunks [][]byte }

// releaseChunks is how many chunks are given back before others may have the processor: the system takes microseconds for
// each.
const releaseChunks = 32

func (o *outside) release() {
	for i, c := range o.chunks {
		if i%releaseChunks == releaseChunks-1 {
			runtime.Gosched()
		}
		arena.ReturnChunk(c)
	}
	o.chunks = nil
}

// Live is the memory in blocks that are given out, in bytes.
func (s *Slab) Live() int { return s.live }

// Held is the memory of all chunks and what describes them, in bytes.
func (s *Slab) Held() int { return s.held + 24*cap(s.chunks) + 4*cap(s.free) }

// At is a block's memory, and what lies behind it to the end of its chunk. The bytes are good until the block is freed.
func (s *Slab) At(ref Ref) []byte { return s.chunks[ref>>offsetBits][ref&offsetMask*unit:] }

// Alloc gives out a block of size bytes, at least 1, with undefined content.
func (s *Slab) Alloc(size int) (Ref, []byte) {
	if size > maxShared {
		return s.allocAlone(size)
	}
	class := classFor(size)
	room := classSize(class)
	s.live += room
	ref := s.reuse(class)
	if ref == 0 {
		ref = s.cut(room)
	}
	return ref, s.At(ref)[:size]
}

// Free takes a block back that was given out for size bytes.
func (s *Slab) Free(ref Ref, size int) {
	if size > maxShared {
		s.freeAlone(ref)
		return
	}
	class := classFor(size)
	s.live -= classSize(class)
	s.putFree(ref, class)
}

// Release gives all memory back. The slab is empty and ready then.
func (s *Slab) Release() {
	if s.outside != nil {
		s.outside.release()
	}
	*s = Slab{}
}

// Fits reports whether a block that was given out for size bytes is what Alloc would give out for other bytes.
func Fits(size, other int) bool {
	if size > maxShared || other > maxShared {
		return size == other
	}
	return classFor(size) == classFor(other)
}

// reuse takes a block of a class from those that are free: of that class, or, when the last chunk is at its end, a piece
// of a larger one. 0: there is none.
func (s *Slab) reuse(class int) Ref {
	if s.free == nil {
		return 0
	}
	if ref := s.free[class]; ref != 0 {
		s.takeFree(class)
		return ref
	}
	if s.last != 0 && len(s.chunks[s.last])-s.at >= classSize(class) {
		return 0
	}
	larger := s.freeClassFrom(class + 1)
	if larger < 0 {
		return 0
	}
	ref := s.free[larger]
	s.takeFree(larger)
	s.keepRest(ref+Ref(classSize(class)/unit), classSize(larger)-classSize(class))
	return ref
}

// cut takes a block of size bytes, a class's, from the last chunk.
func (s *Slab) cut(size int) Ref {
	if s.last == 0 || len(s.chunks[s.last])-s.at < size {
		s.addChunk(size)
	}
	ref := Ref(s.last<<offsetBits | uint32(s.at/unit))
	s.at += size
	return ref
}

// addChunk makes a new last chunk, as large as all so far together. What the old one has left becomes free blocks.
func (s *Slab) addChunk(size int) {
	if s.last != 0 {
		s.keepRest(Ref(s.last<<offsetBits|uint32(s.at/unit)), len(s.chunks[s.last])-s.at)
	}
	want := firstChunk
	for want < arena.ChunkSize && (want < s.held || want < size) {
		want *= 2
	}
	if want < arena.ChunkSize {
		s.last = s.number(make([]byte, want))
	} else {
		s.last = s.number(s.outsideChunk())
	}
	s.at = 0
}

func (s *Slab) outsideChunk() []byte {
	if s.outside == nil {
		s.outside = &outside{}
		runtime.AddCleanup(s, (*outside).release, s.outside)
	}
	c := arena.TakeChunk()
	s.outside.chunks = append(s.outside.chunks, c)
	return c
}

// keepRest makes free blocks of size bytes from ref on, a multiple of unit.
func (s *Slab) keepRest(ref Ref, size int) {
	for size > 0 {
		class := classWithin(size)
		s.putFree(ref, class)
		ref += Ref(classSize(class) / unit)
		size -= classSize(class)
	}
}

// number gives a chunk a number.
func (s *Slab) number(chunk []byte) uint32 {
	s.held += len(chunk)
	if last := len(s.spare) - 1; last >= 0 {
		n := s.spare[last]
		s.spare = s.spare[:last]
		s.chunks[n] = chunk
		return n
	}
	if len(s.chunks) == 0 {
		s.chunks = append(s.chunks, nil)
	}
	if len(s.chunks) == maxChunks {
		panic("slab: full")
	}
	s.chunks = append(s.chunks, chunk)
	return uint32(len(s.chunks) - 1)
}

func (s *Slab) allocAlone(size int) (Ref, []byte) {
	block := make([]byte, size)
	s.live += size
	return Ref(s.number(block) << offsetBits), block
}

func (s *Slab) freeAlone(ref Ref) {
	n := uint32(ref >> offsetBits)
	s.live -= len(s.chunks[n])
	s.held -= len(s.chunks[n])
	s.chunks[n] = nil
	s.spare = append(s.spare, n)
}

// A free block begins with the Ref of the next one of its class.

func (s *Slab) putFree(ref Ref, class int) {
	if s.free == nil {
		s.free = make([]Ref, classes)
	}
	poison(s.At(ref)[:classSize(class)])
	binary.LittleEndian.PutUint32(s.At(ref), uint32(s.free[class]))
	s.free[class] = ref
	s.known[class/64] |= 1 << (class % 64)
}

func (s *Slab) takeFree(class int) {
	ref := s.free[class]
	s.free[class] = Ref(binary.LittleEndian.Uint32(s.At(ref)))
	if s.free[class] == 0 {
		s.known[class/64] &^= 1 << (class % 64)
	}
}

// freeClassFrom is the first class from class on that has a free block, -1: none.
func (s *Slab) freeClassFrom(class int) int {
	for w := class / 64; w < classWords; w++ {
		word := s.known[w]
		if w == class/64 {
			word &= ^uint64(0) << (class % 64)
		}
		if word != 0 {
			return w*64 + bits.TrailingZeros64(word)
		}
	}
	return -1
}
