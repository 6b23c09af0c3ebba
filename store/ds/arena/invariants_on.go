//go:build invariants

package arena

import "fmt"

// Invariants says whether the program was built to check itself (build tag invariants).
const Invariants = true

// poison fills freed memory: as a length or an index it is out of every range.
const poison = 0xdb

// linkBytes are the first bytes of a free block, where the link to the next one lies.
const linkBytes = 2

// ledger knows every block that is given out, and which ones have been freed before.
type ledger struct {
	live  map[Ref]int
	freed map[Ref]bool
}

func (l *ledger) alloc(a *Arena, ref Ref) {
	if l.live == nil {
		l.live, l.freed = map[Ref]int{}, map[Ref]bool{}
	}
	if _, ok := l.live[ref]; ok {
		panic(fmt.Sprintf("arena: block %#x is given out twice", uint32(ref)))
	}
	block := a.Bytes(ref)
	if l.freed[ref] {
		for i, b := range block[linkBytes:] {
			if b != poison {
				panic(fmt.Sprintf("arena: byte %d of block %#x was written after it was freed", i+linkBytes, uint32(ref)))
			}
		}
		delete(l.freed, ref)
	}
	l.live[ref] = len(block)
	fill(block)
	l.balance(a)
}

func (l *ledger) free(a *Arena, ref Ref) {
	if _, ok := l.live[ref]; !ok {
		panic(fmt.Sprintf("arena: block %#x is freed and was not given out", uint32(ref)))
	}
	l.balance(a)
	delete(l.live, ref)
	fill(a.Bytes(ref))
	n := ref >> unitBits
	if c := &a.chunks[n]; c.class == largeClass || c.used == 1 {
		for r := range l.freed { // the chunk goes, and what comes in its place was never freed
			if r>>unitBits == n {
				delete(l.freed, r)
			}
		}
		return
	}
	l.freed[ref] = true
}

// balance compares the ledger with the account, before a block is taken out of both.
func (l *ledger) balance(a *Arena) {
	if len(l.live) != a.account.Blocks {
		panic(fmt.Sprintf("arena: %d blocks are given out, the account says %d", len(l.live), a.account.Blocks))
	}
	if a.account.Allocated > a.account.Held {
		panic("arena: more is given out than held")
	}
}

func fill(b []byte) {
	for i := range b {
		b[i] = poison
	}
}
