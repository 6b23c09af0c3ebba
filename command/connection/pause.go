package connection

// CLIENT PAUSE, UNPAUSE and UNBLOCK: what makes other clients wait, and what ends a wait.

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

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
	millis, ok := store.ParseInt(c.Args[2])
	switch {
	case !ok:
		c.Out.Error("ERR timeout is not an integer or out of range")
	case millis < 0:
		c.Out.Error("ERR timeout is negative")
	case millis > math.MaxInt64-c.Now():
		c.Out.Error("ERR timeout is out of range")
	default:
		c.Host.Pause(c.Now()+millis, writesOnly)
		c.Out.OK()
	}
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
