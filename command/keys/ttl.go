package keys

// Asking for deadlines, and removing them.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var remaining = []command.Spec{
	ttlSpec("ttl", "1.0.0", "Tells the time to live of a key in seconds.", varying, func(c *command.Ctx) {
		reply(c, c.Now(), 1000)
	}),
	ttlSpec("pttl", "2.6.0", "Tells the time to live of a key in milliseconds.", varying, func(c *command.Ctx) {
		reply(c, c.Now(), 1)
	}),
	ttlSpec("expiretime", "7.0.0", "Tells the time at which a key expires, in seconds since the Unix epoch.", nil,
		func(c *command.Ctx) { reply(c, 0, 1000) }),
	ttlSpec("pexpiretime", "7.0.0", "Tells the time at which a key expires, in milliseconds since the Unix epoch.", nil,
		func(c *command.Ctx) { reply(c, 0, 1) }),
	{Name: "persist", Group: command.Generic, Summary: "Lets a key live for ever.", Since: "2.2.0",
		Complexity: "O(1)", Arity: 2, Flags: command.Write | command.Fast, Categories: command.CatKeyspace,
		Syntax: "key", Keys: command.KeyAt(1, command.RW|command.Update), Run: persist},
}

var varying = []string{"nondeterministic_output"}

func ttlSpec(name, since, summary string, tips []string, run func(*command.Ctx)) command.Spec {
	return command.Spec{Name: name, Group: command.Generic, Summary: summary, Since: since, Complexity: "O(1)", Arity: 2,
		Flags: command.ReadOnly | command.Fast, Categories: command.CatKeyspace, Syntax: "key", Tips: tips,
		Keys: command.KeyAt(1, command.RO|command.Access), Run: run}
}

// reply tells the deadline as counted from base, in units of so many milliseconds, rounded; -1 is for ever, -2 no key.
func reply(c *command.Ctx, base, unit int64) {
	e := look(c, c.Args[1])
	if e == nil {
		c.Out.Int(-2)
		return
	}
	at, ok := e.ExpireAt()
	if !ok {
		c.Out.Int(-1)
		return
	}
	left := max(at-base, 0)
	n := left / unit
	if left%unit*2 >= unit && unit > 1 {
		n++
	}
	c.Out.Int(n)
}

func persist(c *command.Ctx) {
	key := c.Args[1]
	e := c.Tx.Write(key)
	if e == nil || !c.Tx.Persist(e) {
		c.Out.Int(0)
		return
	}
	c.Tx.Notify(store.EventGeneric, "persist", key)
	c.Out.Int(1)
}
