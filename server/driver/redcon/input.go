package redcon

import "sync"

const (
	// firstBuffer is the size of a read buffer until a command needs more, in bytes.
	firstBuffer = 16 << 10
	// trusted is how large a buffer is made at once because a client says that it will send as much, in bytes. Beyond,
	// four times what has arrived is the most.
	trusted = 1 << 20
	// wasteful is how many times in a row a large buffer may be left unused by more than the half before it is given up.
	wasteful = 8
)

// pool holds buffers of the first size.
var pool = sync.Pool{New: func() any { return new([firstBuffer]byte) }}

// input is what has arrived on a connection and was not executed yet.
//
// A silent connection has no buffer, or one without room: then it reads into first, which is enough to be woken by. So
// 10,000 silent connections take a megabyte rather than 160.
type input struct {
	buf    []byte
	silent bool
	waste  int // see wasteful
	first  [64]byte
}

// free is the room that is left in the buffer.
func (in *input) free() int { return cap(in.buf) - len(in.buf) }

// room is where to read to, when a command that has begun lacks need bytes (0: not known).
func (in *input) room(need int) []byte {
	if in.silent {
		return in.first[:]
	}
	if size := in.size(need); size > cap(in.buf) {
		in.resize(size)
	}
	return in.buf[len(in.buf):cap(in.buf)]
}

// size is how large the buffer should be. It at least doubles when it grows, so that a command of many arguments is not
// copied for each of them.
func (in *input) size(need int) int {
	have, want := len(in.buf), len(in.buf)+need
	switch {
	case want > cap(in.buf) && want <= max(trusted, 4*have):
		if want < 2*cap(in.buf) && have > firstBuffer {
			want = 2 * cap(in.buf)
		}
		return max(want, firstBuffer)
	case have == cap(in.buf):
		return max(2*have, firstBuffer)
	}
	return cap(in.buf)
}

// resize moves what there is to a buffer of that size.
func (in *input) resize(size int) {
	old := in.buf
	if size == firstBuffer {
		in.buf = pool.Get().(*[firstBuffer]byte)[:len(old)]
	} else {
		in.buf = make([]byte, len(old), size)
	}
	copy(in.buf, old)
	in.waste = 0
	release(old)
}

func release(buf []byte) {
	if cap(buf) == firstBuffer {
		pool.Put((*[firstBuffer]byte)(buf[:firstBuffer]))
	}
}

// add takes n bytes over that were read into room.
func (in *input) add(n int) {
	if !in.silent {
		in.buf = in.buf[:len(in.buf)+n]
		return
	}
	in.silent = false
	if in.free() < n {
		in.resize(max(firstBuffer, 2*(len(in.buf)+n)))
	}
	in.buf = append(in.buf, in.first[:n]...)
}

// drop removes the n bytes at the head, which have been executed.
func (in *input) drop(n int) {
	if n == 0 {
		return
	}
	if cap(in.buf) > firstBuffer {
		in.waste++
		if len(in.buf) > cap(in.buf)/2 {
			in.waste = 0
		}
	}
	in.buf = in.buf[:copy(in.buf, in.buf[n:])]
	if in.waste >= wasteful && len(in.buf) < firstBuffer {
		in.resize(firstBuffer)
	}
}

// trim gives up all room.
func (in *input) trim() {
	if in.free() == 0 {
		return
	}
	old := in.buf
	in.buf = append([]byte(nil), old...)[:len(old):len(old)]
	in.silent = true
	release(old)
}
