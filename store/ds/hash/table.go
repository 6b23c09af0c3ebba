package hash

import (
	"encoding/binary"
	"unsafe"

	"github.com/miniredisd/miniredisd/store/ds/dict"
	"github.com/miniredisd/miniredisd/store/ds/slab"
)

// Ref names a field of a Table until the table is changed; 0 names none.
type Ref = slab.Ref

// Table is a hash of any size. Each field is a block of a slab, and a dict finds it:
//
//	1 to 5 bytes           1 to 5         4, if timed   what the lengths say
//	+----------------------+--------------+-------------+-------+-------+
//	| field length | timed | value length | due         | field | value |
//	+----------------------+--------------+-------------+-------+-------+
//
// The lengths are varints; the lowest bit of the first says whether the field has a deadline. If so, due is the field's
// place in the heap of deadlines (deadlines.go), which has the time.
//
// So a field of 10 bytes with a value of 10 takes a block of 24 bytes and its share of the dict, about 10.
type Table struct {
	slab slab.Slab
	dict dict.Dict[Ref, fields]
	due  deadlines
}

// fields finds the fields of a slab, for the dict.
type fields struct{ slab *slab.Slab }

// Key implements dict.Traits.
func (f fields) Key(ref Ref) []byte {
	b := f.slab.At(ref)
	s := parse(b)
	return b[s.head : s.head+s.field : s.head+s.field]
}

// shape is how a block is laid out. All but timed are bytes.
type shape struct {
	head         int // what comes before the field
	field, value int
	timed        bool
}

const dueSize = 4

func newShape(field, value int, timed bool) shape {
	s := shape{uvarintLen(uint64(field)<<1) + uvarintLen(uint64(value)), field, value, timed}
	if timed {
		s.head += dueSize
	}
	return s
}

func (s shape) size() int { return s.head + s.field + s.value }

func uvarintLen(n uint64) int {
	size := 1
	for ; n >= 0x80; n >>= 7 {
		size++
	}
	return size
}

func parse(b []byte) (s shape) {
	field, n := binary.Uvarint(b)
	value, m := binary.Uvarint(b[n:])
	s = shape{n + m, int(field >> 1), int(value), field&1 != 0}
	if s.timed {
		s.head += dueSize
	}
	return s
}

// write writes the lengths. The place among the deadlines is left.
func (s shape) write(b []byte) {
	field := uint64(s.field) << 1
	if s.timed {
		field |= 1
	}
	n := binary.PutUvarint(b, field)
	binary.PutUvarint(b[n:], uint64(s.value))
}

// New returns an empty table.
func New() *Table {
	t := new(Table)
	t.dict.Traits = fields{&t.slab}
	return t
}

// Len is the number of fields.
func (t *Table) Len() int { return t.dict.Len() }

// Bytes is about what the table occupies in memory.
func (t *Table) Bytes() int {
	return int(unsafe.Sizeof(*t)) + t.slab.Held() + t.dict.Bytes() + t.due.bytes()
}

// Release gives the memory back. The table must not be used any more.
func (t *Table) Release() { t.slab.Release() }

// Find looks a field up; 0: there is none.
func (t *Table) Find(field []byte) Ref {
	ref, _ := t.dict.Find(dict.Hash(field), field)
	return ref
}

// Field is the bytes of a field. They are good until the table is changed, as those of Value are.
func (t *Table) Field(ref Ref) []byte { return t.dict.Traits.Key(ref) }

// Value is the value of a field.
func (t *Table) Value(ref Ref) []byte {
	b := t.slab.At(ref)
	s := parse(b)
	return b[s.head+s.field : s.size() : s.size()]
}

// Set gives a field its value, and reports whether the field is a new one. A deadline that it had stays.
func (t *Table) Set(field, value []byte) (added bool) {
	h := dict.Hash(field)
	if ref, ok := t.dict.Find(h, field); ok {
		t.replace(h, ref, value)
		return false
	}
	t.insert(h, field, value)
	return true
}

func (t *Table) insert(h uint64, field, value []byte) Ref {
	s := newShape(len(field), len(value), false)
	ref, b := t.slab.Alloc(s.size())
	s.write(b)
	copy(b[s.head:], field)
	copy(b[s.head+s.field:], value)
	t.dict.Insert(h, ref)
	return ref
}

// Replace gives a field another value; the deadline stays. It returns where the field is now.
func (t *Table) Replace(ref Ref, value []byte) Ref {
	return t.replace(dict.Hash(t.Field(ref)), ref, value)
}

func (t *Table) replace(h uint64, ref Ref, value []byte) Ref {
	old := parse(t.slab.At(ref))
	s := newShape(old.field, len(value), old.timed)
	ref = t.reshape(h, ref, old, s, old.field)
	copy(t.slab.At(ref)[s.head+s.field:], value)
	return ref
}

// reshape gives a field's block another shape, in its place if the size is of the same class. The first kept bytes of field and
// value stay, and so does the place among the deadlines, if there is one before and after.
func (t *Table) reshape(h uint64, ref Ref, old, s shape, kept int) Ref {
	from := t.slab.At(ref)
	to, moved := from, ref
	if !slab.Fits(old.size(), s.size()) {
		moved, to = t.slab.Alloc(s.size())
	}
	due := 0
	if old.timed {
		due = place(from, old)
	}
	copy(to[s.head:], from[old.head:old.head+kept]) // before the lengths: the head may become longer
	s.write(to)
	if old.timed && s.timed {
		setPlace(to, s, due)
		t.due.at(due).ref = moved
	}
	if moved != ref {
		t.dict.Swap(h, from[old.head:old.head+old.field], moved)
		t.slab.Free(ref, old.size())
	}
	return moved
}

// Delete removes a field.
func (t *Table) Delete(ref Ref) {
	b := t.slab.At(ref)
	s := parse(b)
	if s.timed {
		t.removeDue(place(b, s))
	}
	field := b[s.head : s.head+s.field]
	t.dict.Delete(dict.Hash(field), field)
	t.slab.Free(ref, s.size())
}

// Each visits all fields until visit returns false. visit must not change the table.
func (t *Table) Each(visit func(Ref) bool) { t.dict.Each(visit) }

// Scan visits the fields of one step of an iteration, as dict.Dict has it.
func (t *Table) Scan(cursor uint64, visit func(Ref)) (next uint64) { return t.dict.Scan(cursor, visit) }

// Random picks a field, 0 when there is none; rnd(n) returns a random number less than n.
func (t *Table) Random(rnd func(n uint64) uint64) Ref {
	ref, _ := t.dict.Random(rnd)
	return ref
}

// Clone is a deep copy.
func (t *Table) Clone() *Table {
	c := New()
	t.dict.Each(func(ref Ref) bool {
		field := t.Field(ref)
		copied := c.insert(dict.Hash(field), field, t.Value(ref))
		if at := t.Deadline(ref); at != 0 {
			c.Expire(copied, at)
		}
		return true
	})
	return c
}
