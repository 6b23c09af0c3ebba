package connection

// CLIENT: its subcommands' declarations, and those that concern the client's own connection only.

import "github.com/miniredisd/miniredisd/command"

var clientSpec = command.Spec{Name: "client", Group: command.Connection, Since: "2.4.0", Arity: -2,
	Complexity: "Depends on the subcommand.", Summary: "A container for the commands about connections.",
	Subcommands: []*command.Spec{
		{Name: "id", Since: "5.0.0", Complexity: "O(1)", Arity: 2, Flags: ownFlags,
			Summary: "Returns the connection's number.", Run: clientID},
		{Name: "getname", Since: "2.6.9", Complexity: "O(1)", Arity: 2, Flags: ownFlags,
			Summary: "Returns the connection's name.", Run: clientGetName},
		{Name: "setname", Since: "2.6.9", Complexity: "O(1)", Arity: 3, Flags: ownFlags,
			Summary: "Names the connection.", Syntax: "connection-name", Run: clientSetName,
			Tips: []string{"request_policy:all_nodes", "response_policy:all_succeeded"}},
		{Name: "setinfo", Since: "7.2.0", Complexity: "O(1)", Arity: 4, Flags: ownFlags,
			Summary: "Notes the library behind the connection, or its version.",
			Syntax:  "attr:<LIB-NAME libname | LIB-VER libver>", Run: clientSetInfo,
			Tips: []string{"request_policy:all_nodes", "response_policy:all_succeeded"}},
		{Name: "tracking", Since: "6.0.0", Arity: -3, Flags: ownFlags | command.Exclusive, Run: clientTracking,
			Complexity: "O(1); some options are O(N) where N is the number of prefixes",
			Summary:    "Chooses whether the connection is told when keys change of which it keeps copies.",
			Syntax: "status:<ON | OFF> [REDIRECT client-id:integer] [PREFIX prefix [PREFIX prefix ...]] [BCAST] [OPTIN] [OPTOUT] " +
				"[NOLOOP]"},
		{Name: "caching", Since: "6.0.0", Complexity: "O(1)", Arity: 3, Flags: ownFlags,
			Summary: "Says whether the keys of the next command are to be tracked.",
			Syntax:  "mode:<YES | NO>", Run: clientCaching},
		{Name: "trackinginfo", Since: "6.2.0", Complexity: "O(1)", Arity: 2, Flags: ownFlags,
			Summary: "Tells how the connection tracks keys.", Run: clientTrackingInfo},
		{Name: "getredir", Since: "6.0.0", Complexity: "O(1)", Arity: 2, Flags: ownFlags,
			Summary: "Returns the number of the client that gets this one's invalidation messages.", Run: clientGetRedir},
		{Name: "reply", Since: "3.2.0", Complexity: "O(1)", Arity: 3, Flags: ownFlags,
			Summary: "Chooses whether the connection gets replies.",
			Syntax:  "action:<ON | OFF | SKIP>", Run: clientReply},
		{Name: "no-evict", Since: "7.0.0", Complexity: "O(1)", Arity: 3, Flags: ownFlags | command.Admin,
			Summary: "Exempts the connection from being closed when clients take too much memory.",
			Syntax:  "enabled:<ON | OFF>", Run: clientNoEvict},
		{Name: "no-touch", Since: "7.2.0", Complexity: "O(1)", Arity: 3, Flags: ownFlags,
			Summary: "Chooses whether the connection's commands count as uses of their keys.",
			Syntax:  "enabled:<ON | OFF>", Run: clientNoTouch},
		{Name: "info", Since: "6.2.0", Complexity: "O(1)", Arity: 2, Flags: ownFlags,
			Summary: "Describes the connection in a line.", Tips: []string{"nondeterministic_output"}, Run: clientInfo},
		{Name: "list", Since: "2.4.0", Complexity: "O(N) where N is the number of connections", Arity: -2,
			Flags:   ownFlags | command.Admin | command.Exclusive,
			Summary: "Describes the connections, a line each.", Tips: []string{"nondeterministic_output"}, Run: clientList,
			Syntax: "[TYPE client-type:(NORMAL | MASTER | REPLICA | PUBSUB)] [ID client-id:integer [client-id ...]]"},
		{Name: "kill", Since: "2.4.0", Complexity: "O(N) where N is the number of connections", Arity: -3,
			Flags:   ownFlags | command.Admin | command.Exclusive,
			Summary: "Ends connections.", Run: clientKill,
			Syntax: "filter:<old-format | new-format:(ID client-id:integer | " +
				"TYPE client-type:(NORMAL | MASTER | SLAVE | REPLICA | PUBSUB) | USER username | ADDR addr | " +
				"LADDR laddr | SKIPME skipme:(YES | NO) | MAXAGE maxage:integer) ...>"},
		{Name: "pause", Since: "3.0.0", Complexity: "O(1)", Arity: -3, Flags: ownFlags | command.Admin | command.Exclusive,
			Summary: "Holds back the commands of all clients for a while.",
			Syntax:  "timeout:integer [mode:<WRITE | ALL>]", Run: clientPause},
		{Name: "unpause", Since: "6.2.0", Complexity: "O(N) where N is the number of paused clients", Arity: 2,
			Flags:   ownFlags | command.Admin | command.Exclusive,
			Summary: "Lets clients go on that were paused.", Run: clientUnpause},
		{Name: "unblock", Since: "5.0.0", Complexity: "O(log N) where N is the number of connections", Arity: -3,
			Flags:   ownFlags | command.Admin | command.Exclusive,
			Summary: "Ends a client's wait in a blocking command.",
			Syntax:  "client-id:integer [unblock-type:<TIMEOUT | ERROR>]", Run: clientUnblock},
		{Name: "help", Since: "5.0.0", Complexity: "O(1)", Arity: 2, Flags: command.Loading | command.Stale,
			Summary: "Lists the subcommands.", Run: command.Help},
	}}

