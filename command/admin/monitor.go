package admin

import "github.com/miniredisd/miniredisd/command"

var monitorSpec = command.Spec{Name: "monitor", Group: command.ServerGroup, Since: "1.0.0", Arity: 1,
	Summary: "Sends the connection a line about each command that the server executes, until RESET or its end.",
	Flags:   command.Admin | command.NoScript | command.Loading | command.Stale, Run: monitor}

func monitor(c *command.Ctx) {
	if c.Client.Multi.Active {
		c.Out.Error("ERR MONITOR isn't allowed for DENY BLOCKING client")
		return
	}
	c.Host.Monitor(c.Client, true)
	c.Out.OK()
}
