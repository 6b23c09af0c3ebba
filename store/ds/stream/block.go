package stream

// What a block looks like.
//
// A block is a listpack. It begins with a master entry, that of the fields of the first entry: entries with the same
// fields leave theirs out.
//
//	| count | deleted | n | field 1 | … | field n | 0 |                          count: entries that are not deleted
//
// Behind it come the entries. Their ids are given as differences to the block's, and the last element of each says how
// many elements come before it, for walking back; the 0 of the master entry ends such a walk.
//
//	| flags | ms | seq | value 1 | … | value n | n+3 |                           with the flag SAMEFIELDS
//	| flags | ms | seq | m | field 1 | value 1 | … | field m | value m | 2m+4 |  without it

import "github.com/miniredisd/miniredisd/store/ds/listpack"

// The flags of an entry.
const (
	flagDeleted    = 1
	flagSameFields = 2
)

// header is a master entry.
type header struct {
	count, deleted int // entries
	fields         int // in each entry with the flag SAMEFIELDS
	fieldsAt       int // where the first of them stands
}

// intAt reads the integer at p, and where the next element stands.
func intAt(lp listpack.Listpack, p int) (n int64, next int) {
	_, n, _, next = lp.Decode(p)
	return n, next
}

// skip returns where the element n behind the one at p stands.
func skip(lp listpack.Listpack, p, n int) int {
	for ; n > 0; n-- {
		_, _, _, p = lp.Decode(p)
	}
	return p
}

func readHeader(lp listpack.Listpack) header {
	count, p := intAt(lp, listpack.HeaderSize)
	deleted, p := intAt(lp, p)
	fields, p := intAt(lp, p)
	return header{count: int(count), deleted: int(deleted), fields: int(fields), fieldsAt: p}
}

// entriesAt is where the first entry stands.
func (h header) entriesAt(lp listpack.Listpack) int { return skip(lp, h.fieldsAt, h.fields+1) }

// appendMaster makes an empty listpack a block whose entries are yet to come.
func appendMaster(lp listpack.Listpack, fields [][]byte) listpack.Listpack {
	lp = lp.AppendInt(0).AppendInt(0).AppendInt(int64(len(fields) / 2))
	for i := 0; i < len(fields); i += 2 {
		lp = lp.Append(fields[i])
	}
	return lp.AppendInt(0)
}

// appendEntry adds an entry to the block of base.
func appendEntry(lp listpack.Listpack, base, id ID, fields [][]byte) listpack.Listpack {
	h := readHeader(lp)
	same := h.sameFields(lp, fields)
	flags, elements := int64(0), int64(len(fields)+4)
	if same {
		flags, elements = flagSameFields, int64(len(fields)/2+3)
	}
	lp = lp.AppendInt(flags).AppendInt(int64(id.MS - base.MS)).AppendInt(int64(id.Seq - base.Seq))
	if !same {
		lp = lp.AppendInt(int64(len(fields) / 2))
	}
	for i := 0; i < len(fields); i += 2 {
		if !same {
			lp = lp.Append(fields[i])
		}
		lp = lp.Append(fields[i+1])
	}
	lp = lp.AppendInt(elements)
	return setInt(lp, listpack.HeaderSize, int64(h.count+1))
}

// sameFields tells whether the fields are those of the master entry.
func (h header) sameFields(lp listpack.Listpack, fields [][]byte) bool {
	if h.fields != len(fields)/2 {
		return false
	}
	p := h.fieldsAt
	for i := 0; i < len(fields); i += 2 {
		if !lp.Compare(p, fields[i]) {
			return false
		}
		p = skip(lp, p, 1)
	}
	return true
}

// markDeleted marks the entry whose flags stand at p.
func markDeleted(lp listpack.Listpack, p int) listpack.Listpack {
	flags, _ := intAt(lp, p)
	lp = setInt(lp, p, flags|flagDeleted)
	h := readHeader(lp)
	lp = setInt(lp, listpack.HeaderSize, int64(h.count-1))
	return setInt(lp, skip(lp, listpack.HeaderSize, 1), int64(h.deleted+1))
}

// setInt replaces the integer at p. Nearly always both are below 128, and one byte in the listpack's format.
func setInt(lp listpack.Listpack, p int, n int64) listpack.Listpack {
	const small = 1 << 7
	if lp[p] < small && n >= 0 && n < small {
		lp[p] = byte(n)
		return lp
	}
	return lp.ReplaceInt(p, n)
}

// entryBefore returns where the entry begins that ends before p; ok is false when the master entry does.
func entryBefore(lp listpack.Listpack, p int) (begin int, ok bool) {
	p = lp.Prev(p)
	n, _ := intAt(lp, p)
	ok = n > 0
	for ; n > 0; n-- {
		p = lp.Prev(p)
	}
	return p, ok
}

// idAt is the id of the entry that begins at p, in the block of base.
func idAt(lp listpack.Listpack, p int, base ID) ID {
	_, p = intAt(lp, p)
	ms, p := intAt(lp, p)
	seq, _ := intAt(lp, p)
	return ID{base.MS + uint64(ms), base.Seq + uint64(seq)}
}

// lastOf is the id of the last entry in the block of base, be it deleted or not.
func lastOf(lp listpack.Listpack, base ID) ID {
	p, ok := entryBefore(lp, len(lp)-1)
	if !ok {
		return base
	}
	return idAt(lp, p, base)
}
