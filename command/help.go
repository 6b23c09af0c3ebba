package command

// HELP, the subcommand that every command with subcommands has.

import (
	"bytes"
	"strings"
)

// Help is the handler of HELP: it describes the other subcommands from their declarations.
func Help(c *Ctx) {
	var lines []string
	for _, s := range c.Spec.Parent.Subcommands {
		if s.Name == "help" {
			continue
		}
		lines = append(lines, strings.TrimSpace(strings.ToUpper(s.Name)+" "+s.Syntax), "    "+s.Summary)
	}
	c.Help(lines...)
}

// WrongSubcommand replies the error of a subcommand that does not exist, or whose arguments are too many, though the
// declaration allows them.
func (c *Ctx) WrongSubcommand() {
	c.Out.Errorf("ERR unknown subcommand or wrong number of arguments for '%.128s'. Try %s HELP.", c.Args[1], bytes.ToUpper(c.Args[0]))
}

// Help replies what HELP replies: a first and a last line that are always the same, and lines between them.
func (c *Ctx) Help(lines ...string) {
	c.Out.Array(len(lines) + 3)
	c.Out.Status(string(bytes.ToUpper(c.Args[0])) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:")
	for _, l := range lines {
		c.Out.Status(l)
	}
	c.Out.Status("HELP")
	c.Out.Status("    Print this help.")
}
