package server

// The gates that a command passes between its arrival and its execution, in Redis's order.

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
)

// dispatch finds the command and executes, queues or refuses it. False: it must wait, and come again.
func (c *client) dispatch(args [][]byte) (done bool) {
	spec, top := c.srv.registry.Find(args)
	if top == nil && isHTTP(args[0]) {
		c.srv.log.Logf(Verbose, "Closing client that speaks HTTP: id=%d addr=%s", c.ID, c.Addr)
		c.closing = true
		return true
	}
	if msg := c.refuse(spec, top, args); msg != "" {
		c.reject(spec, msg)
		return true
	}
	if c.Multi.Active && !spec.Flags.Has(command.Queueless) {
		return c.queue(spec, args)
	}
	return c.run(spec, args)
}

// isHTTP recognizes what a browser sends that was tricked into talking to us: its lines would be errors one by one until
// its body came, which may hold commands. No command has these names.
func isHTTP(name []byte) bool {
	return command.EqualFold(name, "post") || command.EqualFold(name, "host:")
}

// refuse returns the error that keeps a command from being executed or queued, "" when nothing does.
func (c *client) refuse(spec, top *command.Spec, args [][]byte) string {
	switch {
	case top == nil:
		return unknownCommand(args)
	case spec == nil:
		return fmt.Sprintf("ERR unknown subcommand '%s'. Try %s HELP.", cut(args[1], maxQuoted), strings.ToUpper(string(args[0])))
	case !spec.ArityOK(len(args)) || spec.Run == nil:
		return spec.ErrArity()
	case spec.Flags.Has(command.Protected) && !c.mayUse(spec):
		name := protectedName(spec)
		return fmt.Sprintf("ERR %s command not allowed. If the enable-%s-command option is set to \"local\", "+
			"you can run it from a local connection, otherwise you need to set this option in the configuration file, "+
			"and then restart the server.", strings.ToUpper(name), name)
	case !spec.Flags.Has(command.NoAuth) && c.mustAuthenticate():
		return "NOAUTH Authentication required."
	case c.Multi.Active && spec.Flags.Has(command.NoMulti):
		return "ERR Command not allowed inside a transaction"
	}
	flags := c.effectiveFlags(spec, args)
	if flags.Has(command.DenyOOM) && c.srv.cfg.Uint(config.MaxMemory) != 0 && c.outOfMemory() {
		return command.ErrOutOfMemory
	}
	if spec.Name == "ping" || flags.Has(command.Write) {
		if msg := c.srv.WriteError(); msg != "" {
			return msg
		}
	}
	if c.onlyListens() && !listenerMay(spec) {
		return fmt.Sprintf("ERR Can't execute '%s': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed "+
			"in this context", spec.FullName())
	}
	if c.srv.loading.Load() && !c.runsWhileLoading(spec) {
		return "LOADING Redis is loading the dataset in memory"
	}
	return ""
}

// mayUse reports whether the option that protects a command lets the client use it.
func (c *client) mayUse(spec *command.Spec) bool {
	option := config.EnableDebugCommand
	if protectedName(spec) == "module" {
		option = config.EnableModuleCommand
	}
	return c.srv.cfg.Allows(option, c.IsLocal())
}

// protectedName is the command that enable-debug-command or enable-module-command is about; of a subcommand its container.
func protectedName(spec *command.Spec) string {
	if spec.Parent != nil {
		spec = spec.Parent
	}
	return spec.Name
}

// effectiveFlags are the flags of a call; those of EXEC hold what was queued, too.
func (c *client) effectiveFlags(spec *command.Spec, args [][]byte) command.Flags {
	switch {
	case isExec(spec):
		return spec.Flags | c.Multi.Flags
	case spec.CallFlags != nil:
		return spec.CallFlags(c.srv, args)
	}
	return spec.Flags
}

func isExec(spec *command.Spec) bool { return spec != nil && spec.Name == "exec" }

func (c *client) runsWhileLoading(spec *command.Spec) bool {
	if isExec(spec) {
		for _, q := range c.Multi.Queue {
			if !q.Spec.Flags.Has(command.Loading) {
				return false
			}
		}
	}
	return spec.Flags.Has(command.Loading)
}

// maxQuoted is how much of what a client sent an error repeats, in bytes.
const maxQuoted = 128

// cut is what an error repeats of b: at most n bytes, and like Redis, which prints C strings, nothing from a NUL on.
func cut(b []byte, n int) []byte {
	b = b[:min(len(b), n)]
	if nul := bytes.IndexByte(b, 0); nul >= 0 {
		b = b[:nul]
	}
	return b
}

func unknownCommand(args [][]byte) string {
	var b strings.Builder
	for _, a := range args[1:] {
		if b.Len() >= maxQuoted {
			break
		}
		fmt.Fprintf(&b, "'%s' ", cut(a, maxQuoted-b.Len()))
	}
	return fmt.Sprintf("ERR unknown command '%s', with args beginning with: %s", cut(args[0], maxQuoted), b.String())
}

// mustAuthenticate reports whether the client has yet to say the password.
func (c *client) mustAuthenticate() bool {
	return !c.Authenticated && c.srv.cfg.Str(config.RequirePass) != ""
}

// reject replies with an error instead of executing a command, which is nil when it does not exist. A transaction that
// has lost a command will not be executed.
func (c *client) reject(spec *command.Spec, msg string) {
	if spec != nil {
		c.srv.stats.rejected(c.ID, spec.ID)
	}
	if isExec(spec) {
		msg = "EXECABORT Transaction discarded because of: " + strings.TrimPrefix(msg, "ERR ")
	}
	c.srv.store.Gate().Do(c.ID, func() {
		c.LastCommand = spec
		if isExec(spec) {
			c.Multi.Reset()
			c.srv.store.Unwatch(&c.Watch)
		}
		if c.Multi.Active {
			c.Multi.Abort = true
		}
		c.EndCaching(spec)
		c.out.Error(msg)
	})
}

// What a queued command and an argument of it take beside the argument's bytes.
const (
	queuedMemory   = 32
	argumentMemory = 24
)

// queue keeps a command for EXEC. False: it must wait, and come again.
func (c *client) queue(spec *command.Spec, args [][]byte) (done bool) {
	gate := c.srv.store.Gate()
	if !gate.EnterUnlessBusy(c.ID) {
		c.reject(spec, c.srv.busyError())
		return true
	}
	defer gate.Leave(c.ID)
	c.LastCommand = spec
	if c.mustPause(spec, args) {
		return false
	}
	for _, a := range args {
		c.Multi.Bytes += len(a) + argumentMemory
	}
	c.Multi.Bytes += queuedMemory
	c.Multi.Flags |= c.effectiveFlags(spec, args)
	c.Multi.Queue = append(c.Multi.Queue, command.Queued{Spec: spec, Args: copyArgs(args)})
	c.out.Queued()
	return true
}
