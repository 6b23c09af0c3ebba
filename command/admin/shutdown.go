package admin

import "github.com/miniredisd/miniredisd/command"

var shutdownSpec = command.Spec{Name: "shutdown", Group: command.ServerGroup, Summary: "Ends the server, after writing to disk what has to be.",
	Since: "1.0.0", Complexity: "O(n) with n the number of keys when a snapshot is written, else O(1)", Arity: -1,
	Flags: command.Admin | command.NoScript | command.Loading | command.Stale | command.NoMulti | command.AllowBusy |
		command.Exclusive,
	Syntax: "[save-selector:[NOSAVE | SAVE]] [NOW] [FORCE] [ABORT]", Run: shutdown}

// shutdown replies only when the server goes on.
func shutdown(c *command.Ctx) {
	var opt command.ShutdownOptions
	abort := false
	for _, a := range c.Args[1:] {
		switch {
		case command.EqualFold(a, "nosave"):
			opt.NoSave = true
		case command.EqualFold(a, "save"):
			opt.Save = true
		case command.EqualFold(a, "now"):
			opt.Now = true
		case command.EqualFold(a, "force"):
			opt.Force = true
		case command.EqualFold(a, "abort"):
			abort = true
		default:
			c.Out.Error(command.ErrSyntax)
			return
		}
	}
	if abort && opt != (command.ShutdownOptions{}) || opt.Save && opt.NoSave {
		c.Out.Error(command.ErrSyntax)
		return
	}
	if abort {
		if !c.Host.AbortShutdown() {
			c.Out.Error("ERR No shutdown in progress.")
			return
		}
		c.Out.OK()
		return
	}
	if err := c.Host.Shutdown(opt); err != nil {
		c.Out.Error(err.Error())
		return
	}
	c.Client.CloseAfterReply = true
}
