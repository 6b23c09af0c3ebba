package stream

import (
	"strconv"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// Iter walks over the entries of a range. It is good until the stream is changed.
type Iter struct {
	s        *Stream
	from, to ID
	reverse  bool

	at   place // of the block
	lp   listpack.Listpack
	base ID
	h    header
	p    int // forward: the next element to read. Backward: where the entry begins that was read last
	more int // elements of the entry that were not read yet, with the one that ends it

	id      ID
	flags   int64
	flagsAt int
	fields  int // of the entry
	name    int // with SAMEFIELDS: where the next field's name stands
}

// Range returns an iterator over the entries from..to, both included, in either direction. Next comes first.
func (s *Stream) Range(from, to ID, reverse bool) Iter {
	it := Iter{s: s, from: from, to: to, reverse: reverse}
	switch {
	case reverse:
		it.at = s.blocks.floor(to)
	case from.IsZero():
		it.at = s.blocks.begin()
	default:
		if it.at = s.blocks.floor(from); !s.blocks.valid(it.at) {
			it.at = s.blocks.begin()
		}
	}
	it.open()
	if !reverse && it.lp != nil && from.Compare(it.base) > 0 {
		it.skipAhead()
	}
	return it
}

// nearEnd is how many of a block's entries are looked at from its end for where a range begins: consumers who keep up read
// there.
const nearEnd = 8

// skipAhead goes to where the range begins, if that is near the block's end.
func (it *Iter) skipAhead() {
	for n, p := 0, len(it.lp)-1; n < nearEnd; n++ {
		q, ok := entryBefore(it.lp, p)
		if !ok {
			return
		}
		if idAt(it.lp, q, it.base).Compare(it.from) < 0 {
			it.p = p
			return
		}
		p = q
	}
}

// open begins with the block at it.at, if there is one.
func (it *Iter) open() {
	it.lp = nil
	if !it.s.blocks.valid(it.at) {
		return
	}
	b := it.s.blocks.at(it.at)
	it.lp, it.base, it.h, it.more = b.val, b.key, readHeader(b.val), 0
	if it.reverse {
		it.p = len(it.lp) - 1
	} else {
		it.p = it.h.entriesAt(it.lp)
	}
}

// Next goes to the next entry and reports whether there is one. Deleted ones are left out.
func (it *Iter) Next() bool {
	for it.lp != nil {
		if !it.step() {
			if it.reverse {
				it.at = it.s.blocks.prev(it.at)
			} else {
				it.at = it.s.blocks.next(it.at)
			}
			it.open()
			continue
		}
		before, behind := it.id.Compare(it.from) < 0, it.id.Compare(it.to) > 0
		if behind && !it.reverse || before && it.reverse {
			it.lp = nil
			return false
		}
		if !before && !behind && it.flags&flagDeleted == 0 {
			return true
		}
	}
	return false
}

// step reads the beginning of the block's next entry, deleted or not, and reports whether there is one.
func (it *Iter) step() bool {
	if it.reverse {
		if !it.back() {
			return false
		}
	} else {
		it.p = skip(it.lp, it.p, it.more)
		if it.lp.AtEnd(it.p) {
			return false
		}
	}
	it.flagsAt = it.p
	flags, p := intAt(it.lp, it.p)
	ms, p := intAt(it.lp, p)
	seq, p := intAt(it.lp, p)
	it.id = ID{it.base.MS + uint64(ms), it.base.Seq + uint64(seq)}
	it.flags, it.fields, it.name = flags, it.h.fields, it.h.fieldsAt
	it.more = it.fields + 1
	if flags&flagSameFields == 0 {
		var n int64
		n, p = intAt(it.lp, p)
		it.fields, it.more = int(n), 2*int(n)+1
	}
	it.p = p
	return true
}

// back goes from behind an entry, or from what was read of one, to where the one before it begins.
func (it *Iter) back() (ok bool) {
	p := it.p
	if it.more > 0 {
		p = it.flagsAt
	}
	it.p, ok = entryBefore(it.lp, p)
	return ok
}

// ID is the entry's id.
func (it *Iter) ID() ID { return it.id }

// Fields is how many fields the entry has.
func (it *Iter) Fields() int { return it.fields }

// Field returns the next field of the entry with its value. It may be called as often as Fields says.
func (it *Iter) Field() (field, value Value) {
	if it.flags&flagSameFields != 0 {
		field, it.name = valueAt(it.lp, it.name)
	} else {
		field, it.p = valueAt(it.lp, it.p)
		it.more--
	}
	value, it.p = valueAt(it.lp, it.p)
	it.more--
	return field, value
}

// Value is a field's name or its value.
type Value struct {
	s     []byte
	n     int64
	isInt bool
}

func valueAt(lp listpack.Listpack, p int) (v Value, next int) {
	v.s, v.n, v.isInt, next = lp.Decode(p)
	return v, next
}

// Text is the value's text. It lies in the stream, good until that is changed, or in scratch.
func (v Value) Text(scratch *[20]byte) []byte {
	if v.isInt {
		return strconv.AppendInt(scratch[:0], v.n, 10)
	}
	return v.s
}
