// Package expire holds the timer wheel that says which keys are due.
//
// It is a pure data structure: no clock (the owner passes the time in), no lock (the owner locks), no goroutine, and
// it imports nothing of this module. A shard of the store owns one Wheel and files a timer in it for every key that
// has a TTL.
//
// # How time is cut
//
// A deadline is a 64-bit number of milliseconds, read as eleven digits of six bits. A timer lies at the level of the
// highest digit in which its deadline differs from the wheel's current time, in the slot that this digit names:
//
//	level 10      …    level 2      level 1     level 0
//	2^60 ms a slot     4096 ms      64 ms       1 ms
//	+---+              +---+        +---+       +---+
//	| 0 |              | 0 |        | 0 |       | 0 |    each level: 64 slots, one uint64
//	| … |      …       | … |        | … |       | … |    with a bit per occupied slot;
//	|15 |              |63 |        |63 |       |63 |    each slot: a ring of timers
//	+---+              +---+        +---+       +---+
//
// So every timer of a lower level is due before every timer of a higher one, and the next occupied slot is found with
// two bit operations, however far away it is. When time reaches a slot of a higher level, its timers are filed again:
// they come to lie at lower levels. Eleven levels hold any int64, so nothing is ever clamped.
//
// # What a timer costs
//
// The wheel allocates nothing for a timer: its node, 16 bytes, lies in the owner's own record of the key, and holds the
// deadline too. The rings link nodes by the owner's numbers for them, so that nothing here is a pointer.
package expire

import (
	"math/bits"
	"unsafe"
)

const (
	digitBits = 6
	slots     = 1 << digitBits
	levels    = (64 + digitBits - 1) / digitBits
)

// Wheel holds one timer per key that has a TTL. N finds the nodes. Deadlines are milliseconds since the Unix epoch; any
// int64 is one.
type Wheel[N Nodes] struct {
	nodes N
	used  int
	// cur is how far time has come, as an ordinal. Every timer in the levels is due after cur, agrees with cur in the
	// digits above its level, and is greater than cur in its level's digit.
	cur uint64
	// pending are the timers that Advance has to look at next: those that were due when they were filed, and those
	// of the slot that time has just reached.
	pending link
	levels  [levels]*level
}

// level is one digit's slots; it is allocated when the first timer comes to it.
type level struct {
	occupied uint64 // bit s is set exactly when slot s has a timer
	slots    [slots]link
}

// ordinal maps a time to an unsigned number of the same order.
func ordinal(ms int64) uint64 { return uint64(ms) ^ 1<<63 }

// millis is the inverse of ordinal.
func millis(o uint64) int64 { return int64(o ^ 1<<63) }

// levelOf is the level of the highest digit in which a and b differ. They must not be equal.
func levelOf(a, b uint64) int { return (bits.Len64(a^b) - 1) / digitBits }

// digit is the digit of o at level l.
func digit(o uint64, l int) int { return int(o>>(l*digitBits)) & (slots - 1) }

// New returns an empty wheel at time now, whose nodes are found with nodes.
func New[N Nodes](now int64, nodes N) *Wheel[N] {
	w := &Wheel[N]{nodes: nodes}
	w.Clear(now)
	return w
}

// Len is the number of timers.
func (w *Wheel[N]) Len() int { return w.used }

// Bytes is the memory of the wheel itself; the nodes are the owner's.
func (w *Wheel[N]) Bytes() int {
	n := int(unsafe.Sizeof(*w))
	for _, l := range w.levels {
		if l != nil {
			n += int(unsafe.Sizeof(*l))
		}
	}
	return n
}

// Add files the node, which is in no wheel, for the given time, which may lie in the past.
func (w *Wheel[N]) Add(ref uint32, at int64) {
	if ref == 0 || ref >= headBit || w.nodes.Node(ref).Filed() {
		panic("expire: no node that could be added")
	}
	w.used++
	w.file(ref, at)
}

// Move gives a node of the wheel a new deadline.
func (w *Wheel[N]) Move(ref uint32, at int64) {
	w.unlink(ref)
	w.file(ref, at)
}

// Remove takes a node out.
func (w *Wheel[N]) Remove(ref uint32) {
	w.unlink(ref)
	w.used--
}

// Moved says that the owner has copied a node of the wheel to another place, whose number is ref; nobody looks at the
// old place any more.
func (w *Wheel[N]) Moved(ref uint32) {
	n := w.nodes.Node(ref)
	w.link(n.prev).next = ref
	w.link(n.next).prev = ref
}

