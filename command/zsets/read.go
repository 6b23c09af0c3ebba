package zsets

import (
	"github.com/miniredisd/miniredisd/command"
)

var readSpecs = []command.Spec{
	{Name: "zcard", Group: command.SortedSet, Summary: "Returns the number of members in a sorted set.", Since: "1.2.0",
		Complexity: "O(1)", Arity: 2, Flags: readFast, Syntax: "key", Keys: command.KeyAt(1, command.RO), Run: zcard},
	{Name: "zscore", Group: command.SortedSet, Summary: "Returns the score of a member of a sorted set.", Since: "1.2.0",
		Complexity: "O(1)", Arity: 3, Flags: readFast, Syntax: "key member", Keys: command.KeyAt(1, command.RO|command.Access), Run: zscore},
	{Name: "zmscore", Group: command.SortedSet, Summary: "Returns the scores of members of a sorted set.", Since: "6.2.0",
		Complexity: "O(N) with N the number of members asked for", Arity: -3, Flags: readFast, Syntax: "key member [member ...]",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: zmscore},
	{Name: "zcount", Group: command.SortedSet, Summary: "Counts the members whose scores are in a range.", Since: "2.0.0",
		Complexity: "O(log(N)) with N the number of members in the set", Arity: 4, Flags: readFast, Syntax: "key min:double max:double",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: zcount},
	{Name: "zlexcount", Group: command.SortedSet, Summary: "Counts the members that are in a range, where all scores are the same.",
		Since: "2.8.9", Complexity: "O(log(N)) with N the number of members in the set", Arity: 4, Flags: readFast,
		Syntax: "key min max", Keys: command.KeyAt(1, command.RO|command.Access), Run: zlexcount},
}

func zcard(c *command.Ctx) {
	if z, ok := lookup(c, c.Args[1]); ok {
		c.Out.Int(int64(z.Len()))
	}
}

func zscore(c *command.Ctx) {
	z, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	score, ok := z.Score(c.Args[2])
	if !ok {
		c.Out.Null()
		return
	}
	c.Out.Double(score)
}

func zmscore(c *command.Ctx) {
	z, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	c.Out.Array(len(c.Args) - 2)
	for _, member := range c.Args[2:] {
		if score, ok := z.Score(member); ok {
			c.Out.Double(score)
		} else {
			c.Out.Null()
		}
	}
}

func zcount(c *command.Ctx) {
	r, ok := parseScores(c, c.Args[2], c.Args[3])
	if !ok {
		return
	}
	if z, ok := lookup(c, c.Args[1]); ok {
		from, to := z.ScoreRange(r)
		c.Out.Int(int64(to - from))
	}
}

func zlexcount(c *command.Ctx) {
	r, ok := parseMembers(c, c.Args[2], c.Args[3])
	if !ok {
		return
	}
	if z, ok := lookup(c, c.Args[1]); ok {
		from, to := z.LexRange(r, false)
		c.Out.Int(int64(to - from))
	}
}
