package expire

import "math/bits"

// Sample visits up to max nodes of one slot. rnd chooses the slot by a number below n, in the order of their times: 0 is the one
// whose timers are due first. With a random one, nodes that share their slot with few others, as those that are due soon do, are seen
// more often. What was visited goes to the end of its slot, so that the next call sees others. visit must not change the wheel.
func (w *Wheel[N]) Sample(max int, rnd func(n uint64) uint64, visit func(ref uint32)) {
	head, ok := w.chooseSlot(rnd)
	if !ok {
		return
	}
	for start := w.link(head).next; max > 0; max-- {
		ref := w.link(head).next
		visit(ref)
		w.rotate(head)
		if w.link(head).next == start {
			return
		}
	}
}

// chooseSlot returns the head of an occupied slot; what is pending counts as the first one.
func (w *Wheel[N]) chooseSlot(rnd func(n uint64) uint64) (head uint32, ok bool) {
	n := 0
	if w.pending.next != pendingHead {
		n++
	}
	for _, lev := range w.levels {
		if lev != nil {
			n += bits.OnesCount64(lev.occupied)
		}
	}
	if n == 0 {
		return 0, false
	}
	k := int(rnd(uint64(n)))
	if w.pending.next != pendingHead {
		if k == 0 {
			return pendingHead, true
		}
		k--
	}
	for l, lev := range w.levels {
		if lev == nil {
			continue
		}
		if in := bits.OnesCount64(lev.occupied); k >= in {
			k -= in
			continue
		}
		b := lev.occupied
		for ; k > 0; k-- {
			b &= b - 1
		}
		return headBit | uint32(l*slots+bits.TrailingZeros64(b)), true
	}
	panic("expire: the slots were counted wrong")
}

// rotate moves the first node of a ring to its end.
func (w *Wheel[N]) rotate(head uint32) {
	h := w.link(head)
	first := h.next
	n := w.link(first)
	if n.next == head {
		return
	}
	last := h.prev
	h.next, h.prev = n.next, first
	w.link(n.next).prev = head
	w.link(last).next = first
	*n = link{next: head, prev: last}
}
