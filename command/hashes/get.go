package hashes

// Commands that look at fields by their names.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

const readFlags = command.ReadOnly | command.Fast

var getSpecs = []command.Spec{
	{Name: "hget", Group: command.Hash, Summary: "Returns the value of a field of a hash.", Since: "2.0.0",
		Complexity: "O(1)", Arity: 3, Flags: readFlags, Syntax: "key field",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: hget},
	{Name: "hmget", Group: command.Hash, Summary: "Returns the values of fields of a hash.", Since: "2.0.0",
		Complexity: perField, Arity: -3, Flags: readFlags, Syntax: "key field [field ...]",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: hmget},
	{Name: "hexists", Group: command.Hash, Summary: "Tells whether a hash has a field.", Since: "2.0.0",
		Complexity: "O(1)", Arity: 3, Flags: readFlags, Syntax: "key field", Keys: command.KeyAt(1, command.RO), Run: hexists},
	{Name: "hstrlen", Group: command.Hash, Summary: "Returns the length of the value of a field in bytes.", Since: "3.2.0",
		Complexity: "O(1)", Arity: 3, Flags: readFlags, Syntax: "key field", Keys: command.KeyAt(1, command.RO), Run: hstrlen},
	{Name: "hlen", Group: command.Hash, Summary: "Returns the number of fields of a hash.", Since: "2.0.0",
		Complexity: "O(1)", Arity: 2, Flags: readFlags, Syntax: "key", Keys: command.KeyAt(1, command.RO), Run: hlen},
}

// replyField replies the value of a field, null when there is none.
func replyField(c *command.Ctx, h *store.Hash, found bool, field []byte) (has bool) {
	if found {
		var n number
		if value, ok := h.Get(field, n[:]); ok {
			c.Out.Bulk(value)
			return true
		}
	}
	c.Out.Null()
	return false
}

func hget(c *command.Ctx) {
	h, found, ok := lookup(c)
	if ok {
		replyField(c, &h, found, c.Args[2])
		h.Reap()
	}
}

func hmget(c *command.Ctx) {
	h, found, ok := lookup(c)
	if !ok {
		return
	}
	c.Out.Array(len(c.Args) - 2)
	for _, field := range c.Args[2:] {
		replyField(c, &h, found, field)
	}
	h.Reap()
}

func hexists(c *command.Ctx) {
	_, has, ok := value(c)
	if ok {
		c.Out.Bool(has)
	}
}

func hstrlen(c *command.Ctx) {
	length, _, ok := value(c)
	if ok {
		c.Out.Int(int64(length))
	}
}

// value looks at the one field that argument 2 names.
func value(c *command.Ctx) (length int, has, ok bool) {
	h, found, ok := lookup(c)
	if !ok || !found {
		return 0, false, ok
	}
	var n number
	v, has := h.Get(c.Args[2], n[:])
	length = len(v)
	h.Reap()
	return length, has, true
}

func hlen(c *command.Ctx) {
	h, found, ok := lookup(c)
	switch {
	case !ok:
	case !found:
		c.Out.Int(0)
	default:
		c.Out.Int(int64(h.Len()))
	}
}
