package zsets

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/zset"
)

const (
	rangeComplexity = "O(log(N)+M) with N the number of members in the set, and M of those returned"
	limitSyntax     = "[LIMIT offset:integer count:integer]"
)

var rangeSpecs = []command.Spec{
	{Name: "zrange", Group: command.SortedSet, Summary: "Returns the members in a range of places, scores or members.", Since: "1.2.0",
		Complexity: rangeComplexity, Arity: -4, Flags: command.ReadOnly, Keys: command.KeyAt(1, command.RO|command.Access),
		Syntax: "key start stop sortby:[BYSCORE | BYLEX] [REV] " + limitSyntax + " [WITHSCORES]",
		Run:    func(c *command.Ctx) { readRange(c, byAny, false) }},
	{Name: "zrangestore", Group: command.SortedSet, Summary: "Stores the members in a range of places, scores or members under a key.",
		Since: "6.2.0", Complexity: "O(log(N)+M) with N the number of members in the set, and M of those stored", Arity: -5,
		Flags: command.Write | command.DenyOOM, Syntax: "dst:key src:key min max sortby:[BYSCORE | BYLEX] [REV] " + limitSyntax,
		Keys: []command.KeySpec{{Flags: command.OW | command.Update, Index: 1, Step: 1}, {Flags: command.RO | command.Access, Index: 2, Step: 1}},
		Run:  zrangestore},
}

// oldRangeSpecs are the commands that ZRANGE can stand for.
var oldRangeSpecs = []command.Spec{
	oldRange(byRank, true, command.Spec{Name: "zrevrange", Since: "1.2.0", ReplacedBy: "`ZRANGE` with the `REV` argument",
		Summary: "Returns the members in a range of places counted from the end.", Syntax: "key start:integer stop:integer [WITHSCORES]"}),
	oldRange(byScore, false, command.Spec{Name: "zrangebyscore", Since: "1.0.5", ReplacedBy: "`ZRANGE` with the `BYSCORE` argument",
		Summary: "Returns the members whose scores are in a range.", Syntax: "key min:double max:double [WITHSCORES] " + limitSyntax}),
	oldRange(byScore, true, command.Spec{Name: "zrevrangebyscore", Since: "2.2.0", ReplacedBy: "`ZRANGE` with the `REV` and `BYSCORE` arguments",
		Summary: "Returns the members whose scores are in a range, the last one first.", Syntax: "key max:double min:double [WITHSCORES] " + limitSyntax}),
	oldRange(byMember, false, command.Spec{Name: "zrangebylex", Since: "2.8.9", ReplacedBy: "`ZRANGE` with the `BYLEX` argument",
		Summary: "Returns the members that are in a range, where all scores are the same.", Syntax: "key min max " + limitSyntax}),
	oldRange(byMember, true, command.Spec{Name: "zrevrangebylex", Since: "2.8.9", ReplacedBy: "`ZRANGE` with the `REV` and `BYLEX` arguments",
		Summary: "Returns the members that are in a range, where all scores are the same, the last one first.", Syntax: "key max min " + limitSyntax}),
}

// oldRange completes the declaration of a command that is for one kind of range and one direction only.
func oldRange(b by, reverse bool, s command.Spec) command.Spec {
	s.Group, s.Deprecated, s.Complexity, s.Arity = command.SortedSet, "6.2.0", rangeComplexity, -4
	s.Flags, s.Keys = command.ReadOnly, command.KeyAt(1, command.RO|command.Access)
	s.Run = func(c *command.Ctx) { readRange(c, b, reverse) }
	return s
}

// rangeRequest is which members a ZRANGE asks for, and how.
type rangeRequest struct {
	bounds
	reverse    bool
	withScores bool
	limit      limit
}

