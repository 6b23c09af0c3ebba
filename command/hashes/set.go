package hashes

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

const (
	writeFlags = command.Write | command.DenyOOM | command.Fast
	perField   = "O(N) where N is the number of fields that are named"
)

var setSpecs = []command.Spec{
	{Name: "hset", Group: command.Hash, Summary: "Sets fields of a hash; a missing one is created.", Since: "2.0.0",
		Complexity: perField, Arity: -4, Flags: writeFlags, Syntax: "key <field value> [<field value> ...]",
		Keys: command.KeyAt(1, command.RW|command.Update), Run: hset},
	{Name: "hmset", Group: command.Hash, Summary: "Sets fields of a hash; a missing one is created.", Since: "2.0.0",
		Deprecated: "4.0.0", ReplacedBy: "`HSET` with multiple field-value pairs",
		Complexity: perField, Arity: -4, Flags: writeFlags, Syntax: "key <field value> [<field value> ...]",
		Keys: command.KeyAt(1, command.RW|command.Update), Run: hmset},
	{Name: "hsetnx", Group: command.Hash, Summary: "Sets a field of a hash, unless the hash has it already.", Since: "2.0.0",
		Complexity: "O(1)", Arity: 4, Flags: writeFlags, Syntax: "key field value",
		Keys: command.KeyAt(1, command.RW|command.Insert), Run: hsetnx},
}

func hset(c *command.Ctx) {
	if added, ok := setAll(c); ok {
		c.Out.Int(int64(added))
	}
}

func hmset(c *command.Ctx) {
	if _, ok := setAll(c); ok {
		c.Out.OK()
	}
}

// setAll sets the fields that stand from argument 2 on, and returns how many are new ones.
func setAll(c *command.Ctx) (added int, ok bool) {
	pairs := c.Args[2:]
	if len(pairs)%2 != 0 {
		c.WrongArity()
		return 0, false
	}
	h, found, ok := lookupWrite(c)
	if !ok {
		return 0, false
	}
	h = created(c, h, found)
	h.Reserve(pairs)
	for i := 0; i < len(pairs); i += 2 {
		if h.Set(pairs[i], pairs[i+1], false) {
			added++
		}
	}
	c.Tx.Notify(store.EventHash, "hset", c.Args[1])
	return added, true
}

func hsetnx(c *command.Ctx) {
	h, found, ok := lookupWrite(c)
	if !ok {
		return
	}
	field, value := c.Args[2], c.Args[3]
	if found {
		var n number
		if _, has := h.Get(field, n[:]); has {
			c.Out.Int(0)
			return
		}
		found = !h.Reap()
	}
	h = created(c, h, found)
	h.Set(field, value, false)
	c.Tx.Notify(store.EventHash, "hset", c.Args[1])
	c.Out.Int(1)
}
