package streams

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

var pendingSpecs = []command.Spec{
	{Name: "xpending", Group: command.Stream, Summary: "Tells what a group has pending.", Since: "5.0.0",
		Complexity: "O(N) where N is the number of pending entries that are returned, or looked at with IDLE, or that of consumers",
		Arity:      -3, Flags: command.ReadOnly,
		Syntax: "key group filters:[[IDLE min-idle-time:integer] start end count:integer [consumer]]",
		Keys:   command.KeyAt(1, command.RO|command.Access), Tips: varyingOutput, Run: xpending},
}

func xpending(c *command.Ctx) {
	if len(c.Args) == 3 {
		if _, _, g, ok := groupOf(c); ok {
			replySummary(c, g)
		}
		return
	}
	f, ok := parsePending(c)
	if !ok {
		return
	}
	_, _, g, ok := groupOf(c)
	if !ok {
		return
	}
	if f.consumer == nil {
		f.replyOfGroup(c, g)
		return
	}
	cons := g.Consumer(f.consumer)
	if cons == nil {
		c.Out.EmptyArray()
		return
	}
	f.replyOfConsumer(c, g, cons)
}

// replySummary replies how much is pending, between which ids, and how much of it each consumer has.
func replySummary(c *command.Ctx, g *stream.Group) {
	c.Out.Array(4)
	c.Out.Int(int64(g.Pending()))
	low, high, ok := g.PendingRange()
	if !ok {
		c.Out.Null()
		c.Out.Null()
		c.Out.NullArray()
		return
	}
	replyID(c, low)
	replyID(c, high)
	mark, n := c.Out.DeferArray(), 0
	for cons := range g.EachConsumer() {
		if cons.Pending() == 0 {
			continue
		}
		c.Out.Array(2)
		c.Out.BulkString(cons.Name())
		c.Out.BulkInt(int64(cons.Pending()))
		n++
	}
	c.Out.EndArray(mark, n)
}

// pendingFilter says which pending entries to reply.
type pendingFilter struct {
	minIdle   int64 // ms; 0: all
	low, high stream.ID
	count     int64
	consumer  []byte // nil: of all
}

func parsePending(c *command.Ctx) (f pendingFilter, ok bool) {
	if len(c.Args) < 6 || len(c.Args) > 9 {
		c.Out.Error(command.ErrSyntax)
		return f, false
	}
	i := 3
	if command.EqualFold(c.Args[i], "idle") {
		if f.minIdle, ok = c.Int(i + 1); !ok {
			return f, false
		}
		if i += 2; len(c.Args) < i+3 {
			c.Out.Error(command.ErrSyntax)
			return f, false
		}
	}
	if f.count, ok = c.Int(i + 2); !ok {
		return f, false
	}
	if f.low, ok = from(c, i); !ok {
		return f, false
	}
	if f.high, ok = to(c, i+1); !ok {
		return f, false
	}
	if i+3 < len(c.Args) {
		f.consumer = c.Args[i+3]
	}
	return f, true
}

func (f *pendingFilter) replyOfGroup(c *command.Ctx, g *stream.Group) {
	mark, n := c.Out.DeferArray(), int64(0)
	for id, p := range g.EachPending(f.low) {
		if n >= f.count || id.Compare(f.high) > 0 {
			break
		}
		if f.reply(c, id, p) {
			n++
		}
	}
	c.Out.EndArray(mark, int(n))
}

func (f *pendingFilter) replyOfConsumer(c *command.Ctx, g *stream.Group, cons *stream.Consumer) {
	mark, n := c.Out.DeferArray(), int64(0)
	for id := range cons.EachPending(f.low) {
		if n >= f.count || id.Compare(f.high) > 0 {
			break
		}
		if f.reply(c, id, g.PendingEntry(id)) {
			n++
		}
	}
	c.Out.EndArray(mark, int(n))
}

// reply replies one pending entry, if it has been idle for long enough, and reports whether it has.
func (f *pendingFilter) reply(c *command.Ctx, id stream.ID, p *stream.Pending) bool {
	idle := c.Now() - p.Time
	if f.minIdle != 0 && idle < f.minIdle {
		return false
	}
	c.Out.Array(4)
	replyID(c, id)
	c.Out.BulkString(p.Consumer.Name())
	c.Out.Int(max(idle, 0))
	c.Out.Int(p.Count)
	return true
}
