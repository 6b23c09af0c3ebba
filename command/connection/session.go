package connection

// The commands that talk to the connection: is it there, which database, good-bye.

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var sessionSpecs = []command.Spec{
	{Name: "ping", Group: command.Connection, Since: "1.0.0", Complexity: "O(1)", Arity: -1,
		Summary: "Answers PONG, or with the message it is given.",
		Flags:   command.Fast, Syntax: "[message]", Run: ping,
		Tips: []string{"request_policy:all_shards", "response_policy:all_succeeded"}},
	{Name: "echo", Group: command.Connection, Since: "1.0.0", Complexity: "O(1)", Arity: 2,
		Summary: "Answers with the message it is given.",
		Flags:   command.Loading | command.Stale | command.Fast, Syntax: "message", Run: echo},
	{Name: "select", Group: command.Connection, Since: "1.0.0", Complexity: "O(1)", Arity: 2,
		Summary: "Chooses the database that the connection's commands work on.",
		Flags:   command.Loading | command.Stale | command.Fast, Syntax: "index:integer", Run: selectDB},
	{Name: "quit", Group: command.Connection, Since: "1.0.0", Complexity: "O(1)", Arity: -1,
		Summary: "Ends the connection once its replies have been sent.", Deprecated: "7.2.0", ReplacedBy: "just closing the connection",
		Flags: ownFlags | command.Fast | command.NoAuth | command.AllowBusy | command.Queueless, Run: quit},
	{Name: "reset", Group: command.Connection, Since: "6.2.0", Complexity: "O(1)", Arity: 1,
		Summary: "Makes the connection as good as new: transaction, database, protocol, name and login.",
		Flags:   ownFlags | command.Fast | command.NoAuth | command.AllowBusy | command.Queueless, Run: reset},
}

func ping(c *command.Ctx) {
	switch {
	case len(c.Args) > 2:
		c.WrongArity()
	case c.Client.Subs.Total() > 0 && c.Out.Proto != 3: // looks like the messages that come meanwhile
		c.Out.Array(2)
		c.Out.BulkString("pong")
		c.Out.Bulk(c.Arg(1))
	case len(c.Args) == 2:
		c.Out.Bulk(c.Args[1])
	default:
		c.Out.Pong()
	}
}

func echo(c *command.Ctx) { c.Out.Bulk(c.Args[1]) }

func selectDB(c *command.Ctx) {
	db, ok := store.ParseInt(c.Args[1])
	switch {
	case !ok:
		c.Out.Error(command.ErrNotInt)
	case db < math.MinInt32 || db > math.MaxInt32:
		c.Out.Errorf("ERR value is out of range, value must between %d and %d", math.MinInt32, math.MaxInt32)
	case db < 0 || db >= int64(c.Tx.Store().Databases()):
		c.Out.Error("ERR DB index is out of range")
	default:
		choose(c, int(db))
		c.Out.OK()
	}
}

// choose selects db for the unit at hand and for the client from now on.
func choose(c *command.Ctx, db int) {
	c.Tx.Select(db)
	c.Client.DB = db
}

func quit(c *command.Ctx) {
	c.Out.OK()
	c.Client.CloseAfterReply = true
}

// reset keeps what the client's library said about itself: it is the same library behind the connection.
func reset(c *command.Ctx) {
	cl := c.Client
	cl.Multi.Reset()
	c.Tx.Store().Unwatch(&cl.Watch)
	choose(c, 0)
	c.Host.PubSub().Forget(&cl.Subs)
	c.Host.Tracking().Off(c.Tx.Store(), cl.Tracking)
	c.Host.Monitor(cl, false)
	c.Out.Proto = 2
	cl.Deauthenticate()
	cl.Authenticated = !passwordRequired(c)
	cl.Name, cl.Reply, cl.NoTouch = "", command.ReplyOn, false
	cl.NoEvict.Store(false)
	c.FlushPushes()
	c.Out.Status("RESET")
}
