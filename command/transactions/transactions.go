// Package transactions holds MULTI, EXEC, DISCARD, WATCH and UNWATCH.
//
// Between MULTI and EXEC the server queues commands with the client. EXEC runs them as one unit, alone in the store:
// nobody sees a part of it, and what it changed stands in the log as one.
//
// It may use what every group of commands may use.
package transactions

import "github.com/miniredisd/miniredisd/command"

// Commands of the group.
var Commands = []command.Spec{
	{Name: "multi", Group: command.Transactions, Since: "1.2.0", Complexity: "O(1)", Arity: 1,
		Summary: "Begins a transaction: the commands that follow are queued.",
		Flags:   flags | command.Fast | command.AllowBusy | command.Queueless, Run: multi},
	{Name: "exec", Group: command.Transactions, Since: "1.2.0", Arity: 1,
		Complexity: "Depends on the commands of the transaction.",
		Summary:    "Executes the queued commands as one.",
		Flags:      flags | command.SkipSlowlog | command.Queueless | command.Exclusive | command.NoPropagate, Run: exec},
	{Name: "discard", Group: command.Transactions, Since: "2.0.0", Arity: 1,
		Complexity: "O(N) where N is the number of queued commands",
		Summary:    "Forgets the queued commands and the watched keys.",
		Flags:      flags | command.Fast | command.AllowBusy | command.Queueless, Run: discard},
	{Name: "watch", Group: command.Transactions, Since: "2.2.0", Arity: -2,
		Complexity: "O(1) for every key",
		Summary:    "Makes the next EXEC depend on keys staying as they are.",
		Flags:      flags | command.Fast | command.AllowBusy | command.Queueless,
		Syntax:     "key [key ...]", Keys: command.KeysFrom(1, 1, command.RO), Run: watch},
	{Name: "unwatch", Group: command.Transactions, Since: "2.2.0", Arity: 1,
		Complexity: "O(1)",
		Summary:    "Forgets the watched keys.",
		Flags:      flags | command.Fast | command.AllowBusy, Run: unwatch},
}

const flags = command.NoScript | command.Loading | command.Stale

func multi(c *command.Ctx) {
	if c.Client.Multi.Active {
		c.Out.Error("ERR MULTI calls can not be nested")
		return
	}
	c.Client.Multi.Active = true
	c.Out.OK()
}

func exec(c *command.Ctx) {
	cl := c.Client
	if !cl.Multi.Active {
		c.Out.Error("ERR EXEC without MULTI")
		return
	}
	aborted, touched := cl.Multi.Abort, c.Tx.Touched(&cl.Watch)
	c.Tx.Store().Unwatch(&cl.Watch)
	defer cl.Multi.Reset()
	switch {
	case aborted:
		c.Out.Error("EXECABORT Transaction discarded because of previous errors.")
		return
	case touched:
		c.Out.NullArray()
		return
	}
	c.Out.Array(len(cl.Multi.Queue))
	for _, q := range cl.Multi.Queue {
		c.Host.Call(c, q.Spec, q.Args)
	}
}

func discard(c *command.Ctx) {
	if !c.Client.Multi.Active {
		c.Out.Error("ERR DISCARD without MULTI")
		return
	}
	c.Client.Multi.Reset()
	c.Tx.Store().Unwatch(&c.Client.Watch)
	c.Out.OK()
}

func watch(c *command.Ctx) {
	if c.Client.Multi.Active {
		c.Out.Error("ERR WATCH inside MULTI is not allowed")
		return
	}
	for _, key := range c.Args[1:] {
		c.Tx.Watch(&c.Client.Watch, key)
	}
	c.Out.OK()
}

func unwatch(c *command.Ctx) {
	c.Tx.Store().Unwatch(&c.Client.Watch)
	c.Out.OK()
}
