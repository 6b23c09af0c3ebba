package pubsub

import (
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

// Push puts a frame at the end. One that begins with '>' begins with '*' for who speaks RESP2. A queue that is closed, or
// was never opened, takes nothing.
func (q *Queue) Push(frame []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.pushed == nil {
		return
	}
	first := len(q.frames) == 0
	q.frames = append(q.frames, frame)
	q.size.Add(int64(len(frame)))
	q.waiting.Store(true)
	q.pushed(first)
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
	before := len(dst)
	for q.first < len(q.frames) && (len(dst) == before || len(dst) < limit) {
		at := len(dst)
		dst = append(dst, q.frames[q.first]...)
		if proto != 3 && dst[at] == '>' {
			dst[at] = '*'
		}
		q.frames[q.first] = nil
		q.first++
	}
	q.size.Add(-int64(len(dst) - before))
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
