package hll

import "encoding/binary"

// Set is registers of a byte each, in which sketches are united.
type Set [Registers]uint8

// Merge unites r with a sketch: each register becomes the greater of both. If the sketch is corrupt, some have become so.
func (r *Set) Merge(s Sketch) error {
	if s.Dense() {
		r.mergeDense(s)
		return nil
	}
	return r.mergeSparse(s)
}

// Count estimates the number of different elements.
func (r *Set) Count() uint64 {
	var part [4]histogram // as in countDense
	for i := 0; i < len(r); i += 8 {
		w := binary.LittleEndian.Uint64(r[i:])
		if w == 0 {
			part[0][0] += 8
			continue
		}
		for range 2 {
			part[0][w&maxRegister]++
			part[1][w>>8&maxRegister]++
			part[2][w>>16&maxRegister]++
			part[3][w>>24&maxRegister]++
			w >>= 32
		}
	}
	h := sum(&part)
	return h.estimate()
}

// Store raises the registers of a sketch to those of r, in the dense representation if dense, or else as Raise does it.
// None of them may be above its register of r.
func (r *Set) Store(s Sketch, dense bool, limit int) (Sketch, error) {
	from := place{headerSize, 0}
	for i, v := range r {
		if dense || s.Dense() {
			break
		}
		if v == 0 {
			continue
		}
		if s.covers(from, i) {
			from = place{headerSize, 0}
		}
		var err error
		if s, from, _, err = s.raiseFrom(from, i, v, limit); err != nil {
			return s, err
		}
	}
	if dense && !s.Dense() {
		var err error
		if s, err = s.AppendDense(nil); err != nil {
			return s, err
		}
	}
	if s.Dense() {
		s.pack(r)
	}
	s.Invalidate()
	return s, nil
}
