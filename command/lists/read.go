package lists

import (
	"github.com/miniredisd/miniredisd/command"
)

var readSpecs = []command.Spec{
	{Name: "llen", Group: command.List, Summary: "Returns the length of a list.", Since: "1.0.0", Complexity: "O(1)", Arity: 2,
		Flags: command.ReadOnly | command.Fast, Syntax: "key", Keys: command.KeyAt(1, command.RO), Run: llen},
	{Name: "lindex", Group: command.List, Summary: "Returns the element at a place in a list.", Since: "1.0.0",
		Complexity: "O(N) where N is the distance from the nearer end; O(1) at the ends", Arity: 3, Flags: command.ReadOnly,
		Syntax: "key index:integer", Keys: command.KeyAt(1, command.RO|command.Access), Run: lindex},
	{Name: "lrange", Group: command.List, Summary: "Returns the elements between two places in a list.", Since: "1.0.0",
		Complexity: "O(S+N) where S is the distance from the nearer end and N the number of elements returned", Arity: 4,
		Flags: command.ReadOnly, Syntax: "key start:integer stop:integer",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: lrange},
}

func llen(c *command.Ctx) {
	l, ok := lookup(c, c.Args[1])
	switch {
	case !ok:
	case l == nil:
		c.Out.Int(0)
	default:
		c.Out.Int(int64(l.Len()))
	}
}

func lindex(c *command.Ctx) {
	l, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	if l == nil { // whatever the index is
		c.Out.Null()
		return
	}
	i, ok := c.Int(2)
	if !ok {
		return
	}
	if i < int64(-l.Len()) || i >= int64(l.Len()) {
		c.Out.Null()
		return
	}
	v, _ := l.Index(int(i))
	c.Out.Buf = appendElement(c.Out.Buf, v)
}

func lrange(c *command.Ctx) {
	from, ok := c.Int(2)
	if !ok {
		return
	}
	to, ok := c.Int(3)
	if !ok {
		return
	}
	l, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	if l == nil {
		c.Out.EmptyArray()
		return
	}
	replyRange(c, l, clampIndex(from, l.Len()), clampIndex(to, l.Len()))
}
