package sets

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store/ds/set"
)

var readSpecs = []command.Spec{
	{Name: "scard", Group: command.Set, Summary: "Returns the number of members of a set.", Since: "1.0.0", Complexity: "O(1)",
		Arity: 2, Flags: command.ReadOnly | command.Fast, Syntax: "key", Keys: command.KeyAt(1, command.RO), Run: scard},
	{Name: "sismember", Group: command.Set, Summary: "Tells whether a set has a member.", Since: "1.0.0", Complexity: "O(1)",
		Arity: 3, Flags: command.ReadOnly | command.Fast, Syntax: "key member", Keys: command.KeyAt(1, command.RO), Run: sismember},
	{Name: "smismember", Group: command.Set, Summary: "Tells which of some members a set has.", Since: "6.2.0",
		Complexity: "O(N) where N is the number of members asked for", Arity: -3, Flags: command.ReadOnly | command.Fast,
		Syntax: "key member [member ...]", Keys: command.KeyAt(1, command.RO|command.Access), Run: smismember},
	{Name: "smembers", Group: command.Set, Summary: "Returns all members of a set.", Since: "1.0.0",
		Complexity: "O(N) where N is the number of members", Arity: 2, Flags: command.ReadOnly, Syntax: "key",
		Keys: command.KeyAt(1, command.RO|command.Access), Tips: []string{"nondeterministic_output_order"}, Run: smembers},
	{Name: "sscan", Group: command.Set, Summary: "Lists the members of a set step by step.", Since: "2.8.0",
		Complexity: "O(1) a call, O(N) for all, with N the number of members", Arity: -3, Flags: command.ReadOnly,
		Syntax: "key cursor:integer [MATCH pattern:pattern] [COUNT count:integer]",
		Keys:   command.KeyAt(1, command.RO|command.Access), Tips: []string{"nondeterministic_output"}, Run: sscan},
}

func scard(c *command.Ctx) {
	var s set.Set
	found, ok := lookup(c, c.Args[1], &s)
	switch {
	case found:
		c.Out.Int(int64(s.Len()))
	case ok:
		c.Out.Int(0)
	}
}

func sismember(c *command.Ctx) {
	var s set.Set
	if found, ok := lookup(c, c.Args[1], &s); ok {
		c.Out.Bool(found && s.Has(c.Args[2]))
	}
}

func smismember(c *command.Ctx) {
	var s set.Set
	found, ok := lookup(c, c.Args[1], &s)
	if !ok {
		return
	}
	c.Out.Array(len(c.Args) - 2)
	for _, m := range c.Args[2:] {
		c.Out.Bool(found && s.Has(m))
	}
}

func smembers(c *command.Ctx) {
	var s set.Set
	found, ok := lookup(c, c.Args[1], &s)
	if !ok {
		return
	}
	if !found {
		c.Out.Set(0)
		return
	}
	replyAll(c, &s)
}

func replyAll(c *command.Ctx, s *set.Set) {
	c.Out.Set(s.Len())
	replyMembers(c, s)
}

// replyMembers writes the members without what tells their number.
func replyMembers(c *command.Ctx, s *set.Set) {
	s.Each(func(member []byte) bool { c.Out.Bulk(member); return true })
}

func sscan(c *command.Ctx) {
	cursor, ok := c.ParseCursor(2)
	if !ok {
		return
	}
	var s set.Set
	found, ok := lookup(c, c.Args[1], &s)
	if !ok {
		return
	}
	if !found {
		c.ReplyCursor(0)
		c.Out.EmptyArray()
		return
	}
	o, ok := c.ParseScan(3)
	if !ok {
		return
	}
	c.ReplyScan(cursor, &o, func(cursor uint64, out *resp.Writer) (next uint64, looked, replies int) {
		next = s.Scan(cursor, func(member []byte) {
			looked++
			if o.Matches(member) {
				out.Bulk(member)
				replies++
			}
		})
		return next, looked, replies
	})
}
