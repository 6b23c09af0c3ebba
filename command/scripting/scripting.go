// Package scripting holds the commands about scripts and functions. Arguments are read here; command.Scripts and command.Functions, the
// engine, do the rest.
//
// It may use what every group of commands may use.
package scripting

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
)

// Commands of the group.
var Commands = append([]command.Spec{
	functionSpec,
	scriptSpec,
}, slices.Concat(evalCommands, fcallCommands)...)

func help(since string) *command.Spec {
	return &command.Spec{Name: "help", Since: since, Arity: 2, Complexity: "O(1)", Summary: "Lists the subcommands.",
		Flags: command.Loading | command.Stale, Run: command.Help}
}
