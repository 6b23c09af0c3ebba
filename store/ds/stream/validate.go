package stream

// Checking blocks from outside, before anything else may touch them.

import (
	"errors"
	"math"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// ErrBlock says that a block is malformed.
var ErrBlock = errors.New("stream: malformed block")

// ValidateBlock tells whether bytes that come from outside are a block that belongs to the id base, with its entries in
// ascending order.
func ValidateBlock(base ID, lp listpack.Listpack) error {
	if lp.Validate(true) != nil {
		return ErrBlock
	}
	r := reader{lp: lp, p: listpack.HeaderSize, left: lp.Len()}
	count, deleted, fields := r.int(), r.int(), r.int()
	r.skip(fields)
	if r.int() != 0 || r.bad || count < 0 || deleted < 0 || count > math.MaxInt32 || deleted > math.MaxInt32 {
		return ErrBlock
	}
	var seen, gone int64
	for last := base; r.left > 0; seen++ {
		id, dead := r.entry(base, fields)
		if r.bad || id.Compare(last) < 0 || seen > 0 && id == last {
			return ErrBlock
		}
		if last = id; dead {
			gone++
		}
	}
	if gone != deleted || seen-gone != count || seen == 0 {
		return ErrBlock
	}
	return nil
}

// reader reads elements one by one and notes when they are not what they should be, or not there.
type reader struct {
	lp   listpack.Listpack
	p    int
	left int // elements
	bad  bool
}

// int reads an integer.
func (r *reader) int() int64 {
	if r.bad || r.left == 0 {
		r.bad = true
		return 0
	}
	_, n, isInt, next := r.lp.Decode(r.p)
	r.left--
	r.p = next
	r.bad = !isInt
	return n
}

// skip passes over n elements.
func (r *reader) skip(n int64) {
	if r.bad || n < 0 || n > int64(r.left) {
		r.bad = true
		return
	}
	r.p = skip(r.lp, r.p, int(n))
	r.left -= int(n)
}

// entry reads one entry of the block of base, of which the master entry has that many fields.
func (r *reader) entry(base ID, fields int64) (id ID, deleted bool) {
	flags, ms, seq, before := r.int(), r.int(), r.int(), r.left
	if flags&flagSameFields != 0 {
		r.skip(fields)
	} else {
		n := r.int()
		r.skip(n)
		r.skip(n)
	}
	elements := int64(3 + before - r.left)
	if r.int() != elements || flags < 0 || flags > flagDeleted|flagSameFields {
		r.bad = true
	}
	return ID{base.MS + uint64(ms), base.Seq + uint64(seq)}, flags&flagDeleted != 0
}
