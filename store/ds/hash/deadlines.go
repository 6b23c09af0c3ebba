package hash

// Deadlines of fields. A binary heap has one element for each field that has a deadline, the earliest first; the field's
// block has its place in the heap.

import (
	"encoding/binary"
	"unsafe"

	"github.com/miniredisd/miniredisd/store/ds/dict"
)

// deadline is an element of the heap.
type deadline struct {
	at  int64 // milliseconds since the Unix epoch, not 0
	ref Ref
}

// deadlines is a slice of deadlines that grows by chunks, so that a million of them are not copied at once. The first chunk
// grows like any slice: most hashes have few.
type deadlines struct {
	chunks [][]deadline // all but the last are full
	n      int
}

const (
	chunkBits     = 11
	chunkElements = 1 << chunkBits
)

func (d *deadlines) at(i int) *deadline { return &d.chunks[i>>chunkBits][i&(chunkElements-1)] }

func (d *deadlines) push(e deadline) {
	if i := d.n >> chunkBits; i == len(d.chunks) {
		var chunk []deadline
		if i > 0 {
			chunk = make([]deadline, 0, chunkElements)
		}
		d.chunks = append(d.chunks, chunk)
	}
	last := &d.chunks[d.n>>chunkBits]
	*last = append(*last, e)
	d.n++
}

func (d *deadlines) pop() deadline {
	d.n--
	last := d.n >> chunkBits
	e := *d.at(d.n)
	d.chunks[last] = d.chunks[last][:d.n&(chunkElements-1)]
	if d.n == 0 {
		d.chunks = nil
	} else if last+2 <= len(d.chunks)-1 { // one empty chunk is kept
		d.chunks = d.chunks[:last+2]
	}
	return e
}

func (d *deadlines) bytes() (n int) {
	if len(d.chunks) > 0 {
		n = (len(d.chunks)-1)*chunkElements + cap(d.chunks[len(d.chunks)-1])
	}
	return n*int(unsafe.Sizeof(deadline{})) + cap(d.chunks)*int(unsafe.Sizeof([]deadline{}))
}

// place is where a timed field is in the heap.
func place(b []byte, s shape) int { return int(binary.LittleEndian.Uint32(b[s.head-dueSize:])) }

func setPlace(b []byte, s shape, i int) { binary.LittleEndian.PutUint32(b[s.head-dueSize:], uint32(i)) }

// Timed is the number of fields that have a deadline.
func (t *Table) Timed() int { return t.due.n }

// Next is the earliest deadline, in milliseconds since the Unix epoch; ok is false when no field has one.
func (t *Table) Next() (at int64, ok bool) {
	if t.due.n == 0 {
		return 0, false
	}
	return t.due.at(0).at, true
}

// Due is a field whose deadline has come at now, 0 when there is none.
func (t *Table) Due(now int64) Ref {
	if at, ok := t.Next(); !ok || at > now {
		return 0
	}
	return t.due.at(0).ref
}

// DueLen is the number of fields whose deadline has come at now. It looks at these only, and their neighbours in the heap.
func (t *Table) DueLen(now int64) int { return t.dueBelow(0, now) }

func (t *Table) dueBelow(i int, now int64) int {
	if i >= t.due.n || t.due.at(i).at > now {
		return 0
	}
	return 1 + t.dueBelow(2*i+1, now) + t.dueBelow(2*i+2, now)
}

// Deadline is the deadline of a field, 0 when it has none.
func (t *Table) Deadline(ref Ref) int64 {
	b := t.slab.At(ref)
	if b[0]&1 == 0 {
		return 0
	}
	return t.due.at(place(b, parse(b))).at
}

// Expire sets the deadline of a field, which must not be 0. It returns where the field is now.
func (t *Table) Expire(ref Ref, at int64) Ref {
	b := t.slab.At(ref)
	s := parse(b)
	i := t.due.n
	if s.timed {
		i = place(b, s)
		t.due.at(i).at = at
	} else {
		ref = t.retime(ref, s, true)
		t.due.push(deadline{at, ref})
	}
	t.settle(i)
	return ref
}

// Persist removes the deadline of a field that has one. It returns where the field is now.
func (t *Table) Persist(ref Ref) Ref {
	b := t.slab.At(ref)
	s := parse(b)
	t.removeDue(place(b, s))
	return t.retime(ref, s, false)
}

// retime makes room in a block for the place among the deadlines, or takes it away.
func (t *Table) retime(ref Ref, old shape, timed bool) Ref {
	s := newShape(old.field, old.value, timed)
	return t.reshape(dict.Hash(t.Field(ref)), ref, old, s, old.field+old.value)
}

// removeDue takes the element at place i out of the heap.
func (t *Table) removeDue(i int) {
	last := t.due.pop()
	if i < t.due.n {
		*t.due.at(i) = last
		t.settle(i)
	}
}

// settle moves the element at place i up or down to where it belongs.
func (t *Table) settle(i int) {
	e := *t.due.at(i)
	for i > 0 {
		parent := (i - 1) / 2
		if p := *t.due.at(parent); p.at > e.at {
			t.putDue(i, p)
			i = parent
			continue
		}
		break
	}
	for {
		child := 2*i + 1
		if child >= t.due.n {
			break
		}
		if child+1 < t.due.n && t.due.at(child+1).at < t.due.at(child).at {
			child++
		}
		c := *t.due.at(child)
		if c.at >= e.at {
			break
		}
		t.putDue(i, c)
		i = child
	}
	t.putDue(i, e)
}

// putDue puts an element at place i, and says so to its field.
func (t *Table) putDue(i int, e deadline) {
	*t.due.at(i) = e
	b := t.slab.At(e.ref)
	setPlace(b, parse(b), i)
}
