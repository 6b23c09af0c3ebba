// Package connection holds the commands about the connection itself: who it is, which protocol it speaks, which
// database it has selected.
package connection

import "github.com/miniredisd/miniredisd/command"

// Commands of the group.
var Commands = []command.Spec{
	{Name: "ping", Group: command.Connection, Summary: "Replies PONG, or a message.", Since: "1.0.0",
		Complexity: "O(1)", Arity: -1, Flags: command.Fast, Syntax: "[message]", Run: ping,
		Tips: []string{"request_policy:all_shards", "response_policy:all_succeeded"}},
}

func ping(c *command.Ctx) {
	switch len(c.Args) {
	case 1:
		c.Out.Pong()
	case 2:
		c.Out.Bulk(c.Args[1])
	default:
		c.Out.Error("ERR wrong number of arguments for 'ping' command")
	}
}
