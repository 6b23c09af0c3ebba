package connection

// CLIENT PAUSE, UNPAUSE and UNBLOCK: what makes other clients wait, and what ends a wait.

import "github.com/miniredisd/miniredisd/command"

func clientPause(c *command.Ctx) {
	writesOnly := false
	switch {
	case len(c.Args) > 4:
		c.WrongSubcommand()
		return
	case len(c.Args) == 4 && command.EqualFold(c.Args[3], "write"):
		writesOnly = true
	case len(c.Args) == 4 && !command.EqualFold(c.Args[3], "all"):
		c.Out.Error("ERR CLIENT PAUSE mode must be WRITE or ALL")
		return
	}
	until, problem := c.Deadline(c.Args[2])
	if problem != "" {
		c.Out.Error(problem)
		return
	}
	c.Host.Pause(until, writesOnly)
	c.Out.OK()
}

func clientUnpause(c *command.Ctx) {
	c.Host.Unpause()
	c.Out.OK()
}

func clientUnblock(c *command.Ctx) {
	withError := false
	switch {
	case len(c.Args) > 4:
		c.WrongSubcommand()
		return
	case len(c.Args) == 4 && command.EqualFold(c.Args[3], "error"):
		withError = true
	case len(c.Args) == 4 && !command.EqualFold(c.Args[3], "timeout"):
		c.Out.Error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")
		return
	}
	id, ok := c.Int(2)
	if !ok {
		return
	}
	c.Out.Bool(id > 0 && c.Host.Unblock(uint64(id), withError))
}
