package expire

import (
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
)

// must is require.True at the cost of a comparison, for what is checked millions of times.
func must(t *testing.T, ok bool, what string) {
	if !ok {
		t.Helper()
		t.Fatal(what)
	}
}

// check verifies that rings, bitmaps and nodes fit together and that every timer lies where its deadline belongs.
func check(t *testing.T, w *wheel) {
	t.Helper()
	linked := map[uint32]bool{}
	ring := func(head uint32) (n int) {
		prev := head
		for ref := w.link(head).next; ref != head; ref = w.link(ref).next {
			must(t, ref < headBit, "a ring runs through a foreign head")
			must(t, !linked[ref], "a node is in two rings")
			linked[ref] = true
			must(t, w.link(ref).prev == prev, "the links do not agree")
			prev = ref
			n++
		}
		must(t, w.link(head).prev == prev, "the links do not agree")
		return n
	}
	ring(pendingHead)
	for l, lev := range w.levels {
		if lev == nil {
			continue
		}
		for b := lev.occupied; b != 0; b &= b - 1 {
			slot := bits.TrailingZeros64(b)
			head := headBit | uint32(l*slots+slot)
			must(t, ring(head) > 0, "the bit of an empty slot is set")
			for ref := lev.slots[slot].next; ref != head; ref = w.link(ref).next {
				at := ordinal(w.nodes.nodes[ref].at)
				must(t, w.nodes.owner[ref].at == millis(at), "a node has another deadline than its entry")
				must(t, at > w.cur && levelOf(at, w.cur) == l && digit(at, l) == slot, "a timer lies in the wrong slot")
			}
		}
	}
	live := 0
	for ref, n := range w.nodes.nodes[1:] {
		if n.Filed() {
			live++
			must(t, linked[uint32(ref+1)], "a node is in no ring")
		}
	}
	require.Equal(t, live, len(linked))
	require.Equal(t, live, w.Len())
}
