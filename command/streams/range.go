package streams

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

const rangeComplexity = "O(N) where N is the number of entries returned"

var rangeSpecs = []command.Spec{
	{Name: "xlen", Group: command.Stream, Summary: "Returns the number of entries in a stream.", Since: "5.0.0", Complexity: "O(1)",
		Arity: 2, Flags: command.ReadOnly | command.Fast, Syntax: "key", Keys: command.KeyAt(1, command.RO), Run: xlen},
	{Name: "xrange", Group: command.Stream, Summary: "Returns the entries between two ids.", Since: "5.0.0",
		Complexity: rangeComplexity, Arity: -4, Flags: command.ReadOnly, Syntax: "key start end [COUNT count:integer]",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: func(c *command.Ctx) { xrange(c, 2, 3, false) }},
	{Name: "xrevrange", Group: command.Stream, Summary: "Returns the entries between two ids, the last first.", Since: "5.0.0",
		Complexity: rangeComplexity, Arity: -4, Flags: command.ReadOnly, Syntax: "key end start [COUNT count:integer]",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: func(c *command.Ctx) { xrange(c, 3, 2, true) }},
}

func xlen(c *command.Ctx) {
	e := c.Tx.Read(c.Args[1])
	if !c.Want(e, store.StreamKind) {
		return
	}
	if e == nil {
		c.Out.Int(0)
		return
	}
	c.Out.Int(int64(e.Stream().Len()))
}

// xrange replies the entries between the ids that are the arguments at start and end.
func xrange(c *command.Ctx, start, end int, reverse bool) {
	low, ok := from(c, start)
	if !ok {
		return
	}
	high, ok := to(c, end)
	if !ok {
		return
	}
	count, limited := int64(0), false
	for i := 4; i < len(c.Args); i += 2 {
		if i+1 == len(c.Args) || !command.EqualFold(c.Args[i], "count") {
			c.Out.Error(command.ErrSyntax)
			return
		}
		if count, ok = c.Int(i + 1); !ok {
			return
		}
		limited, count = true, max(count, 0)
	}
	e := c.Tx.Read(c.Args[1])
	switch {
	case !c.Want(e, store.StreamKind):
	case e == nil:
		c.Out.EmptyArray()
	case limited && count == 0:
		c.Out.NullArray()
	default:
		replyRange(c, e.Stream(), low, high, count, reverse)
	}
}
