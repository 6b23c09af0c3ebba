package streams

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

var ackSpecs = []command.Spec{
	{Name: "xack", Group: command.Stream, Summary: "Says that a group is done with entries, and returns how many it had pending.",
		Since: "5.0.0", Complexity: "O(1) for each id", Arity: -4, Flags: command.Write | command.Fast,
		Syntax: "key group 'ID' ['ID' ...]", Keys: command.KeyAt(1, command.RW|command.Update), Run: xack},
	{Name: "xackdel", Group: command.Stream, Summary: "Says that a group is done with entries, and removes them from the stream.",
		Since: "8.2.0", Complexity: "O(1) for each id", Arity: -6, Flags: command.Write | command.Fast,
		Syntax: "key group " + refsSyntax + idsSyntax,
		Keys:   command.KeyAt(1, command.RW|command.Update|command.Delete), Run: xackdel},
}

func xack(c *command.Ctx) {
	e := c.Tx.Read(c.Args[1])
	if !c.Want(e, store.StreamKind) {
		return
	}
	var g *stream.Group
	if e != nil {
		g = e.Stream().Group(c.Args[2])
	}
	if g == nil {
		c.Out.Int(0)
		return
	}
	ids := c.Args[3:]
	if !checkIDs(c, ids) {
		return
	}
	ch := changes{c: c, e: e, groups: true}
	for _, arg := range ids {
		if id, _ := parseID(arg, 0); g.PendingEntry(id) != nil {
			ch.add()
			g.Ack(id)
		}
	}
	c.Out.Int(int64(ch.n))
}

func xackdel(c *command.Ctx) {
	key := c.Args[1]
	e := c.Tx.Read(key)
	if !c.Want(e, store.StreamKind) {
		return
	}
	o, ok := parseIDs(c, 3)
	if !ok {
		return
	}
	var g *stream.Group
	if e != nil {
		g = e.Stream().Group(c.Args[2])
	}
	if g == nil {
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
		if g.PendingEntry(id) == nil {
			c.Out.Int(noSuchID)
			continue
		}
		ch.add()
		g.Ack(id)
		if o.refs == stream.AckedOnly && s.Referenced(id) {
			c.Out.Int(isReferenced)
			continue
		}
		if o.refs == stream.DropRefs {
			s.Forget(id)
		}
		deleted = s.Delete(id) || deleted
		c.Out.Int(wasDeleted)
	}
	if deleted {
		c.Tx.Notify(store.EventStream, "xdel", key)
	}
}
