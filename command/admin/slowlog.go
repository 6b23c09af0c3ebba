package admin

// SLOWLOG: the last commands that took longer than slowlog-log-slower-than.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

const slowlogFlags = command.Admin | command.Loading | command.Stale

var slowlogSpec = command.Spec{Name: "slowlog", Group: command.ServerGroup, Summary: "Shows the last commands that took long.",
	Since: "2.2.12", Complexity: "Depends on the subcommand", Arity: -2, Subcommands: []*command.Spec{
		{Name: "get", Summary: "Lists the newest entries: number, time, duration in microseconds, arguments, client's address and name.",
			Since: "2.2.12", Complexity: "O(N) where N is the number of entries returned", Arity: -2, Flags: slowlogFlags,
			Syntax: "[count:integer]", Tips: []string{"request_policy:all_nodes", "nondeterministic_output"}, Run: slowlogGet},
		{Name: "len", Summary: "Counts the entries.", Since: "2.2.12", Complexity: "O(1)", Arity: 2, Flags: slowlogFlags,
			Tips: []string{"request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output"}, Run: slowlogLen},
		{Name: "reset", Summary: "Forgets the entries.", Since: "2.2.12", Complexity: "O(1)", Arity: 2, Flags: slowlogFlags,
			Tips: []string{"request_policy:all_nodes", "response_policy:all_succeeded"}, Run: slowlogReset},
		{Name: "help", Summary: "Describes the subcommands.", Since: "6.2.0", Complexity: "O(1)", Arity: 2,
			Flags: command.Loading | command.Stale, Run: command.Help},
	}}

// slowlogShown is how many entries SLOWLOG GET shows when it is not told.
const slowlogShown = 10

func slowlogGet(c *command.Ctx) {
	count := int64(slowlogShown)
	switch len(c.Args) {
	case 2:
	case 3:
		n, ok := store.ParseInt(c.Args[2])
		if !ok || n < -1 {
			c.Out.Error("ERR count should be greater than or equal to -1")
			return
		}
		count = n
	default:
		c.WrongSubcommand()
		return
	}
	entries := c.Host.SlowLog().Latest(count)
	c.Out.Array(len(entries))
	for _, e := range entries {
		c.Out.Array(6)
		c.Out.Int(e.ID)
		c.Out.Int(e.At)
		c.Out.Int(e.Took.Microseconds())
		c.Out.Array(len(e.Args))
		for _, a := range e.Args {
			c.Out.BulkString(a)
		}
		c.Out.BulkString(e.Addr)
		c.Out.BulkString(e.Name)
	}
}

func slowlogLen(c *command.Ctx) { c.Out.Int(int64(c.Host.SlowLog().Len())) }

func slowlogReset(c *command.Ctx) {
	c.Host.SlowLog().Reset()
	c.Out.OK()
}
