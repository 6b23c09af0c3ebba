// Package scripting holds the commands about scripts and functions. Arguments are read here; command.Scripts, the engine, does
// the rest. There are no functions yet: forgetting them all is done at once, and the other subcommands of FUNCTION do not exist.
//
// It may use what every group of commands may use.
package scripting

import "github.com/miniredisd/miniredisd/command"

// Commands of the group.
var Commands = append([]command.Spec{
	{Name: "function", Group: command.Scripting, Since: "7.0.0", Arity: -2,
		Complexity: "Depends on the subcommand.", Summary: "A container for the commands about functions.",
		Subcommands: []*command.Spec{
			{Name: "flush", Since: "7.0.0", Arity: -2, Complexity: "O(N) where N is the number of functions",
				Summary: "Forgets all functions.", Flags: command.Write | command.NoScript,
				Syntax: "[flush-type:<ASYNC | SYNC>]", Run: functionFlush,
				Tips: []string{"request_policy:all_shards", "response_policy:all_succeeded"}},
			help("7.0.0"),
		}},
	scriptSpec,
}, evalCommands...)

func help(since string) *command.Spec {
	return &command.Spec{Name: "help", Since: since, Arity: 2, Complexity: "O(1)", Summary: "Lists the subcommands.",
		Flags: command.Loading | command.Stale, Run: command.Help}
}

func functionFlush(c *command.Ctx) {
	switch {
	case len(c.Args) > 3:
		c.WrongSubcommand()
	case !flushType(c):
		c.Out.Error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option")
	default:
		c.Out.OK()
	}
}
