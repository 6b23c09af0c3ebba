package store

import (
	"encoding/binary"
	"math"
	"unsafe"

	"github.com/miniredisd/miniredisd/expire"
	"github.com/miniredisd/miniredisd/store/ds/arena"
)

// A record is a key with its value, one block of a keyspace's arena without a pointer in it:
//
//	 0      1        2          4         8            24                    40
//	 +------+--------+----------+---------+------------+---------------------+-----+-------+- - -+
//	 | bits | keyLen | valueLen | access  | timer      | key and value lengths | key | value | rest |
//	 +------+--------+----------+---------+------------+---------------------+-----+-------+- - -+
//	  1      1        2          4         16, if timed 16, if long
//
//	bits      0-2  kind
//	          3-4  encoding: of a string, or of a collection, whether it is packed into the record
//	          5    timed: a node of the timer wheel, with the deadline, follows the header
//	          6    long: both lengths are where 8 bytes each give them, instead of keyLen and valueLen
//	value     int: the number, 8 bytes; other strings, and packed collections: their bytes; objects: 4 bytes, a place in
//	          the keyspace's table of objects
//	rest      what is left of the block; a string that was appended to has more of it than others
//
// So a key of 17 bytes with a value of 16 takes a block of 48 bytes and, with its slot in the dict, 56 to 60 in all; a
// deadline adds 16.
//
// A record moves to another block when its value no longer fits or leaves too much of the block unused, and when it gains or
// loses its timer. Nobody holds on to its address for longer than he knows that this does not happen.
type header struct {
	bits     uint8
	keyLen   uint8
	valueLen uint16
	access   uint32 // seconds since the epoch of the last access, or with LFU minutes<<8 | counter (access.go)
}

const (
	headerSize = 8
	timerSize  = 16
	longSize   = 16

	kindMask = 1<<3 - 1
	encShift = 3
	encMask  = 3
	timedBit = 1 << 5
	longBit  = 1 << 6

	objectBytes = 4 // of a value that is a place in the table of objects
	intBytes    = 8 // of an integer
)

// shape is what the size of a record follows from.
type shape struct {
	key, value int // lengths in bytes
	timed      bool
}

func (s shape) long() bool { return s.key > math.MaxUint8 || s.value > math.MaxUint16 }

// body is the offset of the key.
func (s shape) body() int {
	n := headerSize
	if s.timed {
		n += timerSize
	}
	if s.long() {
		n += longSize
	}
	return n
}

func (s shape) size() int { return s.body() + s.key + s.value }

// headerOf finds a record.
func headerOf(a *arena.Arena, ref arena.Ref) *header { return (*header)(a.At(ref)) }

func (h *header) at(offset int) *byte { return (*byte)(unsafe.Add(unsafe.Pointer(h), offset)) }

func (h *header) kind() Kind  { return Kind(h.bits & kindMask) }
func (h *header) enc() uint8  { return h.bits >> encShift & encMask }
func (h *header) timed() bool { return h.bits&timedBit != 0 }

// longLengths are the two lengths of a long record.
func (h *header) longLengths() *[longSize / 8]uint64 {
	offset := headerSize
	if h.timed() {
		offset += timerSize
	}
	return (*[2]uint64)(unsafe.Pointer(h.at(offset)))
}

func (h *header) shape() shape {
	s := shape{int(h.keyLen), int(h.valueLen), h.timed()}
	if h.bits&longBit != 0 {
		l := h.longLengths()
		s.key, s.value = int(l[0]), int(l[1])
	}
	return s
}

// setShape writes what shape reads. The other bits stay.
func (h *header) setShape(s shape) {
	h.bits &^= timedBit | longBit
	if s.timed {
		h.bits |= timedBit
	}
	if s.long() {
		h.bits |= longBit
		h.keyLen, h.valueLen = 0, 0
		*h.longLengths() = [2]uint64{uint64(s.key), uint64(s.value)}
	} else {
		h.keyLen, h.valueLen = uint8(s.key), uint16(s.value)
	}
}

func (h *header) setKind(kind Kind, enc uint8) {
	h.bits = h.bits&(timedBit|longBit) | uint8(kind) | enc<<encShift
}

// key is the record's key, in place.
func (h *header) key() []byte {
	if h.bits&(timedBit|longBit) == 0 {
		return unsafe.Slice(h.at(headerSize), int(h.keyLen))
	}
	s := h.shape()
	return unsafe.Slice(h.at(s.body()), s.key)
}

// value is the record's value, in place.
func (h *header) value() []byte {
	s := h.shape()
	return unsafe.Slice(h.at(s.body()+s.key), s.value)
}

// timer is the node of a timed record.
func (h *header) timer() *expire.Node { return (*expire.Node)(unsafe.Pointer(h.at(headerSize))) }

// deadline is the record's deadline, 0 when it has none.
func (h *header) deadline() int64 {
	if !h.timed() {
		return 0
	}
	return h.timer().Deadline()
}

// dead reports whether the record's time has come.
func (h *header) dead(now int64) bool { return h.timed() && h.timer().Deadline() <= now }

// num is the value of an integer.
func (h *header) num() int64 { return int64(binary.LittleEndian.Uint64(h.value())) }

// isObject reports whether the value is not in the record.
func (h *header) isObject() bool { return h.kind() != String && h.enc() == EncObject }

// isInt reports whether the value is a string that is stored as a number.
func (h *header) isInt() bool { return h.kind() == String && h.enc() == encInt }

// objectIndex is the value of a record that is an object.
func (h *header) objectIndex() uint32 { return binary.LittleEndian.Uint32(h.value()) }

// records finds keys and timers in an arena, for the dict and the timer wheel.
type records struct{ *arena.Arena }

// Key implements dict.Traits.
func (r records) Key(ref arena.Ref) []byte { return headerOf(r.Arena, ref).key() }

// Node implements expire.Nodes.
func (r records) Node(ref uint32) *expire.Node { return headerOf(r.Arena, arena.Ref(ref)).timer() }

// tableMemory is where a keyspace's dict has its buckets.
type tableMemory struct{ *arena.Arena }

// Alloc implements dict.Memory.
func (m tableMemory) Alloc(size int) (unsafe.Pointer, uint32) {
	ref := m.Arena.Alloc(size)
	return m.At(ref), uint32(ref)
}

// Free implements dict.Memory.
func (m tableMemory) Free(ref uint32) { m.Arena.Free(arena.Ref(ref)) }
