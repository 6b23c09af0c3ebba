package streams

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

var xinfo = command.Spec{Name: "xinfo", Group: command.Stream, Summary: "Tells about a stream, its groups and their consumers.",
	Since: "5.0.0", Complexity: "Depends on subcommand.", Arity: -2,
	Subcommands: []*command.Spec{
		{Name: "stream", Summary: "Tells about a stream; with FULL about all that is in it.", Since: "5.0.0", Complexity: "O(1)",
			Arity: -3, Flags: command.ReadOnly, Syntax: "key full-block:[FULL [COUNT count:integer]]",
			Keys: command.KeyAt(2, command.RO|command.Access), Run: infoStream},
		{Name: "groups", Summary: "Lists the groups of a stream.", Since: "5.0.0", Complexity: "O(1)", Arity: 3,
			Flags: command.ReadOnly, Syntax: "key", Keys: command.KeyAt(2, command.RO|command.Access), Run: infoGroups},
		{Name: "consumers", Summary: "Lists the consumers of a group.", Since: "5.0.0", Complexity: "O(1)", Arity: 4,
			Flags: command.ReadOnly, Syntax: "key group", Keys: command.KeyAt(2, command.RO|command.Access), Tips: varyingOutput,
			Run: infoConsumers},
		{Name: "help", Summary: "Lists the subcommands.", Since: "5.0.0", Complexity: "O(1)", Arity: 2,
			Flags: command.Loading | command.Stale, Categories: command.CatStream, Run: command.Help},
	},
}

// lookup returns the stream under argument 2. It replies an error, and returns false, when there is none.
func lookup(c *command.Ctx) (s *stream.Stream, ok bool) {
	e := c.Tx.Read(c.Args[2])
	if e == nil {
		c.Out.Error(command.ErrNoKey)
		return nil, false
	}
	if !c.Want(e, store.StreamKind) {
		return nil, false
	}
	return e.Stream(), true
}

func infoGroups(c *command.Ctx) {
	s, ok := lookup(c)
	if !ok {
		return
	}
	c.Out.Array(s.Groups())
	for g := range s.EachGroup() {
		c.Out.Map(6)
		c.Out.BulkString("name")
		c.Out.BulkString(g.Name())
		intField(c, "consumers", g.Consumers())
		intField(c, "pending", g.Pending())
		replyProgress(c, s, g)
	}
}

// replyProgress replies three fields: what the group has come to.
func replyProgress(c *command.Ctx, s *stream.Stream, g *stream.Group) {
	idField(c, "last-delivered-id", g.LastID)
	c.Out.BulkString("entries-read")
	intOrNull(c, g.Read, g.Read != stream.Unknown)
	c.Out.BulkString("lag")
	lag, ok := s.Lag(g)
	intOrNull(c, lag, ok)
}

func infoConsumers(c *command.Ctx) {
	s, ok := lookup(c)
	if !ok {
		return
	}
	g := s.Group(c.Args[3])
	if g == nil {
		c.Out.Errorf(errNoGroupName, c.Args[3], c.Args[2])
		return
	}
	c.Out.Array(g.Consumers())
	for cons := range g.EachConsumer() {
		inactive := int64(-1)
		if cons.Active != -1 {
			inactive = c.Now() - cons.Active
		}
		c.Out.Map(4)
		c.Out.BulkString("name")
		c.Out.BulkString(cons.Name())
		intField(c, "pending", cons.Pending())
		intField(c, "idle", int(max(c.Now()-cons.Seen, 0)))
		intField(c, "inactive", int(inactive))
	}
}

// fullCount is how much of everything XINFO STREAM FULL replies when it is not told.
const fullCount = 10

func infoStream(c *command.Ctx) {
	s, ok := lookup(c)
	if !ok {
		return
	}
	switch len(c.Args) {
	case 3:
		replyStream(c, s)
		return
	case 4, 6:
	default:
		c.WrongSubcommand()
		return
	}
	if !command.EqualFold(c.Args[3], "full") || len(c.Args) == 6 && !command.EqualFold(c.Args[4], "count") {
		c.WrongSubcommand()
		return
	}
	count := int64(fullCount)
	if len(c.Args) == 6 {
		if count, ok = c.Int(5); !ok {
			return
		}
		if count < 0 {
			count = fullCount
		}
	}
	replyFull(c, s, count)
}

// replyShape replies the seven fields that both forms of XINFO STREAM have.
func replyShape(c *command.Ctx, s *stream.Stream) {
	st := s.State()
	intField(c, "length", s.Len())
	intField(c, "radix-tree-keys", s.Blocks())
	intField(c, "radix-tree-nodes", s.Blocks()+1) // so it is in Redis as long as there are no more than one
	idField(c, "last-generated-id", st.Last)
	idField(c, "max-deleted-entry-id", st.MaxDeleted)
	intField(c, "entries-added", int(st.Added))
	idField(c, "recorded-first-entry-id", s.First())
}

func replyStream(c *command.Ctx, s *stream.Stream) {
	c.Out.Map(10)
	replyShape(c, s)
	intField(c, "groups", s.Groups())
	for i, name := range []string{"first-entry", "last-entry"} {
		c.Out.BulkString(name)
		it := s.Range(stream.ID{}, stream.MaxID, i == 1)
		if it.Next() {
			replyEntry(c, &it)
		} else {
			c.Out.Null()
		}
	}
}

func intField(c *command.Ctx, name string, n int) {
	c.Out.BulkString(name)
	c.Out.Int(int64(n))
}

func idField(c *command.Ctx, name string, id stream.ID) {
	c.Out.BulkString(name)
	replyID(c, id)
}

func intOrNull(c *command.Ctx, n int64, ok bool) {
	if ok {
		c.Out.Int(n)
	} else {
		c.Out.Null()
	}
}
