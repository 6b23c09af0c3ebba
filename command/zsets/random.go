package zsets

import (
	"fmt"
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var randomSpecs = []command.Spec{
	{Name: "zrandmember", Group: command.SortedSet, Summary: "Returns random members of a sorted set.", Since: "6.2.0",
		Complexity: "O(N) with N the number of members returned", Arity: -2, Flags: command.ReadOnly,
		Syntax: "key options:[count:integer [WITHSCORES]]", Keys: command.KeyAt(1, command.RO|command.Access),
		Tips: []string{"nondeterministic_output"}, Run: zrandmember},
}

const (
	// walkShare is the part of a set from which on picking members without walking along all of them does not pay: a third.
	walkShare = 3

	outOfRange = "ERR value is out of range"
)

func zrandmember(c *command.Ctx) {
	if len(c.Args) == 2 {
		randomOne(c)
		return
	}
	count, ok := c.Int(2)
	if !ok {
		return
	}
	if count == math.MinInt64 {
		c.Out.Error(fmt.Sprintf("ERR value is out of range, value must between %d and %d", -math.MaxInt64, int64(math.MaxInt64)))
		return
	}
	withScores := len(c.Args) == 4
	if len(c.Args) > 4 || withScores && !command.EqualFold(c.Args[3], "withscores") {
		c.Out.Error(command.ErrSyntax)
		return
	}
	if withScores && (count < -math.MaxInt64/2 || count > math.MaxInt64/2) {
		c.Out.Error(outOfRange)
		return
	}
	z, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	switch n := int64(z.Len()); {
	case count == 0 || n == 0:
		c.Out.EmptyArray()
	case c.RefuseRepeats(-count):
	case count < 0:
		randomRepeated(c, &z, int(-count), withScores)
	case count >= n:
		it := z.All()
		replyMembers(c, &it, withScores)
	case z.Len() <= int(count)*walkShare:
		randomWalk(c, &z, int(count), withScores)
	default:
		randomPicks(c, &z, int(count), withScores)
	}
}

// at replies the member of a rank.
func at(c *command.Ctx, z *store.ZSet, rank int, withScores bool) {
	it := z.Iter(rank, rank+1, false)
	name, _ := it.Next()
	member(c, name, it.Score(), withScores)
}

func randomOne(c *command.Ctx) {
	z, ok := lookup(c, c.Args[1])
	switch {
	case !ok:
	case z.Len() == 0:
		c.Out.Null()
	default:
		at(c, &z, int(c.Tx.Rand(uint64(z.Len()))), false)
	}
}

// randomRepeated replies count members, each drawn from all.
func randomRepeated(c *command.Ctx, z *store.ZSet, count int, withScores bool) {
	header(c, count, withScores)
	for range count {
		at(c, z, int(c.Tx.Rand(uint64(z.Len()))), withScores)
	}
}

// randomWalk replies count different members: it walks along all, and takes each as likely as it is needed.
func randomWalk(c *command.Ctx, z *store.ZSet, count int, withScores bool) {
	header(c, count, withScores)
	it := z.All()
	for left := z.Len(); count > 0; left-- {
		name, _ := it.Next()
		if c.Tx.Rand(uint64(left)) < uint64(count) {
			member(c, name, it.Score(), withScores)
			count--
		}
	}
}

// randomPicks replies count different members, few of many, by Floyd's algorithm: each step draws from one rank more than
// the one before, and takes the new one when the draw is a rank that was taken.
func randomPicks(c *command.Ctx, z *store.ZSet, count int, withScores bool) {
	header(c, count, withScores)
	taken := make(map[int]struct{}, count)
	for top := z.Len() - count; top < z.Len(); top++ {
		rank := int(c.Tx.Rand(uint64(top + 1)))
		if _, again := taken[rank]; again {
			rank = top
		}
		taken[rank] = struct{}{}
		at(c, z, rank, withScores)
	}
}
