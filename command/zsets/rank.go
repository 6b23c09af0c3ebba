package zsets

import (
	"github.com/miniredisd/miniredisd/command"
)

var rankSpecs = []command.Spec{
	{Name: "zrank", Group: command.SortedSet, Summary: "Returns how many members of a sorted set are before one.", Since: "2.0.0",
		Complexity: "O(log(N)) with N the number of members in the set", Arity: -3, Flags: readFast, Syntax: "key member [WITHSCORE]",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: func(c *command.Ctx) { rank(c, false) }},
	{Name: "zrevrank", Group: command.SortedSet, Summary: "Returns how many members of a sorted set are behind one.", Since: "2.0.0",
		Complexity: "O(log(N)) with N the number of members in the set", Arity: -3, Flags: readFast, Syntax: "key member [WITHSCORE]",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: func(c *command.Ctx) { rank(c, true) }},
}

func rank(c *command.Ctx, reverse bool) {
	if len(c.Args) > 4 {
		c.WrongArity()
		return
	}
	withScore := len(c.Args) == 4
	if withScore && !command.EqualFold(c.Args[3], "withscore") {
		c.Out.Error(command.ErrSyntax)
		return
	}
	z, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	n, score, ok := z.Rank(c.Args[2])
	if ok && reverse {
		n = z.Len() - 1 - n
	}
	switch {
	case !ok && withScore:
		c.Out.NullArray()
	case !ok:
		c.Out.Null()
	case withScore:
		c.Out.Array(2)
		c.Out.Int(int64(n))
		c.Out.Double(score)
	default:
		c.Out.Int(int64(n))
	}
}
