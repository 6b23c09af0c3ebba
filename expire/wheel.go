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
// A node is two links of four bytes and the owner's R: 16 bytes where R is a pointer. The deadline is not stored here;
// the owner has it in its entry, and the wheel asks for it when it files a timer again.
package expire

import "math/bits"

const (
	digitBits = 6
	slots     = 1 << digitBits
	levels    = (64 + digitBits - 1) / digitBits
)

// Wheel holds one timer per key that has a TTL. R is what the owner needs to find the key again: a pointer or a small
// id. Deadlines are milliseconds since the Unix epoch; any int64 is one.
type Wheel[R any] struct {
	deadline func(R) int64
	// cur is how far time has come, as an ordinal. Every timer in the levels is due after cur, agrees with cur in the
	// digits above its level, and is greater than cur in its level's digit.
	cur uint64
	// pending are the timers that Advance has to look at next: those that were due when they were filed, and those
	// of the slot that time has just reached.
	pending link
	levels  [levels]*level
	nodes   nodes[R]
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

// New returns an empty wheel at time now. deadline tells the deadline that the owner stores for r; only Advance calls
// it, and only for timers in the wheel.
func New[R any](now int64, deadline func(R) int64) *Wheel[R] {
	w := &Wheel[R]{deadline: deadline}
	w.Clear(now)
	return w
}

// Len is the number of timers.
func (w *Wheel[R]) Len() int { return w.nodes.used }

// Add files a timer for r that is due at the given time, which may lie in the past.
func (w *Wheel[R]) Add(r R, at int64) Handle {
	h := w.nodes.alloc(r)
	w.file(uint32(h), ordinal(at))
	return h
}

// Move gives the timer h a new deadline. The owner stores that deadline in its entry before or after the call, but
// before Advance runs on (if Move is called from due: before due returns).
func (w *Wheel[R]) Move(h Handle, at int64) {
	w.nodes.mustBeLive(h)
	w.unlink(uint32(h))
	w.file(uint32(h), ordinal(at))
}

// Remove takes the timer h out; the handle is free to be given out again. Removing 0 does nothing.
func (w *Wheel[R]) Remove(h Handle) {
	if h == 0 {
		return
	}
	w.nodes.mustBeLive(h)
	w.unlink(uint32(h))
	w.nodes.release(h)
}

// Replace makes r what the timer h stands for, at the same deadline: the owner moved its entry.
func (w *Wheel[R]) Replace(h Handle, r R) {
	w.nodes.mustBeLive(h)
	w.nodes.at(uint32(h)).r = r
}

// Clear forgets all timers, gives their memory back, and sets the time.
func (w *Wheel[R]) Clear(now int64) {
	w.cur = ordinal(now)
	w.pending = link{next: pendingHead, prev: pendingHead}
	w.levels = [levels]*level{}
	w.nodes = nodes[R]{}
}

// Each calls visit for every timer, in no order. visit must not change the wheel, except for Replace.
func (w *Wheel[R]) Each(visit func(R)) {
	w.nodes.each(func(_ Handle, r R) { visit(r) })
}

// Next is a lower bound on the earliest deadline, exact to the width of the slot that the timer lies in; for a timer
// that may be due already it is the wheel's time. ok is false when there is no timer. Whoever sleeps until then and
// calls Advance is never late and seldom too early.
func (w *Wheel[R]) Next() (at int64, ok bool) {
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
func (w *Wheel[R]) first() (l, slot int, start uint64, ok bool) {
	for l, lev := range w.levels {
		if lev != nil && lev.occupied != 0 {
			slot := bits.TrailingZeros64(lev.occupied)
			return l, slot, w.slotStart(l, slot), true
		}
	}
	return 0, 0, 0, false
}

// slotStart is the first moment of a slot: the current digits above the level, the slot's digit, zeros below.
func (w *Wheel[R]) slotStart(l, slot int) uint64 {
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
func (w *Wheel[R]) Advance(now int64, max int, due func(R)) (more bool) {
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
func (w *Wheel[R]) settle(h uint32, now uint64, due func(R)) {
	r := w.nodes.at(h).r
	at := ordinal(w.deadline(r))
	w.unlink(h)
	if at > now {
		w.file(h, at)
		return
	}
	w.nodes.release(Handle(h))
	due(r)
}

// rewind sets time back. The timers below the level at which old and new time differ agree with the old time in that
// level's digit and all above it, so seen from the new time all of them belong in one slot. The timers at that level
// and above lie right. The pending ones are looked at one by one in any case.
func (w *Wheel[R]) rewind(to uint64) {
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
