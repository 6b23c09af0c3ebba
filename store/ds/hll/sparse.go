package hll

import "slices"

// The sparse representation: runs of registers with the same value, from the first register to the last.
//
//	00nnnnnn            ZERO   n+1 registers, 1 to 64, of value 0
//	01nnnnnn nnnnnnnn   XZERO  n+1 registers, 1 to 16384, of value 0
//	1vvvvvnn            VAL    n+1 registers, 1 to 4, of value v+1, 1 to 32
//
// Which of the many ways to write the same registers comes out depends on the order in which they were raised. That is
// followed to the byte, so that a log gives the same values in either server.

const (
	xzeroBit = 0x40
	valBit   = 0x80

	maxZeroRun     = 64
	maxValRun      = 4
	maxSparseValue = 32
	// maxSplit is the longest that one run can become in bytes: XZERO VAL XZERO.
	maxSplit = 5
	// mergeScan is how many runs are looked at for neighbours to join.
	mergeScan = 5
)

// run decodes the run at p[i]. size is its length in bytes, 0 when it is cut off.
func run(p []byte, i int) (value uint8, length, size int) {
	switch c := p[i]; {
	case c >= valBit:
		return c>>2&31 + 1, int(c&3) + 1, 1
	case c < xzeroBit:
		return 0, int(c) + 1, 1
	case i+1 < len(p):
		return 0, int(c&^xzeroBit)<<8 + int(p[i+1]) + 1, 2
	}
	return 0, 0, 0
}

// appendRun appends a run, of a length that one can have; nothing if that is 0.
func appendRun(dst []byte, value uint8, length int) []byte {
	n := length - 1
	switch {
	case length == 0:
		return dst
	case value > 0:
		return append(dst, valRun(value, length))
	case length <= maxZeroRun:
		return append(dst, uint8(n))
	}
	return append(dst, xzeroBit|uint8(n>>8), uint8(n))
}

func valRun(value uint8, length int) byte { return valBit | (value-1)<<2 | uint8(length-1) }

// place is a run: where it lies, and its first register.
type place struct{ at, first int }

// raiseSparse is Raise for a sparse sketch.
func (s Sketch) raiseSparse(index int, value uint8, limit int) (Sketch, bool, error) {
	s, _, changed, err := s.raiseFrom(place{headerSize, 0}, index, value, limit)
	return s, changed, err
}

// raiseFrom looks for the register from the run at from on, which must not be the register's own unless it is the first.
// It returns the run before the register's: a place to look for a later register from, as long as that is not in this run.
func (s Sketch) raiseFrom(from place, index int, value uint8, limit int) (_ Sketch, before place, changed bool, err error) {
	if value > maxSparseValue {
		s, changed, err = s.promote(index, value)
		return s, from, changed, err
	}
	before = from
	own, old, length, size := s.seek(from, index, &before)
	switch {
	case size == 0:
		return s, from, false, ErrCorrupt
	case old >= value:
		return s, before, false, nil
	}
	var buf [maxSplit]byte
	split := appendRun(buf[:0], old, index-own.first)
	split = appendRun(split, value, 1)
	split = appendRun(split, old, own.first+length-1-index)
	if more := len(split) - size; more > 0 && len(s)+more > limit {
		s, changed, err = s.promote(index, value)
		return s, from, changed, err
	}
	s = slices.Replace(s, own.at, own.at+size, split...)
	return s.join(before.at), before, true, nil
}

// seek finds the run with a register, and in before the one in front of it, if there is one from from on. size is 0 when the
// runs end before.
func (s Sketch) seek(from place, index int, before *place) (at place, value uint8, length, size int) {
	for at = from; at.at < len(s); {
		value, length, size = run(s, at.at)
		if size == 0 || index < at.first+length {
			return at, value, length, size
		}
		*before = at
		at = place{at.at + size, at.first + length}
	}
	return at, 0, 0, 0
}

// covers reports whether the run at p has the register.
func (s Sketch) covers(p place, index int) bool {
	_, length, _ := run(s, p.at)
	return index < p.first+length
}

// join makes one run of two neighbours with the same value, in a few runs from at on.
func (s Sketch) join(at int) Sketch {
	for scan := 0; scan < mergeScan && at < len(s); scan++ {
		value, length, size := run(s, at)
		if size == 0 {
			break
		}
		if value > 0 && at+1 < len(s) {
			next, more, _ := run(s, at+1)
			if next == value && length+more <= maxValRun {
				s[at] = valRun(value, length+more)
				s = slices.Delete(s, at+1, at+2)
				continue // with the run that has become longer
			}
		}
		at += size
	}
	return s
}

// promote raises a register of a sparse sketch that becomes dense.
func (s Sketch) promote(index int, value uint8) (Sketch, bool, error) {
	d, err := s.AppendDense(nil)
	if err != nil {
		return s, false, err
	}
	return d, d.raiseDense(index, value), nil
}

// Runs calls visit for each run of a sparse sketch, in order; extended tells XZERO from ZERO. It ends at one that is cut
// off, and does not mind if the registers are too few or too many.
func (s Sketch) Runs(visit func(value uint8, length int, extended bool)) {
	for at := headerSize; at < len(s); {
		value, length, size := run(s, at)
		if size == 0 {
			return
		}
		visit(value, length, size == 2)
		at += size
	}
}

func (s Sketch) countSparse(h *histogram) error {
	registers := 0
	for at := headerSize; at < len(s); {
		value, length, size := run(s, at)
		if registers += length; size == 0 || registers > Registers {
			return ErrCorrupt
		}
		h[value] += length
		at += size
	}
	if registers != Registers {
		return ErrCorrupt
	}
	return nil
}

// mergeSparse raises r to the registers of a sparse sketch.
func (r *Set) mergeSparse(s Sketch) error {
	first := 0
	for at := headerSize; at < len(s); {
		value, length, size := run(s, at)
		if size == 0 || first+length > Registers {
			return ErrCorrupt
		}
		if value > 0 {
			for i := first; i < first+length; i++ {
				r[i] = max(r[i], value)
			}
		}
		first += length
		at += size
	}
	if first != Registers {
		return ErrCorrupt
	}
	return nil
}
