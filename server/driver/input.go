package driver

import "sync"

const (
	// FirstBuffer is the size of a read buffer until a command needs more, in bytes.
	FirstBuffer = 16 << 10
	// trusted is how large a buffer is made at once because a client says that it will send as much, in bytes: a value of 1 MiB with
	// what stands before it. Beyond, four times what has arrived is the most.
	trusted = 1<<20 + 4<<10
	// wasteful is how many times in a row a large buffer may be left unused by more than the half before it is given up.
	wasteful = 8
)

// pool holds buffers of the first size.
var pool = sync.Pool{New: func() any { return new([FirstBuffer]byte) }}

// Input is what has arrived on a connection and was not executed yet, in a buffer that grows with the command that is
// arriving and shrinks after it. The zero value is empty and has no buffer.
type Input struct {
	Buf   []byte
	waste int // see wasteful
}

// Free is the room that is left in the buffer.
func (in *Input) Free() int { return cap(in.Buf) - len(in.Buf) }

// Room is where to read to, when a command that has begun lacks need bytes (0: not known).
func (in *Input) Room(need int) []byte {
	if size := in.size(need); size > cap(in.Buf) {
		in.resize(size)
	}
	return in.Buf[len(in.Buf):cap(in.Buf)]
}

// size is how large the buffer should be. It at least doubles when it grows, so that a command of many arguments is not
// copied for each of them.
func (in *Input) size(need int) int {
	have, want := len(in.Buf), len(in.Buf)+need
	switch {
	case want > cap(in.Buf) && want <= max(trusted, 4*have):
		if want < 2*cap(in.Buf) && have > FirstBuffer {
			want = 2 * cap(in.Buf)
		}
		return max(want, FirstBuffer)
	case have == cap(in.Buf):
		return max(2*have, FirstBuffer)
	}
	return cap(in.Buf)
}

// resize moves what there is to a buffer of that size.
func (in *Input) resize(size int) {
	old := in.Buf
	if size == FirstBuffer {
		in.Buf = pool.Get().(*[FirstBuffer]byte)[:len(old)]
	} else {
		in.Buf = make([]byte, len(old), size)
	}
	copy(in.Buf, old)
	in.waste = 0
	release(old)
}

func release(buf []byte) {
	if cap(buf) == FirstBuffer {
		pool.Put((*[FirstBuffer]byte)(buf[:FirstBuffer]))
	}
}

// Add takes n bytes over that were read into Room.
func (in *Input) Add(n int) { in.Buf = in.Buf[:len(in.Buf)+n] }

// Append copies p behind what there is.
func (in *Input) Append(p []byte) {
	if in.Free() < len(p) {
		in.resize(max(FirstBuffer, 2*(len(in.Buf)+len(p))))
	}
	in.Buf = append(in.Buf, p...)
}

// Drop removes the n bytes at the head, which have been executed.
func (in *Input) Drop(n int) {
	if n == 0 {
		return
	}
	if cap(in.Buf) > FirstBuffer {
		in.waste++
		if len(in.Buf) > cap(in.Buf)/2 {
			in.waste = 0
		}
	}
	in.Buf = in.Buf[:copy(in.Buf, in.Buf[n:])]
	if in.waste >= wasteful && len(in.Buf) < FirstBuffer {
		in.resize(FirstBuffer)
	}
}

// Trim gives up all room.
func (in *Input) Trim() {
	if in.Free() == 0 {
		return
	}
	old := in.Buf
	in.Buf = append([]byte(nil), old...)[:len(old):len(old)]
	release(old)
}

// Release gives the buffer up with what is in it.
func (in *Input) Release() {
	release(in.Buf)
	in.Buf = nil
}
