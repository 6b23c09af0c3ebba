package expire

// Timers lie in rings: doubly linked lists that run through a head. A ref is what a link points to: a node (by the
// owner's number) or, with the top bit set, a head. So a node can be unlinked without knowing its slot, and the
// one that leaves its slot empty finds the bit to clear in the ref of the head.
//
//	ref of a node:  0 | the owner's number, from 1
//	ref of a head:  1 | level, slot (six bits)       or pendingHead
const (
	headBit     uint32 = 1 << 31
	pendingHead uint32 = headBit | levels*slots
)

// link is the pair of refs that a node and a head both have. A head of an empty ring points to itself; a level's
// unused heads hold zeros until their first use.
type link struct {
	next, prev uint32
}

// link finds what a ref points to.
func (w *Wheel[N]) link(ref uint32) *link {
	switch {
	case ref < headBit:
		return &w.nodes.Node(ref).link
	case ref == pendingHead:
		return &w.pending
	default:
		slot := ref &^ headBit
		return &w.levels[slot/slots].slots[slot%slots]
	}
}

// slotHead returns the ref of a slot's head, with the slot marked as occupied: the caller puts something in.
func (w *Wheel[N]) slotHead(l, slot int) uint32 {
	lev := w.levels[l]
	if lev == nil {
		lev = new(level)
		w.levels[l] = lev
	}
	head := headBit | uint32(l*slots+slot)
	if bit := uint64(1) << slot; lev.occupied&bit == 0 {
		lev.occupied |= bit
		lev.slots[slot] = link{next: head, prev: head}
	}
	return head
}

// file puts the unlinked node h where the deadline belongs.
func (w *Wheel[N]) file(h uint32, deadline int64) {
	head := pendingHead
	if at := ordinal(deadline); at > w.cur {
		l := levelOf(at, w.cur)
		head = w.slotHead(l, digit(at, l))
	}
	end := w.link(head)
	*w.nodes.Node(h) = Node{link{next: head, prev: end.prev}, deadline}
	w.link(end.prev).next = h
	end.prev = h
}

// unlink takes the node h out of its ring.
func (w *Wheel[N]) unlink(h uint32) {
	node := w.nodes.Node(h)
	if !node.Filed() {
		panic("expire: the node is in no wheel")
	}
	n := node.link
	node.link = link{}
	w.link(n.prev).next = n.next
	w.link(n.next).prev = n.prev
	if n.prev == n.next && n.prev >= headBit && n.prev != pendingHead {
		slot := n.prev &^ headBit
		w.levels[slot/slots].occupied &^= 1 << (slot % slots)
	}
}

// spill moves all that an occupied slot holds to the end of the ring of head, in constant time.
func (w *Wheel[N]) spill(l, slot int, head uint32) {
	lev := w.levels[l]
	from := lev.slots[slot]
	lev.occupied &^= 1 << slot

	end := w.link(head)
	w.link(end.prev).next = from.next
	w.link(from.next).prev = end.prev
	w.link(from.prev).next = head
	end.prev = from.prev
}
