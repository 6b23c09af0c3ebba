package set

import (
	"encoding/binary"

	"github.com/miniredisd/miniredisd/store/ds/dict"
	"github.com/miniredisd/miniredisd/store/ds/slab"
)

// Table is a set of any size, which Redis calls hashtable: a dict of blocks of a slab, one for each member:
//
//	+--------+--------+
//	| length | member |      length: 1 to 5 bytes, as of encoding/binary's Uvarint
//	+--------+--------+
type Table struct {
	slab  slab.Slab
	index dict.Dict[slab.Ref, members]
}

// members finds the members in the slab.
type members struct{ *slab.Slab }

// Key implements dict.Traits.
func (m members) Key(ref slab.Ref) []byte {
	b := m.At(ref)
	if n := b[0]; n < 0x80 {
		return b[1 : 1+int(n)]
	}
	n, size := binary.Uvarint(b)
	return b[size : size+int(n)]
}

// blockSize is the size of a member's block.
func blockSize(member []byte) int {
	n := 1
	for length := len(member); length >= 0x80; length >>= 7 {
		n++
	}
	return n + len(member)
}

// NewTable returns an empty table.
func NewTable() *Table {
	t := new(Table)
	t.index.Traits = members{&t.slab}
	return t
}

// Len is the number of members.
func (t *Table) Len() int { return t.index.Len() }

// Bytes is the memory of the table.
func (t *Table) Bytes() int { return t.slab.Held() + t.index.Bytes() }

// Release gives the memory back. Nothing may be asked of the table any more.
func (t *Table) Release() { t.slab.Release() }

// Has reports whether member is in the set.
func (t *Table) Has(member []byte) bool {
	_, ok := t.index.Find(dict.Hash(member), member)
	return ok
}

// Insert adds a member that is not there.
func (t *Table) Insert(member []byte) {
	ref, block := t.slab.Alloc(blockSize(member))
	copy(block[binary.PutUvarint(block[:len(block)-len(member)], uint64(len(member))):], member)
	t.index.Insert(dict.Hash(member), ref)
}

// Remove takes a member out, and reports whether it was there.
func (t *Table) Remove(member []byte) bool {
	ref, ok := t.index.Delete(dict.Hash(member), member)
	if ok {
		t.slab.Free(ref, blockSize(member))
	}
	return ok
}

// Each visits the members, in no order, until visit returns false. What it is given is good until the set is changed.
func (t *Table) Each(visit func(member []byte) bool) {
	t.index.Each(func(ref slab.Ref) bool { return visit(t.index.Traits.Key(ref)) })
}

// Scan is one step of a dict's Scan.
func (t *Table) Scan(cursor uint64, visit func(member []byte)) (next uint64) {
	return t.index.Scan(cursor, func(ref slab.Ref) { visit(t.index.Traits.Key(ref)) })
}

// Random is any member of a set that is not empty; rnd(n) returns a random number less than n.
func (t *Table) Random(rnd func(uint64) uint64) []byte {
	ref, _ := t.index.Random(rnd)
	return t.index.Traits.Key(ref)
}

// Clone is a copy that shares no memory with t.
func (t *Table) Clone() *Table {
	c := NewTable()
	t.Each(func(member []byte) bool { c.Insert(member); return true })
	return c
}

// sample visits count different members, of far more. The set must not be changed meanwhile.
func (t *Table) sample(count int, rnd func(uint64) uint64, visit func(member []byte)) {
	seen := make(map[slab.Ref]struct{}, count)
	for len(seen) < count {
		ref, _ := t.index.Random(rnd)
		if _, again := seen[ref]; !again {
			seen[ref] = struct{}{}
			visit(t.index.Traits.Key(ref))
		}
	}
}
