package pubsub

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
)

// keptFrames is how long a list may be that an empty queue keeps for the next messages.
const keptFrames = 64

// Queue is the messages that wait for one connection, in order. Anybody puts in; the connection's driver takes out, between
// two replies. The frames are shared with other queues: nobody changes their bytes.
//
//	frames  [ taken | taken | next | … | last ]
//	                          ^first
type Queue struct {
	waiting atomic.Bool // there are frames

	mu     sync.Mutex // guards what follows
	frames [][]byte
	first  int
	closed bool
	size   *atomic.Int64
	pushed func(first bool)
}

// Open connects the queue with its connection: size counts the bytes that wait, and pushed is called after each Push, with
// the queue locked: it must be quick and not touch the queue. It is told whether the queue was empty.
func (q *Queue) Open(size *atomic.Int64, pushed func(first bool)) { q.size, q.pushed = size, pushed }

// Push puts a frame at the end: bytes of which a first '>' is a '*' for who speaks RESP2, or what Either has made. A queue
// that is closed, or was never opened, takes nothing, and then the result is false.
func (q *Queue) Push(frame []byte) (taken bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.pushed == nil {
		return false
	}
	first := len(q.frames) == 0
	q.frames = append(q.frames, frame)
	q.size.Add(int64(len(frame)))
	q.waiting.Store(true)
	q.pushed(first)
	return true
}

// either is the first byte of a frame that is two. Then come the length of the first, in four bytes, the first, for RESP3, and
// the second, for RESP2. No reply begins with this byte.
const (
	either       = 0
	eitherHeader = 5
)

// Either makes a frame of what is sent to those who speak RESP3, and to others: nothing where it is nil. Which of them it is
// shows when the frame is taken: so it fits the replies around it, also when the protocol has changed meanwhile.
func Either(resp3, resp2 []byte) []byte {
	frame := make([]byte, eitherHeader, eitherHeader+len(resp3)+len(resp2))
	frame[0] = either
	binary.BigEndian.PutUint32(frame[1:], uint32(len(resp3)))
	return append(append(frame, resp3...), resp2...)
}

// appendFrame appends what a frame is in a protocol.
func appendFrame(dst, frame []byte, proto int) []byte {
	if frame[0] == either {
		body, n := frame[eitherHeader:], binary.BigEndian.Uint32(frame[1:])
		if proto == 3 {
			return append(dst, body[:n]...)
		}
		return append(dst, body[n:]...)
	}
	at := len(dst)
	dst = append(dst, frame...)
	if proto != 3 && dst[at] == '>' {
		dst[at] = '*'
	}
	return dst
}

// Waiting reports whether there is something to take. It takes no lock.
func (q *Queue) Waiting() bool { return q.waiting.Load() }

// Take moves frames to the end of dst, at least one and then until dst holds limit bytes, and returns dst. If the queue
// is not empty then, it is for the caller to come again.
func (q *Queue) Take(dst []byte, proto, limit int) []byte {
	if !q.Waiting() {
		return dst
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	before, taken := len(dst), 0
	for q.first < len(q.frames) && (len(dst) == before || len(dst) < limit) {
		frame := q.frames[q.first]
		dst = appendFrame(dst, frame, proto)
		taken += len(frame)
		q.frames[q.first] = nil
		q.first++
	}
	q.size.Add(-int64(taken))
	q.tidy()
	return dst
}

// tidy gives up the list's room that is not needed. q.mu is held.
func (q *Queue) tidy() {
	switch left := len(q.frames) - q.first; {
	case left == 0 && cap(q.frames) > keptFrames:
		q.frames, q.first = nil, 0
		q.waiting.Store(false)
	case left == 0:
		q.frames, q.first = q.frames[:0], 0
		q.waiting.Store(false)
	case q.first > left:
		n := copy(q.frames, q.frames[q.first:])
		clear(q.frames[n:])
		q.frames, q.first = q.frames[:n], 0
	}
}

// Close drops what waits; nothing is taken in any more.
func (q *Queue) Close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, f := range q.frames[q.first:] {
		q.size.Add(-int64(len(f)))
	}
	q.closed, q.frames, q.first = true, nil, 0
	q.waiting.Store(false)
}
