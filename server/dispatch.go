package server

// The gates that a command passes between its arrival and its execution, in Redis's order.

import (
	"fmt"
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
)

// dispatch finds the command and executes, queues or refuses it.
func (c *client) dispatch(args [][]byte) {
	spec, top := c.srv.registry.Find(args)
	if spec != nil {
		c.LastCommand = spec
	}
	if msg := c.refuse(spec, top, args); msg != "" {
		if spec != nil {
			c.srv.stats.rejected(c.ID, spec.ID)
		}
		if c.Multi.Active {
			c.Multi.Abort = true
		}
		c.out.Error(msg)
		return
	}
	if c.Multi.Active && !spec.Flags.Has(command.Queueless) {
		c.queue(spec, args)
		return
	}
	c.run(spec, args)
}

// refuse returns the error that keeps a command from being executed or queued, "" when nothing does.
func (c *client) refuse(spec, top *command.Spec, args [][]byte) string {
	switch {
	case top == nil:
		return unknownCommand(args)
	case spec == nil:
		return fmt.Sprintf("ERR unknown subcommand '%.128s'. Try %s HELP.", args[1], strings.ToUpper(top.Name))
	case !spec.ArityOK(len(args)) || spec.Run == nil:
		return fmt.Sprintf("ERR wrong number of arguments for '%s' command", spec.FullName())
	case spec.Flags.Has(command.Protected) && !c.srv.DebugAllowed(&c.Client):
		return fmt.Sprintf("ERR %s command not allowed. If the enable-debug-command option is set to \"local\", "+
			"you can run it from a local connection, otherwise you need to set this option in the configuration file, "+
			"and then restart the server.", strings.ToUpper(spec.Name))
	case c.mustAuthenticate() && !spec.Flags.Has(command.NoAuth):
		return "NOAUTH Authentication required."
	case spec.Flags.Has(command.Write) || spec.Name == "ping":
		if err := c.srv.logError(); err != nil {
			return fmt.Sprintf("MISCONF Errors writing to the AOF file: %v", err)
		}
	}
	switch {
	case c.srv.loading.Load() && !spec.Flags.Has(command.Loading):
		return "LOADING Redis is loading the dataset in memory"
	case c.Multi.Active && spec.Flags.Has(command.NoMulti):
		return "ERR Command not allowed inside a transaction"
	}
	return ""
}

func unknownCommand(args [][]byte) string {
	var b strings.Builder
	for _, a := range args[1:] {
		if b.Len() >= 128 {
			break
		}
		fmt.Fprintf(&b, "'%.*s' ", 128-b.Len(), a)
	}
	return fmt.Sprintf("ERR unknown command '%.128s', with args beginning with: %s", args[0], b.String())
}

// mustAuthenticate reports whether the client has yet to say the password.
func (c *client) mustAuthenticate() bool {
	return !c.Authenticated && c.srv.cfg.Str(config.RequirePass) != ""
}

// maxQueued bounds what one client may queue between MULTI and EXEC, in bytes of arguments.
const maxQueued = 1 << 30

// queue keeps a command for EXEC.
func (c *client) queue(spec *command.Spec, args [][]byte) {
	owned := make([][]byte, len(args))
	for i, a := range args {
		owned[i] = append([]byte(nil), a...)
		c.Multi.Bytes += len(a) + 24
	}
	if c.Multi.Bytes > maxQueued {
		c.Multi.Abort = true
		c.out.Error("ERR the transaction is too large")
		return
	}
	c.Multi.Queue = append(c.Multi.Queue, command.Queued{Spec: spec, Args: owned})
	c.out.Queued()
}
