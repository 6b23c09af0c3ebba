package streams

import (
	"slices"
	"strconv"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

var xgroup = command.Spec{Name: "xgroup", Group: command.Stream, Summary: "Manages the groups of a stream and their consumers.",
	Since: "5.0.0", Complexity: "Depends on subcommand.", Arity: -2,
	Subcommands: []*command.Spec{
		{Name: "create", Summary: "Creates a group that has read a stream up to an id; with MKSTREAM the stream too.", Since: "5.0.0",
			Complexity: "O(1)", Arity: -5, Flags: command.Write | command.DenyOOM,
			Syntax: "key group id-selector:<id | new-id:$> [MKSTREAM] [ENTRIESREAD entriesread:integer]",
			Keys:   command.KeyAt(2, command.RW|command.Insert), Run: createGroup},
		{Name: "setid", Summary: "Sets the id up to which a group has read a stream.", Since: "5.0.0", Complexity: "O(1)",
			Arity: -5, Flags: command.Write, Syntax: "key group id-selector:<id | new-id:$> [ENTRIESREAD entriesread:integer]",
			Keys: command.KeyAt(2, command.RW|command.Update), Run: setGroupID},
		{Name: "destroy", Summary: "Removes a group, and forgets what it has pending.", Since: "5.0.0",
			Complexity: "O(N) where N is the number of its pending entries", Arity: 4, Flags: command.Write, Syntax: "key group",
			Keys: command.KeyAt(2, command.RW|command.Delete), Run: destroyGroup},
		{Name: "createconsumer", Summary: "Creates a consumer in a group.", Since: "6.2.0", Complexity: "O(1)", Arity: 5,
			Flags: command.Write | command.DenyOOM, Syntax: "key group consumer",
			Keys: command.KeyAt(2, command.RW|command.Insert), Run: createConsumer},
		{Name: "delconsumer", Summary: "Removes a consumer from a group, and forgets what it has pending.", Since: "5.0.0",
			Complexity: "O(1)", Arity: 5, Flags: command.Write, Syntax: "key group consumer",
			Keys: command.KeyAt(2, command.RW|command.Delete), Run: deleteConsumer},
		{Name: "help", Summary: "Lists the subcommands.", Since: "5.0.0", Complexity: "O(1)", Arity: 2,
			Flags: command.Loading | command.Stale, Categories: command.CatStream, Run: command.Help},
	},
}

// errNoStream is what a subcommand replies where there is no stream to work on.
const errNoStream = "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM " +
	"option to create an empty stream automatically."

// groupOptions are the options of XGROUP CREATE and SETID.
type groupOptions struct {
	makeStream bool
	read       int64 // how many entries the group has read
	readAt     int   // the argument that says so, 0 if none does
}

// readOf is how many entries the group has read, of those that there have ever been, and what is logged. A log is believed: XSETID may
// have lowered that number since.
func (o *groupOptions) readOf(c *command.Ctx, s *stream.Stream) int64 {
	added := s.State().Added
	if o.read <= added || c.Tx.Loading {
		return o.read
	}
	effect := slices.Clone(c.Args)
	effect[o.readAt] = strconv.AppendInt(nil, added, 10)
	c.Tx.Effect(effect...)
	return added
}

func parseGroup(c *command.Ctx, create bool) (o groupOptions, ok bool) {
	o.read = stream.Unknown
	for i := 5; i < len(c.Args); i++ {
		switch {
		case create && command.EqualFold(c.Args[i], "mkstream"):
			o.makeStream = true
		case i+1 < len(c.Args) && command.EqualFold(c.Args[i], "entriesread"):
			i++
			o.readAt = i
			if o.read, ok = c.Int(i); !ok {
				return o, false
			}
			if o.read < 0 && o.read != stream.Unknown {
				c.Out.Error("ERR value for ENTRIESREAD must be positive or -1")
				return o, false
			}
		default:
			c.WrongSubcommand()
			return o, false
		}
	}
	return o, true
}

// findStream returns the stream under argument 2. It replies an error, and returns false, when there is none.
func findStream(c *command.Ctx) (e *store.Entry, s *stream.Stream, ok bool) {
	e = c.Tx.Write(c.Args[2])
	if !c.Want(e, store.StreamKind) {
		return nil, nil, false
	}
	if e == nil {
		c.Out.Error(errNoStream)
		return nil, nil, false
	}
	return e, e.Stream(), true
}

// findGroup returns the group that arguments 2 and 3 name. It replies an error, and returns false, when there is none.
func findGroup(c *command.Ctx) (e *store.Entry, s *stream.Stream, g *stream.Group, ok bool) {
	if e, s, ok = findStream(c); !ok {
		return nil, nil, nil, false
	}
	if g = s.Group(c.Args[3]); g == nil {
		c.Out.Errorf(errNoGroupName, c.Args[3], c.Args[2])
		return nil, nil, nil, false
	}
	return e, s, g, true
}

// lastID reads argument 4: an id, or "$" for the last one of the stream, which may be nil. With any, "-" and "+" are ids.
func lastID(c *command.Ctx, s *stream.Stream, any bool) (id stream.ID, ok bool) {
	arg := c.Args[4]
	if len(arg) == 1 && arg[0] == '$' {
		if s != nil {
			id = s.State().Last
		}
		return id, true
	}
	if any {
		id, ok = parseAnyID(arg, 0)
	} else {
		id, ok = parseID(arg, 0)
	}
	if !ok {
		c.Out.Error(errID)
	}
	return id, ok
}

func createGroup(c *command.Ctx) {
	o, ok := parseGroup(c, true)
	if !ok {
		return
	}
	key := c.Args[2]
	e := c.Tx.Write(key)
	if !c.Want(e, store.StreamKind) {
		return
	}
	if e == nil && !o.makeStream {
		c.Out.Error(errNoStream)
		return
	}
	if len(c.Args) > 8 {
		c.WrongSubcommand()
		return
	}
	s := streamOf(e)
	id, ok := lastID(c, s, false)
	if !ok {
		return
	}
	switch {
	case s == nil:
		s = stream.New()
		c.Tx.Put(key, store.Stream{Stream: s})
	case s.Group(c.Args[3]) != nil:
		c.Out.Error("BUSYGROUP Consumer Group name already exists")
		return
	default:
		c.Tx.AddDirty(1) // no change of the key for a WATCH, see changes
	}
	s.CreateGroup(c.Args[3], id, o.readOf(c, s))
	c.Tx.Notify(store.EventStream, "xgroup-create", key)
	c.Out.OK()
}

func setGroupID(c *command.Ctx) {
	o, ok := parseGroup(c, false)
	if !ok {
		return
	}
	_, s, g, ok := findGroup(c)
	if !ok {
		return
	}
	if len(c.Args) > 7 {
		c.WrongSubcommand()
		return
	}
	id, ok := lastID(c, s, true)
	if !ok {
		return
	}
	c.Tx.AddDirty(1) // no change of the key for a WATCH, see changes
	g.LastID, g.Read = id, o.readOf(c, s)
	c.Tx.Notify(store.EventStream, "xgroup-setid", c.Args[2])
	c.Out.OK()
}

func destroyGroup(c *command.Ctx) {
	_, s, ok := findStream(c)
	if !ok {
		return
	}
	if s.Group(c.Args[3]) == nil {
		c.Out.Int(0)
		return
	}
	c.Tx.AddDirty(1) // no change of the key for a WATCH, see changes
	s.DeleteGroup(c.Args[3])
	c.Tx.Ready(c.Args[2]) // for those who wait in this group
	c.Tx.Notify(store.EventStream, "xgroup-destroy", c.Args[2])
	c.Out.Int(1)
}

func createConsumer(c *command.Ctx) {
	_, _, g, ok := findGroup(c)
	if !ok {
		return
	}
	if g.Consumer(c.Args[4]) != nil {
		c.Out.Int(0)
		return
	}
	c.Tx.AddDirty(1) // no change of the key for a WATCH, see changes
	g.CreateConsumer(c.Args[4], c.Now())
	c.Tx.Notify(store.EventStream, "xgroup-createconsumer", c.Args[2])
	c.Out.Int(1)
}

func deleteConsumer(c *command.Ctx) {
	_, _, g, ok := findGroup(c)
	if !ok {
		return
	}
	cons := g.Consumer(c.Args[4])
	if cons == nil {
		c.Out.Int(0)
		return
	}
	c.Tx.AddDirty(1) // no change of the key for a WATCH, see changes
	c.Out.Int(int64(g.DeleteConsumer(cons)))
	c.Tx.Notify(store.EventStream, "xgroup-delconsumer", c.Args[2])
}
