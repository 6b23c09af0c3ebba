package zset

// What a range may be.

import "bytes"

// ScoreRange is a range of scores.
type ScoreRange struct {
	Min, Max         float64
	MinOpen, MaxOpen bool // the bound itself is not in it
}

// empty reports whether nothing can be in the range.
func (r ScoreRange) empty() bool { return r.Min > r.Max || r.Min == r.Max && (r.MinOpen || r.MaxOpen) }

// fromMin reports whether a score is not below the range, and toMax that it is not above.
func (r ScoreRange) fromMin(score float64) bool {
	return score > r.Min || score == r.Min && !r.MinOpen
}

func (r ScoreRange) toMax(score float64) bool { return score < r.Max || score == r.Max && !r.MaxOpen }

// LexRange is a range of members.
type LexRange struct{ Min, Max LexBound }

// LexBound is one end of it.
type LexBound struct {
	Kind   LexKind
	Member []byte
	Open   bool // the member itself is not in the range
}

// LexKind tells what a bound is.
type LexKind uint8

// A bound is a member, or comes before or after all of them.
const (
	LexMember LexKind = iota
	LexFirst
	LexLast
)

// compare orders bounds as members.
func (b LexBound) compare(other LexBound) int {
	switch {
	case b.Kind == LexMember && other.Kind == LexMember:
		return bytes.Compare(b.Member, other.Member)
	case b.Kind == other.Kind:
		return 0
	case b.Kind == LexFirst || other.Kind == LexLast:
		return -1
	}
	return 1
}

// empty reports whether nothing can be in the range.
func (r LexRange) empty() bool {
	order := r.Min.compare(r.Max)
	return order > 0 || order == 0 && (r.Min.Kind != LexMember || r.Min.Open || r.Max.Open)
}

// fromMin reports whether a member is not below the range, and toMax that it is not above.
func (r LexRange) fromMin(member []byte) bool {
	if r.Min.Kind != LexMember {
		return r.Min.Kind == LexFirst
	}
	order := bytes.Compare(member, r.Min.Member)
	return order > 0 || order == 0 && !r.Min.Open
}

func (r LexRange) toMax(member []byte) bool {
	if r.Max.Kind != LexMember {
		return r.Max.Kind == LexLast
	}
	order := bytes.Compare(member, r.Max.Member)
	return order < 0 || order == 0 && !r.Max.Open
}
