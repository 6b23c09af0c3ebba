// Package arena hands out blocks of memory that the garbage collector does not know.
//
// Millions of small records on the Go heap cost twice: the collector marks them in every cycle, and it lets the heap
// grow to twice their size before it does. An Arena takes its memory from the operating system instead (on Linux and
// other Unixes; elsewhere from the Go heap, in large pieces without pointers). What lies in it must not hold Go pointers.
//
// It is a pure data structure: no clock, no lock (the owner locks), and it imports nothing of this module. The chunks
// come from one source for the whole process, which has a lock of its own.
//
// # Layout
//
// A chunk is 64 KiB and is cut into blocks of one size class. A Ref names a block by its chunk's number and its offset
// in units of 8 bytes:
//
//	    31  30              13  12           0
//	    +---+------------------+--------------+
//	Ref | 0 | number of chunk  | offset / 8   |     16 GiB for one arena; 0 is no block; the top bit is
//	    +---+------------------+--------------+     never set, so an owner may use it for another kind of number
//
//	          fresh: from here on no block was given out yet
//	chunk     v
//	+----+----+----+----+--------------------+
//	| 0  |free| 2  |free|                    |     a free block begins with the offset of the next free one of its
//	+----+-|--+----+-^--+--------------------+     chunk; what describes a chunk lies outside of it (type chunk)
//	       +---------+
//
// Classes are 8 bytes apart up to 512 bytes, then about an eighth, so that little of a block is wasted; above 8 KiB they are
// whole pages. The chunks of a class that have room are in a list. A chunk whose last block is freed goes back to the source at once.
//
// A block of more than MaxBlock bytes is a mapping of its own, under a chunk number of its own.
//
// Under the build tag invariants, freed memory is poisoned, a block that is freed twice or written to after it was freed
// stops the program, and the account is checked.
package arena

import "unsafe"

const (
	chunkBits = 16
	chunkSize = 1 << chunkBits // bytes
	unit      = 8              // bytes; blocks begin at multiples of it
	unitBits  = chunkBits - 3
	unitMask  = 1<<unitBits - 1
	maxChunks = 1 << (31 - unitBits)

	// none is no offset of a block.
	none = 1<<16 - 1
)

// Ref names a block of an Arena; 0 names none.
type Ref uint32

// Arena hands out blocks. The zero value is empty and ready. Owners that are done with one call Release.
type Arena struct {
	bases  []unsafe.Pointer // by chunk number: where the chunk begins; nil when the number is out of use
	chunks []chunk          // by chunk number
	spare  []uint32         // chunk numbers out of use
	// partial is, by class, the first chunk with room; 0: none.
	partial [maxClasses]uint32
	large   map[uint32][]byte // blocks of more than MaxBlock bytes, by chunk number

	account Account
	ledger  ledger
}

// chunk describes one chunk, 20 bytes.
type chunk struct {
	next, prev uint32 // in the list of chunks of this class that have room
	used       uint16 // blocks given out
	room       uint16 // blocks that fit
	free       uint16 // offset of the first freed block, or none
	fresh      uint16 // offset from which on no block was given out yet
	units      uint16 // of a block
	class      uint8  // or largeClass
}

// Account says what an arena holds. All but Blocks is in bytes.
type Account struct {
	Blocks    int // given out
	Allocated int // in blocks that are given out
	Held      int // taken from the system, as far as it was ever given out: chunks count whole
}

// Account returns the account.
func (a *Arena) Account() Account { return a.account }

// Overhead is what the arena takes on the Go heap to find its chunks, without itself, in bytes.
func (a *Arena) Overhead() int {
	const largeEntry = 48 // of a map
	return cap(a.bases)*8 + cap(a.chunks)*int(unsafe.Sizeof(chunk{})) + cap(a.spare)*4 + len(a.large)*largeEntry
}

// At is where a block begins, a multiple of 8. The pointer is good until the block is freed.
func (a *Arena) At(ref Ref) unsafe.Pointer {
	return unsafe.Add(a.bases[ref>>unitBits], uintptr(ref&unitMask)*unit)
}

// Bytes is all of a block.
func (a *Arena) Bytes(ref Ref) []byte { return unsafe.Slice((*byte)(a.At(ref)), a.Size(ref)) }

// Size is what fits in a block, in bytes: at least what was asked for.
func (a *Arena) Size(ref Ref) int {
	c := &a.chunks[ref>>unitBits]
	if c.class == largeClass {
		return len(a.large[uint32(ref>>unitBits)])
	}
	return int(c.units) * unit
}

