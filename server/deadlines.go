package server

// When waits end, or look again, because of the time: the deadlines of all clients that wait, in a heap with one timer.

import (
	"container/heap"
	"sync"
	"time"

	"github.com/miniredisd/miniredisd/internal/clock"
)

// alarm is what the time does to a wait. timed belongs to whom the wait belongs; the rest is guarded by deadlines.mu.
type alarm struct {
	until, retry int64 // when the wait ends, and when it is to look again, in ms since the epoch; 0: never
	place        int   // in the heap, -1 when it is not there
	known        bool  // pass has it, or had it
	timed        bool  // it has, or had, a time
}

func newAlarm(until, retry int64) alarm {
	return alarm{until: until, retry: retry, place: -1, timed: until != 0 || retry != 0}
}

// at is the time that comes first, 0 when there is none.
func (a *alarm) at() int64 {
	if a.retry == 0 || a.until != 0 && a.until < a.retry {
		return a.until
	}
	return a.retry
}

// deadlines are the waits that have a time: one timer for all.
type deadlines struct {
	srv *Server

	mu      sync.Mutex // guards what follows
	waits   waitHeap
	at      int64 // when the timer fires, ms since the epoch; only good with a timer
	timer   clock.Timer
	stopped bool
}

func (d *deadlines) add(w *waiting) {
	d.mu.Lock()
	defer d.mu.Unlock()
	heap.Push(&d.waits, w)
	d.arm()
}

// retryAt changes when a wait is to look again; 0: never. The caller holds the shards of its keys.
func (d *deadlines) retryAt(w *waiting, at int64) {
	if at == 0 && !w.timed {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	w.timed = true
	if w.retry == at && w.place >= 0 {
		return
	}
	if w.place >= 0 {
		heap.Remove(&d.waits, w.place)
	}
	if w.retry = at; w.at() != 0 {
		heap.Push(&d.waits, w)
		d.arm()
	}
}

// remove takes a wait out that has ended; false: pass knows it, and may be about to end it, too.
func (d *deadlines) remove(w *waiting) bool {
	if !w.timed {
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if w.place >= 0 {
		heap.Remove(&d.waits, w.place)
	}
	return !w.known
}

// arm sets the timer for the earliest deadline, unless it fires before; then it will be set again. d.mu is held.
func (d *deadlines) arm() {
	if d.stopped || len(d.waits) == 0 || d.timer != nil && d.at <= d.waits[0].at() {
		return
	}
	if d.timer != nil {
		d.timer.Stop()
	}
	d.at = d.waits[0].at()
	left := min(max(d.at-clock.Millis(d.srv.clock), 0), int64(time.Hour/time.Millisecond))
	d.timer = d.srv.clock.AfterFunc(time.Duration(left)*time.Millisecond, d.pass)
}

// pass ends the waits whose time has come, or lets them look again. While a script is busy that waits, too: the script may bring
// them something.
func (d *deadlines) pass() {
	now := clock.Millis(d.srv.clock)
	gate := d.srv.store.Gate()
	over, again := d.due(now)
	for _, w := range again {
		d.srv.store.Retry(&w.Wait, now, w.client.ID)
	}
	for _, w := range over {
		gate.Enter(w.client.ID)
		w.end(w.reply)
		gate.Leave(w.client.ID)
	}
}

// due takes out what the time has come for. A wait that is over at the same time looks again first.
func (d *deadlines) due(now int64) (over, again []*waiting) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(d.waits) > 0 && d.waits[0].at() <= now {
		w := heap.Pop(&d.waits).(*waiting)
		w.known = true
		if w.retry != 0 && w.retry <= now {
			again = append(again, w)
		}
		if w.until != 0 && w.until <= now {
			over = append(over, w)
		}
	}
	d.timer = nil
	d.arm()
	return over, again
}

func (d *deadlines) len() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.waits)
}

func (d *deadlines) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stopped = true
	if d.timer != nil {
		d.timer.Stop()
	}
}

// waitHeap orders waits by their times.
type waitHeap []*waiting

func (h waitHeap) Len() int           { return len(h) }
func (h waitHeap) Less(i, j int) bool { return h[i].at() < h[j].at() }

func (h waitHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

// Push implements heap.Interface.
func (h *waitHeap) Push(x any) {
	w := x.(*waiting)
	w.place = len(*h)
	*h = append(*h, w)
}

// Pop implements heap.Interface.
func (h *waitHeap) Pop() any {
	last := len(*h) - 1
	w := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	w.place = -1
	return w
}
