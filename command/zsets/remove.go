package zsets

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

const removeComplexity = "O(log(N)+M) with N the number of members in the set, and M of those removed"

var removeSpecs = []command.Spec{
	{Name: "zrem", Group: command.SortedSet, Summary: "Removes members from a sorted set.", Since: "1.2.0",
		Complexity: "O(M*log(N)) with N the number of members in the set, and M of those to be removed", Arity: -3, Flags: writeFast,
		Syntax: "key member [member ...]", Keys: command.KeyAt(1, command.RW|command.Delete), Run: zrem},
	{Name: "zremrangebyrank", Group: command.SortedSet, Summary: "Removes the members in a range of places.", Since: "2.0.0",
		Complexity: removeComplexity, Arity: 4, Flags: command.Write, Syntax: "key start:integer stop:integer",
		Keys: command.KeyAt(1, command.RW|command.Delete), Run: func(c *command.Ctx) { removeRange(c, byRank, "zremrangebyrank") }},
	{Name: "zremrangebyscore", Group: command.SortedSet, Summary: "Removes the members whose scores are in a range.", Since: "1.2.0",
		Complexity: removeComplexity, Arity: 4, Flags: command.Write, Syntax: "key min:double max:double",
		Keys: command.KeyAt(1, command.RW|command.Delete), Run: func(c *command.Ctx) { removeRange(c, byScore, "zremrangebyscore") }},
	{Name: "zremrangebylex", Group: command.SortedSet, Summary: "Removes the members that are in a range, where all scores are the same.",
		Since: "2.8.9", Complexity: removeComplexity, Arity: 4, Flags: command.Write, Syntax: "key min max",
		Keys: command.KeyAt(1, command.RW|command.Delete), Run: func(c *command.Ctx) { removeRange(c, byMember, "zremrangebylex") }},
}

func zrem(c *command.Ctx) {
	z, ok := edit(c, c.Args[1])
	if !ok {
		return
	}
	n := 0
	for _, member := range c.Args[2:] {
		if z.Remove(member) {
			n++
		}
	}
	if n > 0 {
		removed(c, &z, "zrem", c.Args[1])
	}
	c.Out.Int(int64(n))
}

var removeByRankWord = []byte("ZREMRANGEBYRANK")

func removeRange(c *command.Ctx, b by, event string) {
	r := bounds{by: b}
	if !r.parse(c, 2, 3) {
		return
	}
	z, ok := edit(c, c.Args[1])
	if !ok {
		return
	}
	from, to := r.ranks(&z.ZSet, false)
	if to > from {
		if r.vague(&z.ZSet) {
			c.Tx.Effect(removeByRankWord, c.Args[1], store.AppendInt(nil, int64(from)), store.AppendInt(nil, int64(to-1)))
		}
		z.RemoveRange(from, to)
		removed(c, &z, event, c.Args[1])
	}
	c.Out.Int(int64(to - from))
}
