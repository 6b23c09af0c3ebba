package memconn

// One direction of a connection: a bounded byte queue with deadlines at both its ends.

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// Sizes of a stream's buffer in bytes. It grows by doubling; when it is empty, one larger than keepBuffer is let go, so
// that idle connections cost little.
const (
	minBuffer  = 4 << 10
	keepBuffer = 64 << 10
	maxBuffer  = 1 << 20
)

// stream is a ring of bytes: those that wait are at buf[start], …, buf[start+count-1], modulo its length.
type stream struct {
	// writing is held for a whole write, so that writes do not mix. It is taken before mu.
	writing sync.Mutex

	mu           sync.Mutex
	readable     sync.Cond // data, an end of it, or the reader's deadline
	writable     sync.Cond // room, an end of it, or the writer's deadline
	buf          []byte
	start, count int
	readerClosed bool
	writerClosed bool
	readLimit    deadline
	writeLimit   deadline
}

func newStream() *stream {
	s := new(stream)
	s.readable.L = &s.mu
	s.writable.L = &s.mu
	return s
}

func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.readerClosed:
			return 0, net.ErrClosed
		case s.readLimit.passed:
			return 0, os.ErrDeadlineExceeded
		case len(p) == 0:
			return 0, nil
		case s.count > 0:
			return s.pop(p), nil
		case s.writerClosed:
			return 0, io.EOF
		}
		s.readable.Wait()
	}
}

func (s *stream) write(p []byte) (n int, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.writerClosed:
			return n, net.ErrClosed
		case s.writeLimit.passed:
			return n, os.ErrDeadlineExceeded
		case s.readerClosed:
			return n, io.ErrClosedPipe
		case n == len(p):
			return n, nil
		case s.count == maxBuffer:
			s.writable.Wait()
			continue
		}
		n += s.push(p[n:])
		if n == len(p) {
			return n, nil
		}
	}
}

// push takes as much of p as there is room for.
func (s *stream) push(p []byte) int {
	p = p[:min(len(p), maxBuffer-s.count)]
	if need := s.count + len(p); need > len(s.buf) {
		s.grow(need)
	}
	end := (s.start + s.count) % len(s.buf)
	n := copy(s.buf[end:], p)
	copy(s.buf, p[n:])
	s.count += len(p)
	s.readable.Broadcast()
	return len(p)
}

// pop moves the first bytes to p.
func (s *stream) pop(p []byte) int {
	p = p[:min(len(p), s.count)]
	n := copy(p, s.buf[s.start:])
	copy(p[n:], s.buf)
	s.start = (s.start + len(p)) % len(s.buf)
	s.count -= len(p)
	if s.count == 0 {
		s.start = 0 // the next write stays in one piece
		if len(s.buf) > keepBuffer {
			s.buf = nil
		}
	}
	s.writable.Broadcast()
	return len(p)
}

// grow makes room for need bytes, which is at most maxBuffer.
func (s *stream) grow(need int) {
	size := max(len(s.buf), minBuffer)
	for size < need {
		size *= 2
	}
	buf := make([]byte, size)
	n := copy(buf[:s.count], s.buf[s.start:])
	copy(buf[n:s.count], s.buf)
	s.buf, s.start = buf, 0
}

// closeReader drops what waits and lets writes fail.
func (s *stream) closeReader() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readerClosed = true
	s.buf, s.start, s.count = nil, 0, 0
	s.readLimit.stop()
	s.wake()
}

// closeWriter ends the data behind what waits; false when it was closed before.
func (s *stream) closeWriter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writerClosed {
		return false
	}
	s.writerClosed = true
	s.writeLimit.stop()
	s.wake()
	return true
}

func (s *stream) setReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.readerClosed {
		return net.ErrClosed
	}
	s.readLimit.set(t, s)
	return nil
}

func (s *stream) setWriteDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writerClosed {
		return net.ErrClosed
	}
	s.writeLimit.set(t, s)
	return nil
}

// wake lets all who wait look again.
func (s *stream) wake() {
	s.readable.Broadcast()
	s.writable.Broadcast()
}

// deadline is the time at which one end's calls fail. The stream's mutex guards it.
type deadline struct {
	passed bool
	timer  *time.Timer
	// turn counts the settings: a timer that fires when it is no longer its turn has been replaced.
	turn int
}

func (d *deadline) stop() {
	d.turn++
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}

func (d *deadline) set(t time.Time, s *stream) {
	d.stop()
	d.passed = false
	if t.IsZero() {
		return
	}
	left := time.Until(t)
	if left <= 0 {
		d.passed = true
		s.wake()
		return
	}
	turn := d.turn
	d.timer = time.AfterFunc(left, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if d.turn == turn {
			d.passed = true
			s.wake()
		}
	})
}
