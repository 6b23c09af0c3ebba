// Package scripting holds what can be said truthfully about scripts and functions on a server that has none: there are
// no scripts, and forgetting them all is done at once. Clients and tests clear a server this way before they use it.
// Scripts cannot be loaded or run, so the other subcommands of SCRIPT and FUNCTION do not exist.
//
// It may use what every group of commands may use.
package scripting

import "github.com/miniredisd/miniredisd/command"

// Commands of the group.
var Commands = []command.Spec{
	{Name: "function", Group: command.Scripting, Since: "7.0.0", Arity: -2,
		Complexity: "Depends on the subcommand.", Summary: "A container for the commands about functions.",
		Subcommands: []*command.Spec{
			{Name: "flush", Since: "7.0.0", Arity: -2, Complexity: "O(N) where N is the number of functions",
				Summary: "Forgets all functions.", Flags: command.Write | command.NoScript,
				Syntax: "[flush-type:<ASYNC | SYNC>]", Run: functionFlush,
				Tips: []string{"request_policy:all_shards", "response_policy:all_succeeded"}},
			help("7.0.0"),
		}},
	{Name: "script", Group: command.Scripting, Since: "2.6.0", Arity: -2,
		Complexity: "Depends on the subcommand.", Summary: "A container for the commands about scripts.",
		Subcommands: []*command.Spec{
			{Name: "exists", Since: "2.6.0", Arity: -3, Complexity: "O(N) where N is the number of digests",
				Summary: "Tells which scripts the server knows.", Flags: command.NoScript,
				Syntax: "sha1 [sha1 ...]", Run: scriptExists,
				Tips: []string{"request_policy:all_shards", "response_policy:agg_logical_and"}},
			{Name: "flush", Since: "2.6.0", Arity: -2, Complexity: "O(N) where N is the number of scripts",
				Summary: "Forgets all scripts.", Flags: command.NoScript,
				Syntax: "[flush-type:<ASYNC | SYNC>]", Run: scriptFlush,
				Tips: []string{"request_policy:all_nodes", "response_policy:all_succeeded"}},
			help("5.0.0"),
		}},
}

func help(since string) *command.Spec {
	return &command.Spec{Name: "help", Since: since, Arity: 2, Complexity: "O(1)", Summary: "Lists the subcommands.",
		Flags: command.Loading | command.Stale, Run: command.Help}
}

func functionFlush(c *command.Ctx) {
	if len(c.Args) > 3 {
		c.WrongSubcommand()
		return
	}
	flush(c, "ERR FUNCTION FLUSH only supports SYNC|ASYNC option")
}

func scriptFlush(c *command.Ctx) { flush(c, "ERR SCRIPT FLUSH only support SYNC|ASYNC option") }

// flush forgets nothing, whichever way it is asked for.
func flush(c *command.Ctx, wrong string) {
	if len(c.Args) == 2 || len(c.Args) == 3 && (command.EqualFold(c.Args[2], "sync") || command.EqualFold(c.Args[2], "async")) {
		c.Out.OK()
		return
	}
	c.Out.Error(wrong)
}

func scriptExists(c *command.Ctx) {
	c.Out.Array(len(c.Args) - 2)
	for range c.Args[2:] {
		c.Out.Int(0)
	}
}
