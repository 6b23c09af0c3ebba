// Package hll estimates how many different elements a set has, by HyperLogLog, in the representation that Redis keeps in
// strings: either server reads what the other wrote, byte for byte.
//
// 16384 registers hold, each for its share of the elements, the longest run of zeros seen in their hashes, plus one. A
// Sketch is a string with these registers behind a header of 16 bytes:
//
//	 0      4     5     8             16
//	 +------+-----+-----+-------------+- - - - - -
//	 | HYLL | enc | 000 | cardinality | registers
//	 +------+-----+-----+-------------+- - - - - -
//
//	enc          0: dense (dense.go), 1: sparse (sparse.go)
//	cardinality  the last estimate, little-endian; its highest bit says that the registers have changed since
//
// The bytes may come from anybody. What Check accepts may still be corrupt inside, which every function notices and none
// panics at.
//
// The package knows neither keys nor clocks and imports nothing of the project.
package hll

import (
	"encoding/binary"
	"errors"
)

const (
	// Registers is the number of registers.
	Registers = 1 << indexBits
	// DenseSize is the length of a dense sketch, in bytes.
	DenseSize = headerSize + Registers*registerBits/8
	// MaxSparseSize is the longest that a sparse sketch can be, in bytes: two for each register. What Check accepts may be
	// longer; it is corrupt then.
	MaxSparseSize = headerSize + 2*Registers

	headerSize   = 16
	indexBits    = 14
	registerBits = 6

	encodingAt    = 4 // offsets in the header
	cardinalityAt = 8

	encDense  = 0
	encSparse = 1

	stale = 1 << 63 // of the cardinality
)

// ErrCorrupt tells of a sketch whose registers make no sense.
var ErrCorrupt = errors.New("corrupt HyperLogLog")

// Sketch is the bytes of a string that Check accepts.
type Sketch []byte

// New appends an empty sketch to dst, in the sparse representation.
func New(dst []byte) Sketch {
	dst = append(dst, 'H', 'Y', 'L', 'L', encSparse, 0, 0, 0)
	dst = append(dst, make([]byte, headerSize-cardinalityAt)...)
	return appendRun(dst, 0, Registers)
}

// Check reports whether b looks like a sketch: its header does and, of a dense one, its length.
func Check(b []byte) bool {
	if len(b) < headerSize || string(b[:encodingAt]) != "HYLL" {
		return false
	}
	switch b[encodingAt] {
	case encDense:
		return len(b) == DenseSize
	case encSparse:
		return true
	}
	return false
}

// Dense reports whether the representation is the dense one.
func (s Sketch) Dense() bool { return s[encodingAt] == encDense }

// Cached is the estimate that the header holds; ok is false when the registers have changed since.
func (s Sketch) Cached() (n uint64, ok bool) {
	n = binary.LittleEndian.Uint64(s[cardinalityAt:])
	return n, n&stale == 0
}

// SetCached puts an estimate in the header.
func (s Sketch) SetCached(n uint64) { binary.LittleEndian.PutUint64(s[cardinalityAt:], n) }

// Invalidate marks the estimate in the header as out of date.
func (s Sketch) Invalidate() {
	n, _ := s.Cached()
	s.SetCached(n | stale)
}

// Add adds an element, as Raise does what Locate says of it.
func (s Sketch) Add(element []byte, limit int) (grown Sketch, changed bool, err error) {
	index, value := Locate(element)
	return s.Raise(index, value, limit)
}

// Raise makes a register at least value, and tells whether it was less. A sparse sketch may become longer, like by append,
// and dense when it would be longer than limit, in bytes, or cannot express the value; it is returned. A dense one changes
// in place.
func (s Sketch) Raise(index int, value uint8, limit int) (grown Sketch, changed bool, err error) {
	if s.Dense() {
		changed = s.raiseDense(index, value)
	} else {
		s, changed, err = s.raiseSparse(index, value, limit)
	}
	if changed {
		s.Invalidate()
	}
	return s, changed, err
}

// Count estimates the number of different elements from the registers.
func (s Sketch) Count() (uint64, error) {
	var h histogram
	if s.Dense() {
		s.countDense(&h)
	} else if err := s.countSparse(&h); err != nil {
		return 0, err
	}
	return h.estimate(), nil
}

// AppendDense appends the sketch to dst in the dense representation, with the estimate that it has.
func (s Sketch) AppendDense(dst []byte) (Sketch, error) {
	if s.Dense() {
		return append(dst, s...), nil
	}
	var r Set
	if err := r.Merge(s); err != nil {
		return nil, err
	}
	dst = append(dst, s[:headerSize]...)
	dst = append(dst, make([]byte, DenseSize-headerSize)...)
	d := Sketch(dst[len(dst)-DenseSize:])
	d[encodingAt] = encDense
	d.pack(&r)
	return dst, nil
}
