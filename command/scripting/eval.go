package scripting

// EVAL and its kin: arguments are read here, the engine does the rest.

import "github.com/miniredisd/miniredisd/command"

// evalFlags are those that EVAL and its kin have in common.
const evalFlags = command.NoScript | command.SkipMonitor | command.NoMandatoryKeys | command.Stale | command.Exclusive

// callSpec declares a command that calls what its first argument names.
func callSpec(name, since, summary, what string, flags command.Flags, keys command.KeyFlags, run func(*command.Ctx)) command.Spec {
	return command.Spec{Name: name, Group: command.Scripting, Since: since, Arity: -3, Summary: summary,
		Complexity: "Depends on the script that is executed.", Flags: evalFlags | flags,
		Syntax: what + " numkeys [key [key ...]] [arg [arg ...]]", Run: run,
		Keys: []command.KeySpec{{Flags: keys, Notes: "What a script does with its keys is not known.", Index: 2, KeyNum: true,
			FirstAt: 1, Step: 1}},
		CallFlags: func(h command.Host, args [][]byte) command.Flags {
			if what == "function" {
				return h.Functions().FunctionFlags(evalFlags|flags, args[1])
			}
			return h.Scripts().Flags(evalFlags|flags, args[1], what == "sha1")
		}}
}

const (
	scriptKeys         = command.RW | command.Access | command.Update
	scriptReadOnlyKeys = command.RO | command.Access
)

var evalCommands = []command.Spec{
	callSpec("eval", "2.6.0", "Executes a script.", "script", command.MayReplicate, scriptKeys,
		func(c *command.Ctx) { eval(c, false) }),
	callSpec("eval_ro", "7.0.0", "Executes a script that only reads.", "script", command.ReadOnly, scriptReadOnlyKeys,
		func(c *command.Ctx) { eval(c, true) }),
	callSpec("evalsha", "2.6.0", "Executes a script by its SHA1 digest.", "sha1", command.MayReplicate, scriptKeys,
		func(c *command.Ctx) { evalSHA(c, false) }),
	callSpec("evalsha_ro", "7.0.0", "Executes a script that only reads by its SHA1 digest.", "sha1", command.ReadOnly,
		scriptReadOnlyKeys, func(c *command.Ctx) { evalSHA(c, true) }),
}

func eval(c *command.Ctx, readOnly bool) {
	c.Host.Show(c)
	if c.Client.Debug != command.DebugOff {
		debug(c, readOnly)
		return
	}
	if call, ok := scriptCall(c, readOnly); ok {
		c.Host.Scripts().Eval(c, call)
	}
}

// debug is EVAL of a client that debugs its scripts.
func debug(c *command.Ctx, readOnly bool) {
	c.Host.Debug(c, func(c *command.Ctx, with command.Debugging) {
		c.Host.Scripts().Debug(c, func() (command.ScriptCall, bool) { return scriptCall(c, readOnly) }, with)
	})
}

func evalSHA(c *command.Ctx, readOnly bool) {
	c.Host.Show(c)
	if len(c.Args[1]) != 40 {
		c.Out.Error("NOSCRIPT No matching script. Please use EVAL.")
		return
	}
	if c.Client.Debug != command.DebugOff {
		c.Out.Error("ERR Please use EVAL instead of EVALSHA for debugging")
		return
	}
	if call, ok := scriptCall(c, readOnly); ok {
		c.Host.Scripts().EvalSHA(c, call)
	}
}

// scriptCall cuts the arguments into keys and others. It replies an error, and returns false, when they can't be.
func scriptCall(c *command.Ctx, readOnly bool) (call command.ScriptCall, ok bool) {
	n, ok := c.Int(2)
	if !ok {
		return call, false
	}
	rest := c.Args[3:]
	switch {
	case n > int64(len(rest)):
		c.Out.Error("ERR Number of keys can't be greater than number of args")
		return call, false
	case n < 0:
		c.Out.Error("ERR Number of keys can't be negative")
		return call, false
	}
	return command.ScriptCall{Script: c.Args[1], Keys: rest[:n], Args: rest[n:], ReadOnly: readOnly}, true
}
