package zsets

// Ranges as they are written in arguments, and what they are in ranks.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/zset"
)

// parseScores reads a range of scores: numbers, with a parenthesis before those that are not in it.
func parseScores(c *command.Ctx, low, high []byte) (r zset.ScoreRange, ok bool) {
	if r.Min, r.MinOpen, ok = parseScore(low); ok {
		r.Max, r.MaxOpen, ok = parseScore(high)
	}
	if !ok {
		c.Out.Error("ERR min or max is not a float")
	}
	return r, ok
}

func parseScore(b []byte) (score float64, open, ok bool) {
	if len(b) > 0 && b[0] == '(' {
		b, open = b[1:], true
	}
	score, ok = command.ParseBound(b)
	return score, open, ok
}

// parseMembers reads a range of members: - and + for the ends of all, members behind a bracket or, when they are not in it,
// a parenthesis.
func parseMembers(c *command.Ctx, low, high []byte) (r zset.LexRange, ok bool) {
	if r.Min, ok = parseMember(low); ok {
		r.Max, ok = parseMember(high)
	}
	if !ok {
		c.Out.Error("ERR min or max not valid string range item")
	}
	return r, ok
}

func parseMember(b []byte) (bound zset.LexBound, ok bool) {
	switch {
	case len(b) == 0:
		return bound, false
	case b[0] == '[' || b[0] == '(':
		return zset.LexBound{Member: b[1:], Open: b[0] == '('}, true
	case string(b) == "-":
		return zset.LexBound{Kind: zset.LexFirst}, true
	case string(b) == "+":
		return zset.LexBound{Kind: zset.LexLast}, true
	}
	return bound, false
}

// by is what a range is given by.
type by uint8

const (
	byAny by = iota // the arguments say: rank, unless they say another
	byRank
	byScore
	byMember
)

// bounds is a range by any of them.
type bounds struct {
	by          by
	start, stop int64 // places, counted from the end if negative
	scores      zset.ScoreRange
	members     zset.LexRange
}

// parse reads both ends.
func (b *bounds) parse(c *command.Ctx, low, high int) (ok bool) {
	switch b.by {
	case byScore:
		b.scores, ok = parseScores(c, c.Args[low], c.Args[high])
	case byMember:
		b.members, ok = parseMembers(c, c.Args[low], c.Args[high])
	default:
		if b.start, ok = c.Int(low); ok {
			b.stop, ok = c.Int(high)
		}
	}
	return ok
}

// ranks is the range in ranks. Places are counted from where the reading begins.
func (b *bounds) ranks(z *store.ZSet, reverse bool) (from, to int) {
	switch b.by {
	case byScore:
		return z.ScoreRange(b.scores)
	case byMember:
		return z.LexRange(b.members, reverse)
	}
	n := int64(z.Len())
	start, stop := b.start, b.stop
	if start < 0 {
		start = max(0, start+n)
	}
	if stop < 0 {
		stop += n
	}
	if start > stop || start >= n {
		return 0, 0
	}
	stop = min(stop, n-1)
	if reverse {
		return int(n - 1 - stop), int(n - start)
	}
	return int(start), int(stop + 1)
}

// vague reports whether it depends on how the set is stored which members are in the range: its scores are not the same, though
// the range is one of members. What is logged of such a command are the places that it found.
func (b *bounds) vague(z *store.ZSet) bool {
	if b.by != byMember || z.Len() == 0 {
		return false
	}
	first, last := z.Iter(0, 1, false), z.Iter(z.Len()-1, z.Len(), false)
	first.Next()
	last.Next()
	return first.Score() != last.Score()
}

// limit is the part of a range that LIMIT leaves, counted from where the reading begins. A negative count is no limit.
type limit struct{ offset, count int64 }

func (l limit) apply(from, to int, reverse bool) (int, int) {
	n := int64(to - from)
	if l.offset < 0 || l.offset >= n {
		return 0, 0
	}
	left := n - l.offset
	if l.count >= 0 {
		left = min(left, l.count)
	}
	if reverse {
		to -= int(l.offset)
		return to - int(left), to
	}
	from += int(l.offset)
	return from, from + int(left)
}
