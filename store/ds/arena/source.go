package arena

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// keepChunks is how many chunks the source keeps with their memory, for the next arena that wants one: 4 MiB. The memory
// of all others goes back to the system.
const keepChunks = 64

// source is where all arenas of the process get chunks and leave them.
type source struct {
	mu    sync.Mutex
	ready []unsafe.Pointer // have memory
	pages pages
}

var chunkSource source

func (s *source) get() unsafe.Pointer {
	grown.Add(chunkSize)
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.ready) - 1; last >= 0 {
		base := s.ready[last]
		s.ready[last] = nil
		s.ready = s.ready[:last]
		return base
	}
	return s.pages.take()
}

// put takes a chunk back, with its memory if fewer than keep have theirs.
func (s *source) put(base unsafe.Pointer, keep int) {
	s.mu.Lock()
	if len(s.ready) < keep {
		s.ready = append(s.ready, base)
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	discard(base) // the system call takes microseconds: not under the lock
	s.mu.Lock()
	s.pages.give(base)
	s.mu.Unlock()
}

// trim gives back the memory of the chunks that were kept.
func (s *source) trim() {
	for {
		s.mu.Lock()
		last := len(s.ready) - 1
		if last < 0 {
			s.mu.Unlock()
			return
		}
		base := s.ready[last]
		s.ready[last] = nil
		s.ready = s.ready[:last]
		s.mu.Unlock()
		s.put(base, 0)
	}
}

// ChunkSize is the size of the chunks that TakeChunk gives, in bytes.
const ChunkSize = chunkSize

// grown is how many bytes arenas and slabs have ever taken, in chunks and large blocks.
var grown atomic.Uint64

// Grown is how many bytes of chunks and large blocks the process has ever taken. Who remembers it knows, at the cost of a load, that
// memory has not grown much since.
func Grown() uint64 { return grown.Load() }

// taken is how many chunks owners have that cut them up themselves.
var taken atomic.Int64

// TakeChunk gives one chunk to an owner that cuts it up itself. What it holds is undefined.
func TakeChunk() []byte {
	taken.Add(1)
	return unsafe.Slice((*byte)(chunkSource.get()), chunkSize)
}

// ReturnChunk takes back what TakeChunk gave.
func ReturnChunk(chunk []byte) {
	taken.Add(-1)
	chunkSource.put(unsafe.Pointer(unsafe.SliceData(chunk)), keepChunks)
}

// Taken is how many bytes of the process lie in chunks that TakeChunk gave.
func Taken() int { return int(taken.Load()) * chunkSize }
