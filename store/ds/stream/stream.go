// Package stream is an append-only sequence of entries, each an id with fields and values, and the groups of consumers
// that read it.
//
// Entries lie in blocks, listpacks in the format that Redis writes to dump.rdb files and DUMP payloads, byte for byte
// (block.go draws it). A block belongs to an id, that of the first entry that was added to it, and its entries have
// theirs as differences to it. An entry that is deleted is only marked; the block goes with its last entry.
//
// What finds a block by an id, and a pending entry too, is the sorted map of ordered.go: chunks of pairs side by side.
// Redis has radix trees there. Ids are 128 bits of which nothing is shared but the front, they come in ascending order,
// and next to all work is done at one end: so a new one is an append behind a comparison, a search is a binary search
// through few cache lines, a walk reads memory in order, and nothing is allocated but a chunk now and then.
//
// The package knows neither clock nor lock: times come in, in milliseconds since the Unix epoch. It may import listpack.
package stream

import (
	"slices"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// Stream is a stream; the zero value is an empty one.
type Stream struct {
	blocks ordered[ID, listpack.Listpack]
	bytes  int // capacity of all blocks
	length int // entries that are not deleted
	first  ID  // of the first entry; zero when there is none
	groups ordered[name, *Group]

	state State
}

// State is what a stream remembers beyond its entries.
type State struct {
	Last       ID    // the highest id ever added, or what XSETID said
	MaxDeleted ID    // the highest id that Delete removed
	Added      int64 // how many entries were ever added
}

// Limits say when a block is full.
type Limits struct {
	Bytes   int // of a block; 0: as many as a listpack can hold
	Entries int // with those deleted; 0: any number
}

// MaxEntryBytes is the most that the fields and values of one entry may have together.
const MaxEntryBytes = listpack.MaxBytes

// New returns an empty stream.
func New() *Stream { return &Stream{} }

// Len is the number of entries.
func (s *Stream) Len() int { return s.length }

// First is the id of the first entry, zero when there is none.
func (s *Stream) First() ID { return s.first }

// State is what the stream remembers beyond its entries.
func (s *Stream) State() State { return s.state }

// SetState changes what the stream remembers. Last must not be below the last entry's id.
func (s *Stream) SetState(st State) { s.state = st }

// LastEntry is the id of the last entry; ok is false when there is none.
func (s *Stream) LastEntry() (id ID, ok bool) {
	it := s.Range(ID{}, MaxID, true)
	ok = it.Next()
	return it.ID(), ok
}

// NextID is the id that a new entry gets at the time now. ok is false when there is none left.
func (s *Stream) NextID(now uint64) (id ID, ok bool) {
	if now > s.state.Last.MS {
		return ID{MS: now}, true
	}
	return s.state.Last.Next()
}

// Add appends an entry of fields and values in turns. The id must be above State.Last. It returns false, and adds
// nothing, when they are longer than MaxEntryBytes.
func (s *Stream) Add(id ID, fields [][]byte, lim Limits) bool {
	size := 0
	for _, f := range fields {
		size += len(f)
	}
	if size > MaxEntryBytes {
		return false
	}
	switch b := s.blocks.last(); {
	case b == nil:
		s.newBlock(id, fields, size, 0, lim)
	case full(b.val, size, lim):
		had := len(b.val)
		s.bytes -= cap(b.val)
		b.val = trimmed(b.val)
		s.bytes += cap(b.val)
		s.newBlock(id, fields, size, had, lim)
	default:
		s.bytes -= cap(b.val)
		b.val = room(b.val, least(size, len(fields)), lim)
		b.val = appendEntry(b.val, b.key, id, fields)
		s.bytes += cap(b.val)
	}
	s.length++
	s.state.Added++
	s.state.Last = id
	if s.length == 1 {
		s.first = id
	}
	return true
}

// newBlock begins a block with an entry. like is the length of the block before, which this one is likely to reach too.
func (s *Stream) newBlock(id ID, fields [][]byte, size, like int, lim Limits) {
	lp := listpack.New(min(like+spare(size, len(fields)), lim.bytes(), maxPrealloc))
	lp = room(lp, spare(2*size, 2*len(fields)), lim)
	lp = appendMaster(lp, fields)
	lp = appendEntry(lp, id, id, fields)
	s.bytes += cap(lp)
	p, _ := s.blocks.put(id)
	p.val = lp
}

// Contains reports whether there is an entry with that id.
func (s *Stream) Contains(id ID) bool {
	it := s.Range(id, id, false)
	return it.Next()
}

// Delete removes the entry with that id and reports whether there was one.
func (s *Stream) Delete(id ID) bool {
	it := s.Range(id, id, false)
	if !it.Next() {
		return false
	}
	s.mark(it.at, it.flagsAt)
	if id == s.first {
		s.findFirst()
	}
	if id.Compare(s.state.MaxDeleted) > 0 {
		s.state.MaxDeleted = id
	}
	return true
}

// mark makes the entry whose flags stand at p a deleted one, and drops its block when it was the last. It reports
// whether it did the latter.
func (s *Stream) mark(at place, p int) (dropped bool) {
	s.length--
	b := s.blocks.at(at)
	if h := readHeader(b.val); h.count == 1 {
		s.drop(b.key)
		return true
	}
	s.bytes -= cap(b.val)
	b.val = markDeleted(b.val, p)
	s.bytes += cap(b.val)
	return false
}

// drop removes a block, whatever is in it.
func (s *Stream) drop(base ID) {
	s.bytes -= cap(s.blocks.get(base).val)
	s.blocks.delete(base)
}

// findFirst looks the first entry up again.
func (s *Stream) findFirst() {
	s.first = ID{}
	if it := s.Range(ID{}, MaxID, false); it.Next() {
		s.first = it.ID()
	}
}

// Blocks is the number of blocks.
func (s *Stream) Blocks() int { return s.blocks.n }

// EachBlock visits the blocks, which must not be changed, in order, until yield returns false.
func (s *Stream) EachBlock(yield func(base ID, lp listpack.Listpack) bool) {
	for at := s.blocks.begin(); s.blocks.valid(at); at = s.blocks.next(at) {
		if b := s.blocks.at(at); !yield(b.key, b.val) {
			return
		}
	}
}

// AddBlock adds a block as EachBlock shows it, behind those that are there, and takes its memory. The state is left for
// SetState. It returns ErrBlock when the block is malformed or not behind the others.
func (s *Stream) AddBlock(base ID, lp listpack.Listpack) error {
	if err := ValidateBlock(base, lp); err != nil {
		return err
	}
	if last := s.blocks.last(); last != nil && base.Compare(lastOf(last.val, last.key)) <= 0 {
		return ErrBlock
	}
	p, _ := s.blocks.put(base)
	p.val = lp
	s.bytes += cap(lp)
	s.length += readHeader(lp).count
	if s.first.IsZero() {
		s.findFirst()
	}
	return nil
}

// Clone is a deep copy.
func (s *Stream) Clone() *Stream {
	c := *s
	c.bytes = 0
	c.blocks = s.blocks.clone(func(lp listpack.Listpack) listpack.Listpack {
		lp = lp.Clone()
		c.bytes += cap(lp)
		return lp
	})
	c.groups = s.groups.clone((*Group).clone)
	return &c
}

// streamBytes is what a stream needs beside what is counted elsewhere.
const streamBytes = 160

// Bytes is about what the stream occupies in memory.
func (s *Stream) Bytes() int {
	n := streamBytes + s.bytes + s.blocks.bytes() + s.groups.bytes()
	for _, g := range s.groups.from(nil) {
		n += (*g).bytes()
	}
	return n
}

// full tells whether an entry of size bytes belongs into a new block.
func full(lp listpack.Listpack, size int, lim Limits) bool {
	if len(lp)+size >= lim.bytes() {
		return true
	}
	if lim.Entries == 0 {
		return false
	}
	h := readHeader(lp)
	return h.count+h.deleted >= lim.Entries
}

// bytes is the limit of a block's length.
func (l Limits) bytes() int {
	if l.Bytes <= 0 || l.Bytes > listpack.MaxBytes {
		return listpack.MaxBytes
	}
	return l.Bytes
}

const (
	// maxPrealloc is the most that a block gets before there is something in it.
	maxPrealloc = 4096
	// perElement is the most that an element needs beside its text, and fixedElements how many an entry has beside its
	// fields and values.
	perElement    = 11
	fixedElements = 8
)

// spare is the most that n elements with size bytes of text take, and an entry's own ones.
func spare(size, n int) int { return size + (n+fixedElements)*perElement }

// least is about the least that n elements with size bytes of text take, and an entry's own ones. A block that has as much left is not moved
// to make sure: most entries take no more, and for the others it grows by itself.
func least(size, n int) int { return size + 2*(n+fixedElements/2) }

// room makes room for n more bytes.
func room(lp listpack.Listpack, n int, lim Limits) listpack.Listpack {
	need := len(lp) + n
	if need <= cap(lp) {
		return lp
	}
	return append(slices.Grow(listpack.Listpack(nil), max(need, min(2*cap(lp), lim.bytes()))), lp...)
}

// trimmed gives back what a full block has to spare.
func trimmed(lp listpack.Listpack) listpack.Listpack {
	if cap(lp)-len(lp) <= len(lp)/8 {
		return lp
	}
	return lp.Clone()
}
