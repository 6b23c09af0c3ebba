package strings

// Counters: strings that are integers.

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

const counterFlags = command.Write | command.DenyOOM | command.Fast

var incrSpecs = []command.Spec{
	{Name: "incr", Group: command.String, Summary: "Adds one to the integer under a key; a missing one counts as 0.",
		Since: "1.0.0", Complexity: "O(1)", Arity: 2, Flags: counterFlags, Syntax: "key",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Update), Run: func(c *command.Ctx) { add(c, 1) }},
	{Name: "decr", Group: command.String, Summary: "Subtracts one from the integer under a key; a missing one counts as 0.",
		Since: "1.0.0", Complexity: "O(1)", Arity: 2, Flags: counterFlags, Syntax: "key",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Update), Run: func(c *command.Ctx) { add(c, -1) }},
	{Name: "incrby", Group: command.String, Summary: "Adds a number to the integer under a key; a missing one counts as 0.",
		Since: "1.0.0", Complexity: "O(1)", Arity: 3, Flags: counterFlags, Syntax: "key increment:integer",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Update), Run: incrby},
	{Name: "decrby", Group: command.String, Summary: "Subtracts a number from the integer under a key; a missing one counts as 0.",
		Since: "1.0.0", Complexity: "O(1)", Arity: 3, Flags: counterFlags, Syntax: "key decrement:integer",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Update), Run: decrby},
}

func incrby(c *command.Ctx) {
	if delta, ok := c.Int(2); ok {
		add(c, delta)
	}
}

func decrby(c *command.Ctx) {
	delta, ok := c.Int(2)
	if !ok {
		return
	}
	if delta == math.MinInt64 { // has no opposite
		c.Out.Error("ERR decrement would overflow")
		return
	}
	add(c, -delta)
}

// add adds delta to the integer under the first key.
func add(c *command.Ctx, delta int64) {
	key := c.Args[1]
	e := c.Tx.Write(key)
	if !c.Want(e, store.String) {
		return
	}
	var n int64
	if e != nil {
		var ok bool
		if n, ok = e.Int(); !ok {
			c.Out.Error(command.ErrNotInt)
			return
		}
	}
	sum := n + delta
	if delta > 0 && sum < n || delta < 0 && sum > n {
		c.Out.Error("ERR increment or decrement would overflow")
		return
	}
	if e != nil {
		c.Tx.ReplaceInt(e, sum)
	} else {
		c.Tx.SetInt(key, sum, false)
	}
	c.Tx.Notify(store.EventString, "incrby", key)
	c.Out.Int(sum)
}
