package zset

// Finding places in the tree.

import (
	"bytes"

	"github.com/miniredisd/miniredisd/store/ds/slab"
)

// path is the way from the root to a leaf: the inner node of each level above the leaves, from the lowest on, and which of
// its children the way goes on to.
type path [maxHeight]step

type step struct {
	node *inner
	i    int
}

// rank is the number of elements before the leaf that the path leads to.
func (p *path) rank(height int) (rank int) {
	for _, st := range p[:height] {
		for _, c := range st.node.counts[:st.i] {
			rank += int(c)
		}
	}
	return rank
}

// A cut divides the elements into those before it and those behind.
type cut struct {
	by     order
	score  float64
	member []byte
	after  bool // elements equal to the cut are before it
}

// order is what a cut looks at.
type order uint8

const (
	byElement order = iota // score, then member
	byScore                // score alone
	byMember               // member alone: all scores must be equal
)

// search is the number of elements before the cut, of a node's keys.
func (s *Set) search(c *cut, scores []float64, refs []slab.Ref) int {
	lo, hi := 0, len(scores)
	if c.by != byMember {
		lo = atLeast(scores, c.score)
		if lo == hi || scores[lo] != c.score {
			return lo
		}
		if c.by == byScore && !c.after {
			return lo
		}
		hi = lo + above(scores[lo:], c.score)
		if c.by == byScore {
			return hi
		}
	}
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		order := bytes.Compare(s.member(refs[mid]), c.member)
		if order < 0 || order == 0 && c.after {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// atLeast is the first place of a score that is not less.
func atLeast(scores []float64, score float64) int {
	lo, hi := 0, len(scores)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if scores[mid] < score {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// above is the first place of a score that is greater, where few at the beginning are not, more often than not.
func above(scores []float64, score float64) int {
	lo, hi := 0, 1
	for hi < len(scores) && scores[hi] <= score {
		lo, hi = hi, 2*hi
	}
	hi = min(hi, len(scores))
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if scores[mid] <= score {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// descend finds the leaf that a cut goes through, and the place in it where the first element behind the cut is; that is
// past the leaf's end when the next leaf begins with it. There must be a root.
func (s *Set) descend(p *path, c *cut) (*leaf, int) {
	ref := s.root
	for h := s.height; h > 0; h-- {
		n := s.innerAt(ref)
		i := max(s.search(c, n.scores[:n.n], n.firsts[:n.n])-1, 0)
		p[h-1] = step{n, i}
		ref = n.kids[i]
	}
	l := s.leafAt(ref)
	return l, s.search(c, l.scores[:l.n], l.refs[:l.n])
}

// locate finds an element that is there.
func (s *Set) locate(p *path, member []byte, score float64) (*leaf, int) {
	// Behind the element: before it may be at the end of the leaf before.
	c := cut{by: byElement, score: score, member: member, after: true}
	l, i := s.descend(p, &c)
	return l, i - 1
}

// locateRank finds the element of a rank, less than Len.
func (s *Set) locateRank(p *path, rank int) (*leaf, int) {
	ref := s.root
	for h := s.height; h > 0; h-- {
		n := s.innerAt(ref)
		i := 0
		for rank >= int(n.counts[i]) {
			rank -= int(n.counts[i])
			i++
		}
		p[h-1] = step{n, i}
		ref = n.kids[i]
	}
	return s.leafAt(ref), rank
}

// rankOf is the number of elements before a cut.
func (s *Set) rankOf(c *cut) int {
	if s.root == 0 {
		return 0
	}
	var p path
	_, i := s.descend(&p, c)
	return p.rank(s.height) + i
}

// ScoreRange is the ranks of the members whose scores are in r: from, included, to to, excluded.
func (s *Set) ScoreRange(r ScoreRange) (from, to int) {
	if r.empty() {
		return 0, 0
	}
	from = s.rankOf(&cut{by: byScore, score: r.Min, after: r.MinOpen})
	to = s.rankOf(&cut{by: byScore, score: r.Max, after: !r.MaxOpen})
	return from, max(from, to)
}

// LexRange is the ranks of the members that are in r, where all have the same score.
func (s *Set) LexRange(r LexRange) (from, to int) {
	if s.root == 0 || r.empty() || !s.touches(r) {
		return 0, 0
	}
	from, to = s.lexRank(r.Min, false), s.lexRank(r.Max, true)
	return from, max(from, to)
}

// touches reports whether the last member is not below the range, and the first not above. Where scores differ that may be
// so though there are members in the range; Redis takes it as an answer then, too.
func (s *Set) touches(r LexRange) bool {
	first, last := s.leafAt(s.first), s.leafAt(s.last)
	return r.fromMin(s.member(last.refs[last.n-1])) && r.toMax(s.member(first.refs[0]))
}

// lexRank is the number of members before a bound.
func (s *Set) lexRank(b LexBound, upper bool) int {
	switch b.Kind {
	case LexFirst:
		return 0
	case LexLast:
		return s.Len()
	}
	return s.rankOf(&cut{by: byMember, member: b.Member, after: b.Open != upper})
}
