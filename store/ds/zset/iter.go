package zset

import (
	"strconv"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
	"github.com/miniredisd/miniredisd/store/ds/slab"
)

// maxIntText is the longest text of an int64.
const maxIntText = 20

// Iter walks a range of ranks of a Set or a Packed, neither of which may change meanwhile.
type Iter struct {
	left    int // elements to come
	reverse bool

	set  *Set // nil: packed
	l    *leaf
	i    int  // the next element's place in l
	warm byte // of what was looked at ahead of time

	lp   listpack.Listpack
	next int // where the next member is
	at   int // where the score of the one that was returned last is
	now  float64

	text [maxIntText]byte // of a packed integer
}

// Iter returns an iterator over the ranks from, included, to to, excluded; backwards when reverse.
func (s *Set) Iter(from, to int, reverse bool) Iter {
	it := Iter{set: s, left: to - from, reverse: reverse}
	if it.left <= 0 {
		it.left = 0
		return it
	}
	var p path
	if reverse {
		it.l, it.i = s.locateRank(&p, to-1)
	} else {
		it.l, it.i = s.locateRank(&p, from)
	}
	return it
}

// Iter is that of a Set.
func (z Packed) Iter(from, to int, reverse bool) Iter {
	it := Iter{lp: z.lp(), left: to - from, reverse: reverse}
	if it.left <= 0 {
		it.left = 0
		return it
	}
	if reverse {
		from = to - 1
	}
	it.next = it.lp.Seek(2 * from)
	return it
}

// Next returns the next member; ok is false when there is none. The bytes are good until the next call.
func (it *Iter) Next() (member []byte, ok bool) {
	if it.left == 0 {
		return nil, false
	}
	it.left--
	if it.set != nil {
		return it.set.member(it.step()), true
	}
	return it.nextPacked(), true
}

// step is the block of the next element of a Set.
func (it *Iter) step() slab.Ref {
	l, i := it.l, it.i
	if i%aheadStep == 0 {
		it.lookAhead()
	}
	ref := l.refs[i]
	it.now = l.scores[i]
	switch {
	case it.left == 0:
	case it.reverse:
		if it.i--; it.i < 0 {
			it.l = it.set.leafAt(l.prev)
			it.i = int(it.l.n) - 1
		}
	default:
		if it.i++; it.i == int(l.n) {
			it.l, it.i = it.set.leafAt(l.next), 0
		}
	}
	return ref
}

// aheadStep is how many blocks are looked at ahead of time.
const aheadStep = 8

// lookAhead looks at the blocks that will be needed soon. They lie anywhere in memory; the processor fetches them side by
// side, where it would wait for one after the other as they are read.
func (it *Iter) lookAhead() {
	from := it.i + aheadStep
	if it.reverse {
		from = it.i - 2*aheadStep
	}
	if from < 0 || from+aheadStep > int(it.l.n) || it.left < aheadStep {
		return
	}
	for _, ref := range it.l.refs[from : from+aheadStep] {
		it.warm += it.set.mem.At(ref)[0]
	}
}

func (it *Iter) nextPacked() []byte {
	p := it.next
	s, n, isInt, score := it.lp.Decode(p)
	it.at = score
	switch {
	case it.left == 0:
	case it.reverse:
		it.next = it.lp.Prev(it.lp.Prev(p))
	default:
		it.next = score + it.lp.SizeAt(score)
	}
	if isInt {
		return strconv.AppendInt(it.text[:0], n, 10)
	}
	return s
}

// Left is the number of elements to come.
func (it *Iter) Left() int { return it.left }

// Score is the score of the member that Next returned.
func (it *Iter) Score() float64 {
	if it.set != nil {
		return it.now
	}
	return scoreAt(it.lp, it.at)
}
