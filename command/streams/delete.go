package streams

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

const idsSyntax = " IDS (numids:integer id [id ...])"

var deleteSpecs = []command.Spec{
	{Name: "xdel", Group: command.Stream, Summary: "Removes entries by their ids, and returns how many there were.", Since: "5.0.0",
		Complexity: "O(1) for each id, whatever the length of the stream", Arity: -3, Flags: command.Write | command.Fast,
		Syntax: "key 'ID' ['ID' ...]", Keys: command.KeyAt(1, command.RW|command.Delete), Run: xdel},
	{Name: "xdelex", Group: command.Stream, Since: "8.2.0",
		Summary:    "Removes entries by their ids, with a choice of what becomes of them where they are pending.",
		Complexity: "O(1) for each id, whatever the length of the stream", Arity: -5, Flags: command.Write | command.Fast,
		Syntax: "key " + refsSyntax + idsSyntax, Keys: command.KeyAt(1, command.RW|command.Delete), Run: xdelex},
}

func xdel(c *command.Ctx) {
	key, ids := c.Args[1], c.Args[2:]
	e := c.Tx.Write(key)
	if !c.Want(e, store.StreamKind) {
		return
	}
	if e == nil {
		c.Out.Int(0)
		return
	}
	if !checkIDs(c, ids) {
		return
	}
	s, ch := e.Stream(), changes{c: c, e: e}
	for _, arg := range ids {
		if id, _ := parseID(arg, 0); s.Contains(id) {
			ch.add()
			s.Delete(id)
		}
	}
	if ch.n > 0 {
		c.Tx.Notify(store.EventStream, "xdel", key)
	}
	c.Out.Int(int64(ch.n))
}

// What XDELEX and XACKDEL reply for an id.
const (
	noSuchID     = -1
	wasDeleted   = 1
	isReferenced = 2 // it stays, since a group has it pending or has yet to read it
)

// idsOptions are the options of XDELEX and XACKDEL.
type idsOptions struct {
	refs stream.References
	ids  [][]byte
}

// parseIDs reads the options from argument i on.
func parseIDs(c *command.Ctx, i int) (o idsOptions, ok bool) {
	refs := false
	for i < len(c.Args) {
		arg := c.Args[i]
		switch {
		case !refs && parseRefs(arg, &o.refs):
			refs = true
			i++
		case command.EqualFold(arg, "ids") && i+1 < len(c.Args):
			n, ok := store.ParseInt(c.Args[i+1])
			if !ok || n < 1 {
				c.Out.Error("ERR Number of IDs must be a positive integer")
				return o, false
			}
			i += 2
			if n > int64(len(c.Args)-i) {
				c.Out.Error("ERR The `numids` parameter must match the number of arguments")
				return o, false
			}
			o.ids = c.Args[i : i+int(n)]
			i += int(n)
		default:
			c.Out.Error(command.ErrSyntax)
			return o, false
		}
	}
	if o.ids == nil {
		c.Out.Error("ERR IDS option is required")
		return o, false
	}
	return o, true
}

// replyNone replies that there is none of the ids.
func (o *idsOptions) replyNone(c *command.Ctx) {
	c.Out.Array(len(o.ids))
	for range o.ids {
		c.Out.Int(noSuchID)
	}
}

func xdelex(c *command.Ctx) {
	key := c.Args[1]
	e := c.Tx.Write(key)
	if !c.Want(e, store.StreamKind) {
		return
	}
	o, ok := parseIDs(c, 2)
	if !ok {
		return
	}
	if e == nil {
		o.replyNone(c)
		return
	}
	if !checkIDs(c, o.ids) {
		return
	}
	s, ch, deleted := e.Stream(), changes{c: c, e: e}, false
	c.Out.Array(len(o.ids))
	for _, arg := range o.ids {
		id, _ := parseID(arg, 0)
		result := int64(noSuchID)
		switch {
		case o.refs == stream.AckedOnly && s.Referenced(id):
			result = isReferenced
		case s.Contains(id):
			ch.add()
			s.Delete(id)
			result, deleted = wasDeleted, true
		}
		if o.refs == stream.DropRefs {
			forget(&ch, s, id)
		}
		c.Out.Int(result)
	}
	if deleted {
		c.Tx.Notify(store.EventStream, "xdel", key)
	}
}

// forget takes an entry, be it there or not, from all groups that have it pending.
func forget(ch *changes, s *stream.Stream, id stream.ID) {
	for g := range s.EachGroup() {
		if g.PendingEntry(id) != nil {
			ch.add()
			g.Ack(id)
		}
	}
}
