package admin

import (
	"strings"

	"github.com/miniredisd/miniredisd/command"
)

var infoSpec = command.Spec{Name: "info", Group: command.ServerGroup, Summary: "Tells how the server is and what it has done.",
	Since: "1.0.0", Complexity: "O(1)", Arity: -1, Flags: command.Loading | command.Stale | command.Exclusive,
	Categories: command.CatDangerous, Syntax: "[section [section ...]]",
	Tips: []string{"nondeterministic_output", "request_policy:all_shards", "response_policy:special"}, Run: info}

func info(c *command.Ctx) {
	sections := make([]string, 0, len(c.Args)-1)
	for _, a := range c.Args[1:] {
		sections = append(sections, string(a))
	}
	var text strings.Builder
	c.Host.Info(c.Tx, &text, sections)
	c.Out.Verbatim("txt", text.String())
}
