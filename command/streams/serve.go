package streams

// XREAD and XREADGROUP: what is replied.

import (
	"math"
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

func xread(c *command.Ctx) {
	r, problem := parseRead(c.Args, false)
	if problem != "" {
		c.Out.Error(problem)
		return
	}
	var few [8]stream.ID
	ids, ok := r.positions(c, few[:0])
	if !ok {
		return
	}
	out := streamsReply{c: c}
	for i, key := range r.keys {
		if e := c.Tx.Peek(key); e != nil {
			r.serve(&out, key, e.Stream(), ids[i])
		}
	}
	out.finish(&r, ids)
}

func xreadgroup(c *command.Ctx) {
	c.Tx.NoEffect() // who got what is logged, not that they asked
	r, problem := parseRead(c.Args, true)
	if problem != "" {
		c.Out.Error(problem)
		return
	}
	ids, ok := r.positions(c, nil)
	if !ok {
		return
	}
	out := streamsReply{c: c}
	for i, key := range r.keys {
		e := c.Tx.Peek(key)
		s := e.Stream()
		d := delivery{c: c, r: &r, key: key, s: s, g: s.Group(r.group), ch: changes{c: c, e: e, groups: true}}
		d.serve(&out, ids[i])
	}
	out.finish(&r, ids)
}

// nothingYet answers a call for which no stream has anything at the moment. It is the one place where a client may come
// to wait, for r.block milliseconds. "$" means what it did when the wait began: the request that is run again says so. Where
// nobody can wait, as in a transaction, the answer is that of a time that has run out.
func nothingYet(c *command.Ctx, r *readRequest, ids []stream.ID) {
	if r.block >= 0 && c.MayWait {
		w := command.Wait{Keys: r.keys, Kind: store.StreamKind, Always: r.group != nil, Again: slices.Clone(c.Args)}
		if r.block > 0 {
			w.Until = c.Now() + r.block
		}
		w.Retry = r.claimAt
		for i, id := range w.Again[len(w.Again)-len(ids):] {
			if string(id) == "$" {
				w.Again[len(w.Again)-len(ids)+i] = ids[i].Append(nil)
			}
		}
		c.Wait(w)
		return
	}
	c.Out.NullArray()
}

// streamsReply gathers the replies for those streams that have anything.
type streamsReply struct {
	c    *command.Ctx
	n    int
	mark int
}

// begin opens the reply for one stream; its entries follow.
func (o *streamsReply) begin(key []byte) {
	if o.n == 0 {
		o.mark = o.c.Out.DeferArray()
	}
	o.n++
	if o.c.Out.Proto != 3 {
		o.c.Out.Array(2)
	}
	o.c.Out.Bulk(key)
}

// finish closes the reply: a map, which to RESP2 is an array of pairs.
func (o *streamsReply) finish(r *readRequest, ids []stream.ID) {
	switch {
	case o.n == 0:
		nothingYet(o.c, r, ids)
	case o.c.Out.Proto == 3:
		o.c.Out.EndMap(o.mark, o.n)
	default:
		o.c.Out.EndArray(o.mark, o.n)
	}
}

// serve replies the entries of a stream behind an id, if there are any.
func (r *readRequest) serve(out *streamsReply, key []byte, s *stream.Stream, behind stream.ID) {
	last, ok := s.LastEntry()
	if !ok || last.Compare(behind) <= 0 {
		return
	}
	first, _ := behind.Next()
	out.begin(key)
	replyRange(out.c, s, first, stream.MaxID, r.count, false)
}

// delivery is what one stream gives to a consumer.
type delivery struct {
	c    *command.Ctx
	r    *readRequest
	key  []byte
	s    *stream.Stream
	g    *stream.Group
	cons *stream.Consumer
	ch   changes
}

func (d *delivery) serve(out *streamsReply, behind stream.ID) {
	d.cons = consumer(d.c, &d.ch, d.key, d.g, d.r.consumer)
	if behind != newOnly {
		first, _ := behind.Next()
		out.begin(d.key)
		d.history(first)
		return
	}
	idle := d.idle()
	last, ok := d.s.LastEntry()
	fresh := ok && last.Compare(d.g.LastID) > 0
	if len(idle) == 0 && !fresh {
		return
	}
	d.ch.add()
	out.begin(d.key)
	mark, n := d.c.Out.DeferArray(), int64(len(idle))
	d.claim(idle)
	if fresh {
		n = d.fresh(n)
	}
	d.c.Out.EndArray(mark, int(n))
}

// history replies what the consumer has pending: to it this is another delivery. Of what was deleted there is the id only.
func (d *delivery) history(first stream.ID) {
	mark, n := d.c.Out.DeferArray(), int64(0)
	for id := range d.cons.EachPending(first) {
		if d.r.count > 0 && n == d.r.count {
			break
		}
		n++
		it := d.s.Range(id, id, false)
		if !it.Next() {
			d.c.Out.Array(2)
			replyID(d.c, id)
			d.c.Out.NullArray()
			continue
		}
		replyEntry(d.c, &it)
		p := d.g.PendingEntry(id)
		p.Time = d.c.Now()
		p.Count++
	}
	d.c.Out.EndArray(mark, int(n))
}

// idle lists what has been pending for so long that the call claims it, and notes when that may be so of more.
func (d *delivery) idle() []stream.ID {
	if d.r.minIdle < 0 {
		return nil
	}
	idle, next := d.g.Idle(d.s, d.c.Now()-d.r.minIdle, int(d.r.count))
	if next < math.MaxInt64-d.r.minIdle && (d.r.claimAt == 0 || next+d.r.minIdle < d.r.claimAt) {
		d.r.claimAt = next + d.r.minIdle
	}
	return idle
}

// claim replies entries that others had pending, each with the time since the last delivery and the number of deliveries.
func (d *delivery) claim(ids []stream.ID) {
	now := d.c.Now()
	for _, id := range ids {
		it := d.s.Range(id, id, false)
		it.Next()
		p := *d.g.PendingEntry(id)
		d.replyEntry(&it, now-p.Time, p.Count)
		d.g.Assign(id, d.cons, now, p.Count+1)
		d.cons.Active = now
		logClaim(d.c, d.key, d.g, id)
	}
}

// replyEntry replies an entry, with what CLAIM asks for beside.
func (d *delivery) replyEntry(it *stream.Iter, idle, deliveries int64) {
	if d.r.minIdle < 0 {
		replyEntry(d.c, it)
		return
	}
	d.c.Out.Array(4)
	replyID(d.c, it.ID())
	replyFields(d.c, it)
	d.c.Out.Int(idle)
	d.c.Out.Int(deliveries)
}

// fresh replies entries that were delivered to nobody yet, behind n that have been replied, and returns how many there are
// then.
func (d *delivery) fresh(n int64) int64 {
	first, _ := d.g.LastID.Next()
	had := n
	for it := d.s.Range(first, stream.MaxID, false); (d.r.count == 0 || n < d.r.count) && it.Next(); n++ {
		d.s.Deliver(d.g, it.ID())
		d.replyEntry(&it, 0, 0)
		if d.r.noAck {
			continue
		}
		d.g.Assign(it.ID(), d.cons, d.c.Now(), 1)
		d.cons.Active = d.c.Now()
		logClaim(d.c, d.key, d.g, it.ID())
	}
	if n > had {
		logGroupID(d.c, d.key, d.g)
	}
	return n
}
