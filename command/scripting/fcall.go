package scripting

// FCALL: functions are called.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var fcallCommands = []command.Spec{
	callSpec("fcall", "7.0.0", "Calls a function.", "function", command.MayReplicate, scriptKeys,
		func(c *command.Ctx) { fcall(c, false) }),
	callSpec("fcall_ro", "7.0.0", "Calls a function that only reads.", "function", command.ReadOnly, scriptReadOnlyKeys,
		func(c *command.Ctx) { fcall(c, true) }),
}

func fcall(c *command.Ctx, readOnly bool) {
	c.Host.Show(c)
	if !c.Host.Functions().HasFunction(c.Args[1]) {
		c.Out.Error("ERR Function not found")
		return
	}
	if _, ok := store.ParseInt(c.Args[2]); !ok {
		c.Out.Error("ERR Bad number of keys provided")
		return
	}
	if call, ok := scriptCall(c, readOnly); ok {
		c.Host.Functions().Call(c, call)
	}
}