func clientID(c *command.Ctx) { c.Out.Int(int64(c.Client.ID)) }

func clientGetName(c *command.Ctx) {
	if c.Client.Name == "" {
		c.Out.Null()
		return
	}
	c.Out.BulkString(c.Client.Name)
}

func clientSetName(c *command.Ctx) {
	if !isWord(c.Args[2]) {
		c.Out.Error(errBadName)
		return
	}
	c.Client.Name = string(c.Args[2])
	c.Out.OK()
}

func clientSetInfo(c *command.Ctx) {
	var dst *string
	switch {
	case command.EqualFold(c.Args[2], "lib-name"):
		dst = &c.Client.LibName
	case command.EqualFold(c.Args[2], "lib-ver"):
		dst = &c.Client.LibVersion
	default:
		c.Out.Errorf("ERR Unrecognized option '%s'", c.Args[2])
		return
	}
	if !isWord(c.Args[3]) {
		c.Out.Errorf("ERR %s cannot contain spaces, newlines or special characters.", c.Args[2])
		return
	}
	*dst = string(c.Args[3])
	c.Out.OK()
}

// clientReply replies to ON alone; whoever executes the command takes care of the silence.
func clientReply(c *command.Ctx) {
	cl := c.Client
	switch {
	case command.EqualFold(c.Args[2], "on"):
		cl.Reply = command.ReplyOn
		c.Out.OK()
	case command.EqualFold(c.Args[2], "off"):
		cl.Reply = command.ReplyOff
	case command.EqualFold(c.Args[2], "skip"):
		if cl.Reply != command.ReplyOff {
			cl.Reply = command.ReplySkipNext
		}
	default:
		c.Out.Error(command.ErrSyntax)
	}
}

func clientNoEvict(c *command.Ctx) {
	if on, ok := onOff(c, 2); ok {
		c.Client.NoEvict.Store(on)
		c.Out.OK()
	}
}

func clientNoTouch(c *command.Ctx) {
	if on, ok := onOff(c, 2); ok {
		c.Client.NoTouch = on
		c.Out.OK()
	}
}