// Clear forgets all timers and sets the time. It does not look at the nodes: their owner has dropped them.
func (w *Wheel[N]) Clear(now int64) {
	w.cur, w.used = ordinal(now), 0
	w.pending = link{next: pendingHead, prev: pendingHead}
	w.levels = [levels]*level{}
}

// Each calls visit for every node, in no order. visit must not change the wheel, except by Moved for the node it is shown.
func (w *Wheel[N]) Each(visit func(ref uint32)) {
	w.eachOf(pendingHead, visit)
	for l, lev := range w.levels {
		if lev == nil {
			continue
		}
		for b := lev.occupied; b != 0; b &= b - 1 {
			w.eachOf(headBit|uint32(l*slots+bits.TrailingZeros64(b)), visit)
		}
	}
}

// eachOf visits one ring.
func (w *Wheel[N]) eachOf(head uint32, visit func(ref uint32)) {
	for ref := w.link(head).next; ref != head; {
		next := w.link(ref).next
		visit(ref)
		ref = next
	}
}

// Next is a lower bound on the earliest deadline, exact to the width of the slot that the timer lies in; for a timer
// that may be due already it is the wheel's time. ok is false when there is no timer. Whoever sleeps until then and
// calls Advance is never late and seldom too early.
func (w *Wheel[N]) Next() (at int64, ok bool) {
	if w.pending.next != pendingHead {
		return millis(w.cur), true
	}
	_, _, start, ok := w.first()
	if !ok {
		return 0, false
	}
	return millis(start), true
}

// first finds the earliest occupied slot and the time at which it begins.
func (w *Wheel[N]) first() (l, slot int, start uint64, ok bool) {
	for l, lev := range w.levels {
		if lev != nil && lev.occupied != 0 {
			slot := bits.TrailingZeros64(lev.occupied)
			return l, slot, w.slotStart(l, slot), true
		}
	}
	return 0, 0, 0, false
}

// slotStart is the first moment of a slot: the current digits above the level, the slot's digit, zeros below.
func (w *Wheel[N]) slotStart(l, slot int) uint64 {
	above := (l + 1) * digitBits // 66 at the top level: a shift by that much leaves 0
	return w.cur>>above<<above | uint64(slot)<<(l*digitBits)
}

// Advance moves time to now and hands due timers to due, each removed before due is called. It returns whether there
// is work left: the owner then calls it again soon. When it returns false, every timer with deadline <= now has been
// handed out; a timer whose deadline is later than now never is.
//
// A call does at most max pieces of work: handing out a timer, filing one again, and opening a slot are one each. So a
// jump of years costs no more than the occupied slots and their timers. Timers come in the order of the slots they lie
// in, which is the order of their deadlines only as far as Advance is called in time.
//
// now may be smaller than before: what is not due at that time stays, and nothing is lost.
//
// due may add, remove and move timers; it must not call Advance or Clear.
func (w *Wheel[N]) Advance(now int64, max int, due func(ref uint32)) (more bool) {
	target := ordinal(now)
	if target < w.cur {
		w.rewind(target)
	}
	for ; ; max-- {
		if h := w.pending.next; h != pendingHead {
			if max <= 0 {
				return true
			}
			w.settle(h, target, due)
			continue
		}
		l, slot, start, ok := w.first()
		if !ok || start > target {
			w.cur = target
			return false
		}
		if max <= 0 {
			return true
		}
		w.cur = start
		w.spill(l, slot, pendingHead)
	}
}

// settle takes one pending timer: it hands it out if it is due, and files it at its place if not.
func (w *Wheel[N]) settle(ref uint32, now uint64, due func(ref uint32)) {
	at := w.nodes.Node(ref).at
	w.unlink(ref)
	if ordinal(at) > now {
		w.file(ref, at)
		return
	}
	w.used--
	due(ref)
}

// rewind sets time back. The timers below the level at which old and new time differ agree with the old time in that
// level's digit and all above it, so seen from the new time all of them belong in one slot. The timers at that level
// and above lie right. The pending ones are looked at one by one in any case.
func (w *Wheel[N]) rewind(to uint64) {
	l := levelOf(w.cur, to)
	slot := digit(w.cur, l)
	for below := range l {
		if lev := w.levels[below]; lev != nil {
			for lev.occupied != 0 {
				w.spill(below, bits.TrailingZeros64(lev.occupied), w.slotHead(l, slot))
			}
		}
	}
	w.cur = to
}
