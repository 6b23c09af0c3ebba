package store

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// gateSlots is the number of reader counts. More than cores, so that two loops seldom share one.
const gateSlots = 64

// Gate lets either many ordinary units or one exclusive unit into the store: a big-reader lock.
//
// An ordinary unit raises the count of its slot, looks at closed, and lowers the count when it is through: two atomics
// that nobody else touches. An exclusive one closes the gate and waits until every count is zero. What a unit wrote is
// thus visible to the exclusive unit after it and the other way round, which is why an exclusive unit may read and
// change the state of every client and of every shard without a lock.
type Gate struct {
	closed atomic.Bool
	mu     sync.Mutex                    // held by the exclusive unit, or by the one that waits to be
	open   atomic.Pointer[chan struct{}] // closed when the gate opens again
	slots  [gateSlots]struct {
		n atomic.Int64
		_ [120]byte // two cache lines: neighbours are prefetched in pairs
	}
}

// Enter waits for the gate to be open and enters as an ordinary unit of this slot (any number; it is folded). It
// reports whether it has waited.
func (g *Gate) Enter(slot uint64) (waited bool) {
	n := &g.slots[slot%gateSlots].n
	for ; ; waited = true {
		n.Add(1)
		if !g.closed.Load() {
			return waited
		}
		n.Add(-1)
		if open := g.open.Load(); open != nil {
			<-*open
		} else {
			runtime.Gosched()
		}
	}
}

// Leave ends what Enter began.
func (g *Gate) Leave(slot uint64) { g.slots[slot%gateSlots].n.Add(-1) }

// Lock waits for the ordinary units inside to leave, keeps new ones out, and enters alone.
func (g *Gate) Lock() {
	g.mu.Lock()
	open := make(chan struct{})
	g.open.Store(&open)
	g.closed.Store(true)
	for i := range g.slots {
		for g.slots[i].n.Load() != 0 {
			runtime.Gosched()
		}
	}
}

// Unlock ends what Lock began.
func (g *Gate) Unlock() {
	open := g.open.Load()
	g.closed.Store(false)
	g.open.Store(nil)
	close(*open)
	g.mu.Unlock()
}
