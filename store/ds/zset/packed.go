package zset

// A small sorted set: a listpack of members and scores by turns, in order. Redis writes the same bytes.
//
//	| header | member | score | member | score | … | end |
//
// A score that is a whole number of at most 2^62 is an integer, any other the shortest text that reads back.

import (
	"bytes"
	"math"
	"strconv"
	"unsafe"

	"github.com/miniredisd/miniredisd/internal/double"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// Packed is a small sorted set, in a well-formed listpack. Methods that change it return the new one, as append does.
type Packed []byte

// NewPacked returns an empty one.
func NewPacked() Packed { return Packed(listpack.New(listpack.EmptyBytes)) }

// PackedRoom is how many bytes a member takes at the most, beside its score.
func PackedRoom(member []byte) int { return listpack.EntrySize(member) + maxScoreEntry }

const (
	// maxScoreText is the longest text of a score, and maxScoreEntry what it takes as an element.
	maxScoreText  = double.MaxLen
	maxScoreEntry = maxScoreText + 2
)

func (z Packed) lp() listpack.Listpack { return listpack.Listpack(z) }

// Len is the number of members.
func (z Packed) Len() int { return z.lp().Len() / 2 }

// Fits reports whether a member of n bytes may be added, as far as the format goes.
func (z Packed) Fits(n int) bool { return z.lp().Fits(n + maxScoreEntry) }

// scoreAt reads the score at a position.
func scoreAt(lp listpack.Listpack, p int) float64 {
	s, n, isInt := lp.Get(p)
	if isInt {
		return float64(n)
	}
	return parseScore(s)
}

// parseScore reads what appendScore wrote, or what another program did: anything else is 0.
func parseScore(s []byte) float64 {
	f, err := strconv.ParseFloat(unsafe.String(unsafe.SliceData(s), len(s)), 64)
	if err != nil && !math.IsInf(f, 0) || f != f {
		return 0
	}
	return f
}

// appendScore appends the text of a score. There is no negative zero.
func appendScore(dst []byte, score float64) []byte {
	if score == 0 {
		return append(dst, '0')
	}
	return double.Append(dst, score)
}

// Find looks for a member: at is its position, 0 when it is not there.
func (z Packed) Find(member []byte) (at int, score float64) {
	lp := z.lp()
	if at = lp.Find(lp.First(), member, 1); at != 0 {
		score = scoreAt(lp, lp.Next(at))
	}
	return at, score
}

// place is the position before which an element belongs, the end's if none is behind it.
func (z Packed) place(member []byte, score float64) int {
	lp, p := z.lp(), listpack.HeaderSize
	for !lp.AtEnd(p) {
		_, _, _, at := lp.Decode(p)
		switch other := scoreAt(lp, at); {
		case other > score, other == score && compareAt(lp, p, member) > 0:
			return p
		}
		p = at + lp.SizeAt(at)
	}
	return p
}

// compareAt orders the member at a position and another one.
func compareAt(lp listpack.Listpack, p int, member []byte) int {
	s, n, isInt := lp.Get(p)
	if isInt {
		var text [maxIntText]byte
		return bytes.Compare(strconv.AppendInt(text[:0], n, 10), member)
	}
	return bytes.Compare(s, member)
}

// Add adds a member that is not there.
func (z Packed) Add(member []byte, score float64) Packed {
	lp, p := z.lp(), z.place(member, score)
	lp = lp.InsertBefore(p, member)
	var text [maxScoreText]byte
	return Packed(lp.InsertBefore(p+lp.SizeAt(p), appendScore(text[:0], score)))
}

// SetScore changes the score of the member that Find found at a position.
func (z Packed) SetScore(at int, member []byte, score float64) Packed {
	lp := z.lp()
	next, prev := z.after(at), lp.Prev(lp.Prev(at))
	if (lp.AtEnd(next) || z.behind(next, member, score)) && (prev == 0 || !z.behind(prev, member, score)) {
		var text [maxScoreText]byte
		return Packed(lp.Replace(lp.Next(at), appendScore(text[:0], score)))
	}
	return z.removeAt(at, 1).Add(member, score)
}

// after is the position behind an element and its score.
func (z Packed) after(p int) int {
	lp := z.lp()
	p += lp.SizeAt(p)
	return p + lp.SizeAt(p)
}

// behind reports whether the element at a position comes after another one.
func (z Packed) behind(p int, member []byte, score float64) bool {
	lp := z.lp()
	other := scoreAt(lp, lp.Next(p))
	return other > score || other == score && compareAt(lp, p, member) > 0
}

// RemoveAt takes out the member that Find found at a position.
func (z Packed) RemoveAt(at int) Packed { return z.removeAt(at, 1) }

func (z Packed) removeAt(p, n int) Packed {
	lp, _ := z.lp().DeleteAt(p, 2*n)
	return Packed(lp)
}

// RemoveRange takes out the members of the ranks from, included, to to, excluded.
func (z Packed) RemoveRange(from, to int) Packed { return z.removeAt(z.lp().Seek(2*from), to-from) }

// Rank is the number of members before this one, with its score.
func (z Packed) Rank(member []byte) (rank int, score float64, ok bool) {
	at, score := z.Find(member)
	if at == 0 {
		return 0, 0, false
	}
	for p := listpack.HeaderSize; p != at; p = z.after(p) {
		rank++
	}
	return rank, score, true
}

// ScoreRange is that of a Set.
func (z Packed) ScoreRange(r ScoreRange) (from, to int) {
	if r.empty() {
		return 0, 0
	}
	rank, it := 0, z.Iter(0, z.Len(), false)
	for _, ok := it.Next(); ok; _, ok = it.Next() {
		score := it.Score()
		if !r.toMax(score) {
			break
		}
		if rank++; !r.fromMin(score) {
			from = rank
		}
	}
	return from, rank
}

// LexRange is that of a Set, but also says what Redis does where scores differ: a run of members that are in the range, the
// first one when seen from the end where the reading begins.
func (z Packed) LexRange(r LexRange, reverse bool) (from, to int) {
	n := z.Len()
	if n == 0 || r.empty() || !z.touches(r) {
		return 0, 0
	}
	skipped, taken, it := 0, 0, z.Iter(0, n, reverse)
	for member, ok := it.Next(); ok; member, ok = it.Next() {
		begun, goesOn := r.fromMin(member), r.toMax(member)
		if reverse {
			begun, goesOn = goesOn, begun
		}
		if taken == 0 && !begun {
			skipped++
			continue
		}
		if !goesOn {
			break
		}
		taken++
	}
	if reverse {
		return n - skipped - taken, n - skipped
	}
	return skipped, skipped + taken
}

// touches reports whether the last member is not below the range, and the first not above.
func (z Packed) touches(r LexRange) bool {
	n := z.Len()
	last, first := z.Iter(n-1, n, false), z.Iter(0, 1, false)
	m, _ := last.Next()
	if !r.fromMin(m) {
		return false
	}
	m, _ = first.Next()
	return r.toMax(m)
}
