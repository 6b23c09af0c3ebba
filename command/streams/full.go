package streams

// XINFO STREAM FULL.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

// replyFull replies a stream with up to count of its entries, and of what each group and consumer has pending; 0: all.
func replyFull(c *command.Ctx, s *stream.Stream, count int64) {
	c.Out.Map(9)
	replyShape(c, s)
	c.Out.BulkString("entries")
	replyRange(c, s, stream.ID{}, stream.MaxID, count, false)
	c.Out.BulkString("groups")
	c.Out.Array(s.Groups())
	for g := range s.EachGroup() {
		replyFullGroup(c, s, g, count)
	}
}

func replyFullGroup(c *command.Ctx, s *stream.Stream, g *stream.Group, count int64) {
	c.Out.Map(7)
	c.Out.BulkString("name")
	c.Out.BulkString(g.Name())
	replyProgress(c, s, g)
	intField(c, "pel-count", g.Pending())
	c.Out.BulkString("pending")
	mark, n := c.Out.DeferArray(), int64(0)
	for id, p := range g.EachPending(stream.ID{}) {
		if count > 0 && n == count {
			break
		}
		c.Out.Array(4)
		replyID(c, id)
		c.Out.BulkString(p.Consumer.Name())
		c.Out.Int(p.Time)
		c.Out.Int(p.Count)
		n++
	}
	c.Out.EndArray(mark, int(n))
	c.Out.BulkString("consumers")
	c.Out.Array(g.Consumers())
	for cons := range g.EachConsumer() {
		replyFullConsumer(c, g, cons, count)
	}
}

func replyFullConsumer(c *command.Ctx, g *stream.Group, cons *stream.Consumer, count int64) {
	c.Out.Map(5)
	c.Out.BulkString("name")
	c.Out.BulkString(cons.Name())
	intField(c, "seen-time", int(cons.Seen))
	intField(c, "active-time", int(cons.Active))
	intField(c, "pel-count", cons.Pending())
	c.Out.BulkString("pending")
	mark, n := c.Out.DeferArray(), int64(0)
	for id := range cons.EachPending(stream.ID{}) {
		if count > 0 && n == count {
			break
		}
		p := g.PendingEntry(id)
		c.Out.Array(3)
		replyID(c, id)
		c.Out.Int(p.Time)
		c.Out.Int(p.Count)
		n++
	}
	c.Out.EndArray(mark, int(n))
}
