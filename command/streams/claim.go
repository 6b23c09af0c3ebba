package streams

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

var claimSpecs = []command.Spec{
	{Name: "xclaim", Group: command.Stream, Summary: "Makes a consumer the owner of entries that others have pending.", Since: "5.0.0",
		Complexity: "O(log N) for each id, where N is the number of pending entries of the group", Arity: -6,
		Flags: command.Write | command.Fast,
		Syntax: "key group consumer min-idle-time 'ID' ['ID' ...] [IDLE ms:integer] [TIME unix-time-milliseconds:unix-time] " +
			"[RETRYCOUNT count:integer] [FORCE] [JUSTID] [LASTID lastid]",
		Keys: command.KeyAt(1, command.RW|command.Update), Tips: varyingOutput, Run: xclaim},
}

// groupOf returns the stream and the group that arguments 1 and 2 name. It replies an error, and returns false, when there
// is no such group.
func groupOf(c *command.Ctx) (e *store.Entry, s *stream.Stream, g *stream.Group, ok bool) {
	e = c.Tx.Read(c.Args[1])
	if !c.Want(e, store.StreamKind) {
		return nil, nil, nil, false
	}
	if s = streamOf(e); s != nil {
		g = s.Group(c.Args[2])
	}
	if g == nil {
		c.Out.Errorf(errNoGroup, c.Args[1], c.Args[2])
		return nil, nil, nil, false
	}
	return e, s, g, true
}

// claimOptions are the options of XCLAIM.
type claimOptions struct {
	minIdle       int64 // ms
	ids           [][]byte
	time          int64 // of the delivery, in ms
	count         int64 // of deliveries; -1: as it comes
	force, justID bool
	lastID        stream.ID
}

// minIdle reads argument 4 as how long entries must have been idle, in milliseconds.
func minIdle(c *command.Ctx) (ms int64, ok bool) {
	if ms, ok = store.ParseInt(c.Args[4]); !ok {
		c.Out.Errorf("ERR Invalid min-idle-time argument for %s", upper(c))
	}
	return max(ms, 0), ok
}

func upper(c *command.Ctx) string {
	if c.Spec.Name == "xclaim" {
		return "XCLAIM"
	}
	return "XAUTOCLAIM"
}

func parseClaim(c *command.Ctx) (o claimOptions, ok bool) {
	if o.minIdle, ok = minIdle(c); !ok {
		return o, false
	}
	i := 5
	for ; i < len(c.Args); i++ {
		if _, ok := parseID(c.Args[i], 0); !ok {
			break
		}
	}
	o.ids = c.Args[5:i]
	now := c.Now()
	o.time, o.count = -1, -1
	for ; i < len(c.Args); i++ {
		arg, more := c.Args[i], i+1 < len(c.Args)
		switch {
		case command.EqualFold(arg, "force"):
			o.force = true
		case command.EqualFold(arg, "justid"):
			o.justID = true
		case more && command.EqualFold(arg, "idle"):
			i++
			ok = claimInt(c, i, "IDLE", &o.time)
			o.time = now - o.time
		case more && command.EqualFold(arg, "time"):
			i++
			ok = claimInt(c, i, "TIME", &o.time)
		case more && command.EqualFold(arg, "retrycount"):
			i++
			ok = claimInt(c, i, "RETRYCOUNT", &o.count)
		case more && command.EqualFold(arg, "lastid"):
			i++
			o.lastID, ok = idArg(c, i)
		default:
			c.Out.Errorf("ERR Unrecognized XCLAIM option '%s'", arg)
			return o, false
		}
		if !ok {
			return o, false
		}
	}
	if o.time < 0 || o.time > now { // clocks of clients differ
		o.time = now
	}
	return o, true
}

// claimInt reads argument i as the number that an option takes.
func claimInt(c *command.Ctx, i int, option string, n *int64) (ok bool) {
	if *n, ok = store.ParseInt(c.Args[i]); !ok {
		c.Out.Errorf("ERR Invalid %s option argument for XCLAIM", option)
	}
	return ok
}

func xclaim(c *command.Ctx) {
	c.Tx.NoEffect() // what was claimed is logged
	e, s, g, ok := groupOf(c)
	if !ok {
		return
	}
	o, ok := parseClaim(c)
	if !ok {
		return
	}
	key, ch := c.Args[1], changes{c: c, e: e, groups: true}
	moved := o.lastID.Compare(g.LastID) > 0
	if moved {
		ch.add()
		g.LastID = o.lastID
	}
	cons := consumer(c, &ch, key, g, c.Args[3])
	had := ch.n
	mark, n := c.Out.DeferArray(), 0
	for _, arg := range o.ids {
		id, _ := parseID(arg, 0)
		if o.claim(c, &ch, s, g, cons, id) {
			n++
		}
	}
	c.Out.EndArray(mark, n)
	if moved && ch.n == had { // else each claim has said so
		logGroupID(c, key, g)
	}
}

// claim makes cons the owner of one entry, and replies it. It reports whether the entry is there and may be claimed.
func (o *claimOptions) claim(c *command.Ctx, ch *changes, s *stream.Stream, g *stream.Group, cons *stream.Consumer, id stream.ID) bool {
	p := g.PendingEntry(id)
	it := s.Range(id, id, false)
	if !it.Next() {
		if p != nil { // it was deleted
			drop(c, ch, g, id)
		}
		return false
	}
	count := int64(1)
	switch {
	case p == nil && !o.force:
		return false
	case p != nil && c.Now()-p.Time < o.minIdle:
		return false
	case p != nil:
		count = p.Count
	}
	if o.count >= 0 {
		count = o.count
	} else if !o.justID {
		count++
	}
	ch.add()
	g.Assign(id, cons, o.time, count)
	cons.Active = c.Now()
	if o.justID {
		replyID(c, id)
	} else {
		replyEntry(c, &it)
	}
	logClaim(c, c.Args[1], g, id)
	return true
}

// drop takes an entry that was deleted from those that are pending. To claim it does that, also where it is logged.
func drop(c *command.Ctx, ch *changes, g *stream.Group, id stream.ID) {
	ch.add()
	logClaim(c, c.Args[1], g, id)
	g.Ack(id)
}