// parseRange reads a range whose ends are at the arguments i and i+1. What b and reverse leave open, the options behind them
// say; where the result is stored there is no WITHSCORES.
func parseRange(c *command.Ctx, i int, b by, reverse, stored bool) (r rangeRequest, ok bool) {
	r.by, r.reverse, r.limit.count = b, reverse, -1
	fixed := b != byAny
	for j := i + 2; j < len(c.Args); j++ {
		switch word := c.Args[j]; {
		case !stored && command.EqualFold(word, "withscores"):
			r.withScores = true
		case command.EqualFold(word, "limit") && j+2 < len(c.Args):
			if r.limit.offset, ok = c.Int(j + 1); !ok {
				return r, false
			}
			if r.limit.count, ok = c.Int(j + 2); !ok {
				return r, false
			}
			j += 2
		case !fixed && !r.reverse && command.EqualFold(word, "rev"):
			r.reverse = true
		case r.by == byAny && command.EqualFold(word, "bylex"):
			r.by = byMember
		case r.by == byAny && command.EqualFold(word, "byscore"):
			r.by = byScore
		default:
			c.Out.Error(command.ErrSyntax)
			return r, false
		}
	}
	if r.by == byAny {
		r.by = byRank
	}
	if r.limit.count != -1 && r.by == byRank {
		c.Out.Error("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
		return r, false
	}
	if r.withScores && r.by == byMember {
		c.Out.Error("ERR syntax error, WITHSCORES not supported in combination with BYLEX")
		return r, false
	}
	low, high := i, i+1
	if r.reverse && r.by != byRank {
		low, high = high, low
	}
	return r, r.parse(c, low, high)
}

// find is the range in ranks.
func (r *rangeRequest) find(z *store.ZSet) (from, to int) {
	from, to = r.ranks(z, r.reverse)
	if r.by != byRank {
		from, to = r.limit.apply(from, to, r.reverse)
	}
	return from, to
}

func readRange(c *command.Ctx, b by, reverse bool) {
	r, ok := parseRange(c, 2, b, reverse, false)
	if !ok {
		return
	}
	z, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	from, to := r.find(&z)
	it := z.Iter(from, to, r.reverse)
	replyMembers(c, &it, r.withScores)
}

func zrangestore(c *command.Ctx) {
	r, ok := parseRange(c, 3, byAny, false, true)
	if !ok {
		return
	}
	z, ok := lookup(c, c.Args[2])
	if !ok {
		return
	}
	vague := r.vague(&z)
	from, to := r.find(&z)
	it, lim := z.Iter(from, to, r.reverse), limits(c)
	b := zset.NewBuilder(it.Left())
	// A packed set knows no negative zero, and Redis begins with one, unless it knows beforehand that it will not do.
	packed := r.by != byRank || it.Left() <= lim.Entries
	for member, ok := it.Next(); ok; member, ok = it.Next() {
		score := it.Score()
		packed = packed && b.Len() < lim.Entries && len(member) <= lim.Value
		if packed && score == 0 {
			score = 0
		}
		b.Put(member, score)
	}
	changed := storeBuilt(c, c.Args[1], b, "zrangestore")
	switch {
	case !changed || !vague:
	case to > from:
		c.Tx.Effect(c.Args[0], c.Args[1], c.Args[2], store.AppendInt(nil, int64(from)), store.AppendInt(nil, int64(to-1)))
	default:
		c.Tx.Effect(delWord, c.Args[1])
	}
}

var delWord = []byte("DEL")

// storeBuilt stores a result under key and replies the number of its members. An empty one deletes the key. It reports whether
// anything was changed.
func storeBuilt(c *command.Ctx, key []byte, b *zset.Builder, event string) (changed bool) {
	n := b.Len()
	changed = n > 0
	if n > 0 {
		c.Tx.PutZSet(key, b, limits(c))
		c.Tx.Notify(store.EventZSet, event, key)
	} else if c.Tx.Delete(key) {
		changed = true
		c.Tx.Notify(store.EventGeneric, "del", key)
	}
	c.Out.Int(int64(n))
	return changed
}