// Fits reports whether a block is of just the size that Alloc would give out for size bytes.
func (a *Arena) Fits(ref Ref, size int) bool {
	c := &a.chunks[ref>>unitBits]
	if size <= MaxBlock {
		return c.class == classFor(size)
	}
	return c.class == largeClass && len(a.large[uint32(ref>>unitBits)]) == largeSize(size)
}

// Alloc gives out a block of at least size bytes. What it holds is undefined.
func (a *Arena) Alloc(size int) Ref {
	if size > MaxBlock {
		return a.allocLarge(size)
	}
	class := classFor(size)
	n := a.partial[class]
	if n == 0 {
		n = a.addChunk(class)
	}
	c := &a.chunks[n]
	at := c.free
	if at != none {
		c.free = *(*uint16)(unsafe.Add(a.bases[n], uintptr(at)*unit))
	} else {
		at = c.fresh
		c.fresh += c.units
	}
	if c.used++; c.used == c.room {
		a.unlink(n)
	}
	ref := Ref(n<<unitBits | uint32(at))
	a.account.Blocks++
	a.account.Allocated += int(c.units) * unit
	a.ledger.alloc(a, ref)
	return ref
}

// Free takes a block back.
func (a *Arena) Free(ref Ref) {
	a.ledger.free(a, ref)
	n := uint32(ref >> unitBits)
	c := &a.chunks[n]
	if c.class == largeClass {
		a.freeLarge(n)
		return
	}
	a.account.Blocks--
	a.account.Allocated -= int(c.units) * unit
	*(*uint16)(a.At(ref)) = c.free
	c.free = uint16(ref & unitMask)
	if c.used == c.room {
		a.link(n)
	}
	if c.used--; c.used == 0 {
		a.unlink(n)
		chunkSource.put(a.bases[n], keepChunks)
		a.dropNumber(n)
		a.account.Held -= chunkSize
	}
}

// addChunk takes a chunk from the source and cuts it for a class.
func (a *Arena) addChunk(class uint8) uint32 {
	n := a.newNumber()
	units := classUnits[class]
	a.bases[n] = chunkSource.get()
	a.chunks[n] = chunk{room: chunkSize / unit / units, free: none, units: units, class: class}
	a.link(n)
	a.account.Held += chunkSize
	return n
}

// newNumber gives out a chunk number, from 1.
func (a *Arena) newNumber() uint32 {
	if last := len(a.spare) - 1; last >= 0 {
		n := a.spare[last]
		a.spare = a.spare[:last]
		return n
	}
	if len(a.bases) == 0 {
		a.bases, a.chunks = append(a.bases, nil), append(a.chunks, chunk{})
	}
	if len(a.bases) == maxChunks {
		panic("arena: full")
	}
	a.bases, a.chunks = append(a.bases, nil), append(a.chunks, chunk{})
	return uint32(len(a.bases) - 1)
}

// dropNumber takes a chunk number back.
func (a *Arena) dropNumber(n uint32) {
	a.bases[n], a.chunks[n] = nil, chunk{}
	a.spare = append(a.spare, n)
}

// link puts a chunk at the head of its class's list of those with room.
func (a *Arena) link(n uint32) {
	c := &a.chunks[n]
	first := a.partial[c.class]
	c.prev, c.next = 0, first
	if first != 0 {
		a.chunks[first].prev = n
	}
	a.partial[c.class] = n
}

// unlink takes a chunk out of that list.
func (a *Arena) unlink(n uint32) {
	c := &a.chunks[n]
	if c.prev != 0 {
		a.chunks[c.prev].next = c.next
	} else {
		a.partial[c.class] = c.next
	}
	if c.next != 0 {
		a.chunks[c.next].prev = c.prev
	}
}

// Release gives all memory back to the system; the arena is empty and ready then. Its time grows with the memory held:
// the owner of much of it calls ReleaseSome in the background, when nobody can reach the blocks any more.
func (a *Arena) Release() {
	for !a.ReleaseSome(len(a.bases)) {
	}
}

// ReleaseSome gives memory back, up to n chunks and large blocks, and reports whether that was the last: then the arena
// is empty and ready. Until then it is good for nothing else.
func (a *Arena) ReleaseSome(n int) (done bool) {
	for ; n > 0 && len(a.bases) > 0; n-- {
		last := len(a.bases) - 1
		switch base := a.bases[last]; {
		case base == nil:
		case a.chunks[last].class == largeClass:
			unmapLarge(a.large[uint32(last)])
		default:
			chunkSource.put(base, keepChunks)
		}
		a.bases = a.bases[:last]
	}
	if len(a.bases) > 0 {
		return false
	}
	*a = Arena{}
	return true
}

// Trim gives the memory back that was kept for the next arena of the process that wants some: a few MiB at the most.
func Trim() { chunkSource.trim() }
