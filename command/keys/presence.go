package keys

// Whether keys are there, of which type, and away with them.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

var sumOfShards = []string{"request_policy:multi_shard", "response_policy:agg_sum"}

var presence = []command.Spec{
	{Name: "del", Group: command.Generic, Summary: "Removes keys.", Since: "1.0.0",
		Complexity: "O(N) with N the number of keys", Arity: -2, Flags: command.Write, Categories: command.CatKeyspace,
		Syntax: "key [key ...]", Keys: command.KeysFrom(1, 1, command.RM|command.Delete), Tips: sumOfShards, Run: func(c *command.Ctx) {
			del(c, c.Host.Config().Bool(config.LazyFreeLazyUserDel))
		}},
	{Name: "unlink", Group: command.Generic, Summary: "Removes keys; memory is given back later.", Since: "4.0.0",
		Complexity: "O(N) with N the number of keys", Arity: -2, Flags: command.Write | command.Fast, Categories: command.CatKeyspace,
		Syntax: "key [key ...]", Keys: command.KeysFrom(1, 1, command.RM|command.Delete), Tips: sumOfShards, Run: func(c *command.Ctx) { del(c, true) }},
	{Name: "exists", Group: command.Generic, Summary: "Counts which of the keys exist.", Since: "1.0.0",
		Complexity: "O(N) with N the number of keys", Arity: -2, Flags: command.ReadOnly | command.Fast, Categories: command.CatKeyspace,
		Syntax: "key [key ...]", Keys: command.KeysFrom(1, 1, command.RO), Tips: sumOfShards, Run: exists},
	{Name: "touch", Group: command.Generic, Summary: "Counts which of the keys exist, and notes an access to them.", Since: "3.2.1",
		Complexity: "O(N) with N the number of keys", Arity: -2, Flags: command.ReadOnly | command.Fast, Categories: command.CatKeyspace,
		Syntax: "key [key ...]", Keys: command.KeysFrom(1, 1, command.RO), Tips: sumOfShards, Run: touch},
	{Name: "type", Group: command.Generic, Summary: "Tells the type of a key's value.", Since: "1.0.0",
		Complexity: "O(1)", Arity: 2, Flags: command.ReadOnly | command.Fast, Categories: command.CatKeyspace,
		Syntax: "key", Keys: command.KeyAt(1, command.RO), Run: typeOf},
}

// del is DEL and UNLINK: the memory of a large value is given back in the background in either case.
func del(c *command.Ctx, lazy bool) {
	remove := c.Tx.Delete
	if lazy {
		remove = c.Tx.Unlink
	}
	var n int64
	for _, key := range c.Args[1:] {
		if remove(key) {
			c.Tx.Notify(store.EventGeneric, "del", key)
			n++
		}
	}
	c.Out.Int(n)
}

func exists(c *command.Ctx) {
	var n int64
	for _, key := range c.Args[1:] {
		if look(c, key) != nil {
			n++
		}
	}
	c.Out.Int(n)
}

// touch is an access even for a client whose other commands are none (CLIENT NO-TOUCH).
func touch(c *command.Ctx) {
	was := c.Tx.NoTouch
	c.Tx.NoTouch = false
	var n int64
	for _, key := range c.Args[1:] {
		if c.Tx.Read(key) != nil {
			n++
		}
	}
	c.Tx.NoTouch = was
	c.Out.Int(n)
}

func typeOf(c *command.Ctx) {
	e := look(c, c.Args[1])
	if e == nil {
		c.Out.Status("none")
		return
	}
	c.Out.Status(e.Kind().String())
}
