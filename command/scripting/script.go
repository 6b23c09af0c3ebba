package scripting

// SCRIPT: what the server knows of scripts.

import "github.com/miniredisd/miniredisd/command"

var scriptSpec = command.Spec{Name: "script", Group: command.Scripting, Since: "2.6.0", Arity: -2,
	Complexity: "Depends on the subcommand.", Summary: "A container for the commands about scripts.",
	Subcommands: []*command.Spec{
		{Name: "debug", Since: "3.2.0", Arity: 3, Complexity: "O(1)", Summary: "Chooses whether scripts are debugged.",
			Flags: command.NoScript, Syntax: "mode:<YES | SYNC | NO>", Run: scriptDebug},
		{Name: "exists", Since: "2.6.0", Arity: -3, Complexity: "O(N) where N is the number of digests",
			Summary: "Tells which scripts the server knows.", Flags: command.NoScript | command.Exclusive,
			Syntax: "sha1 [sha1 ...]", Run: scriptExists,
			Tips: []string{"request_policy:all_shards", "response_policy:agg_logical_and"}},
		{Name: "flush", Since: "2.6.0", Arity: -2, Complexity: "O(N) where N is the number of scripts",
			Summary: "Forgets all scripts.", Flags: command.NoScript | command.Exclusive,
			Syntax: "[flush-type:<ASYNC | SYNC>]", Run: scriptFlush,
			Tips: []string{"request_policy:all_nodes", "response_policy:all_succeeded"}},
		help("5.0.0"),
		{Name: "kill", Since: "2.6.0", Arity: 2, Complexity: "O(1)", Summary: "Ends the script that runs.",
			Flags: command.NoScript | command.AllowBusy, Run: scriptKill,
			Tips: []string{"request_policy:all_shards", "response_policy:one_succeeded"}},
		{Name: "load", Since: "2.6.0", Arity: 3, Complexity: "O(N) where N is the length of the script",
			Summary: "Makes a script known to the server.", Flags: command.NoScript | command.Stale | command.Exclusive,
			Syntax: "script", Run: scriptLoad,
			Tips: []string{"request_policy:all_nodes", "response_policy:all_succeeded"}},
	}}

func scriptExists(c *command.Ctx) {
	c.Out.Array(len(c.Args) - 2)
	for _, digest := range c.Args[2:] {
		c.Out.Bool(c.Host.Scripts().Exists(digest))
	}
}

func scriptFlush(c *command.Ctx) {
	if !flushType(c) {
		c.Out.Error("ERR SCRIPT FLUSH only support SYNC|ASYNC option")
		return
	}
	c.Host.Scripts().Flush()
	c.Out.OK()
}

// flushType reports whether the arguments of a FLUSH are ones: either way it is done at once.
func flushType(c *command.Ctx) bool {
	return len(c.Args) == 2 || len(c.Args) == 3 && (command.EqualFold(c.Args[2], "sync") || command.EqualFold(c.Args[2], "async"))
}

func scriptLoad(c *command.Ctx) { c.Host.Scripts().Load(c, c.Args[2]) }

// scriptDebug chooses how the client's next script is debugged. What was replied before must have been sent: a session speaks to
// the client past the replies that are gathered.
func scriptDebug(c *command.Ctx) {
	if len(c.Out.Buf) > 0 {
		c.Out.Error("ERR SCRIPT DEBUG must be called outside a pipeline")
		return
	}
	switch {
	case command.EqualFold(c.Args[2], "no"):
		c.Client.Debug = command.DebugOff
	case command.EqualFold(c.Args[2], "yes"):
		c.Client.Debug = command.DebugPrivate
	case command.EqualFold(c.Args[2], "sync"):
		c.Client.Debug = command.DebugSync
	default:
		c.Out.Error("ERR Use SCRIPT DEBUG YES/SYNC/NO")
		return
	}
	c.Out.OK()
}

func scriptKill(c *command.Ctx) { kill(c, false) }

// kill is SCRIPT KILL and FUNCTION KILL.
func kill(c *command.Ctx, function bool) {
	s := c.Host.RunningScript()
	switch {
	case s == nil:
		c.Out.Error("NOTBUSY No scripts in execution right now.")
	case function && s.Function == "":
		c.Out.Error(command.ErrBusyScript)
	case !function && s.Function != "":
		c.Out.Error(command.ErrBusyFunction)
	case !s.KillUnlessWrote():
		c.Out.Error("UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the " +
			"script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.")
	default:
		c.Out.OK()
	}
}
