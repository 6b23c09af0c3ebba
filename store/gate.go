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
//
// An exclusive unit that takes long, a script, may be declared busy. Then nobody needs to wait for it: those who wait and
// those who come learn that the gate is busy. They may go away, or visit: do something small inside of the exclusive unit,
// with the same rights, between two of its steps.
type Gate struct {
	closed atomic.Bool
	busy   atomic.Bool
	mu     sync.Mutex                    // held by the exclusive unit unless it is busy, or by the one that waits to be
	open   atomic.Pointer[chan struct{}] // closed when the gate opens again, or becomes busy; nil as long as nobody waits for that
	inside sync.Mutex                    // held by a visit, and by a step of the unit that is or may become busy
	slots  [gateSlots]struct {
		n atomic.Int64
		_ [120]byte // two cache lines: neighbours are prefetched in pairs
	}
}

// Enter waits for the gate to be open and enters as an ordinary unit of this slot (any number; it is folded).
func (g *Gate) Enter(slot uint64) {
	for !g.EnterUnlessBusy(slot) {
		g.awaitOpen()
	}
}

// EnterUnlessBusy is Enter, but does not wait for a busy unit. False: there is one.
func (g *Gate) EnterUnlessBusy(slot uint64) (entered bool) {
	entered, _ = g.enter(slot)
	return entered
}

// enter is EnterUnlessBusy, and reports whether it has waited.
func (g *Gate) enter(slot uint64) (entered, waited bool) {
	n := &g.slots[slot%gateSlots].n
	for ; ; waited = true {
		n.Add(1)
		if !g.closed.Load() {
			return true, waited
		}
		n.Add(-1)
		opens := g.opens() // before busy and closed, which are set before the channel is closed
		switch {
		case g.busy.Load():
			return false, waited
		case g.closed.Load():
			<-opens
		}
	}
}

// Leave ends what Enter began.
func (g *Gate) Leave(slot uint64) { g.slots[slot%gateSlots].n.Add(-1) }

// Lock waits for the ordinary units inside to leave, keeps new ones out, and enters alone.
func (g *Gate) Lock() {
	for !g.LockUnlessBusy() {
		g.awaitOpen()
	}
}

// LockUnlessBusy is Lock, but does not wait for a busy unit. False: there is one.
func (g *Gate) LockUnlessBusy() (locked bool) {
	g.mu.Lock()
	if g.busy.Load() {
		g.mu.Unlock()
		return false
	}
	g.closed.Store(true)
	for i := range g.slots {
		for g.slots[i].n.Load() != 0 {
			runtime.Gosched()
		}
	}
	return true
}

// Unlock ends what Lock began.
func (g *Gate) Unlock() {
	g.closed.Store(false)
	g.tell()
	g.mu.Unlock()
}

// opens is the channel that is closed when the gate opens or becomes busy the next time.
func (g *Gate) opens() <-chan struct{} {
	for {
		if open := g.open.Load(); open != nil {
			return *open
		}
		open := make(chan struct{})
		if g.open.CompareAndSwap(nil, &open) {
			return open
		}
	}
}

// tell tells those who wait that the gate is open, or busy.
func (g *Gate) tell() {
	if g.open.Load() == nil {
		return
	}
	if open := g.open.Swap(nil); open != nil {
		close(*open)
	}
}

// awaitOpen waits for the end of the exclusive unit that was found busy.
func (g *Gate) awaitOpen() {
	if opens := g.opens(); g.closed.Load() {
		<-opens
	}
}

// SetBusy declares the exclusive unit busy, until EndBusy. Anybody may call it who knows that the unit is inside and calls
// neither EndBusy nor Unlock meanwhile.
func (g *Gate) SetBusy() {
	g.busy.Store(true)
	g.tell()
	g.mu.Unlock() // one by one, those who want to be alone find out
}

// EndBusy is for the exclusive unit: when it returns, the gate is closed to everybody again.
func (g *Gate) EndBusy() {
	g.mu.Lock()
	g.inside.Lock()
	g.busy.Store(false)
	g.inside.Unlock()
}

// Step begins a step of an exclusive unit that may be or become busy: until EndStep nobody visits. A unit that others may
// visit touches what is shared in steps only.
func (g *Gate) Step() { g.inside.Lock() }

// EndStep ends what Step began.
func (g *Gate) EndStep() { g.inside.Unlock() }

// Visit waits for the end of the busy unit's step, and keeps it from the next one until EndVisit. False: no unit is busy.
func (g *Gate) Visit() (visiting bool) {
	g.inside.Lock()
	if !g.busy.Load() {
		g.inside.Unlock()
		return false
	}
	return true
}

// EndVisit ends what Visit began.
func (g *Gate) EndVisit() { g.inside.Unlock() }

// Do calls f inside the gate: as an ordinary unit of this slot, or on a visit. f is short and takes the locks that it needs.
func (g *Gate) Do(slot uint64, f func()) {
	for !g.EnterUnlessBusy(slot) {
		if g.Visit() {
			defer g.EndVisit()
			f()
			return
		}
	}
	defer g.Leave(slot)
	f()
}
