package streams

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

var addSpecs = []command.Spec{
	{Name: "xadd", Group: command.Stream, Summary: "Appends an entry to a stream; a missing one is created.", Since: "5.0.0",
		Complexity: "O(1) to add an entry, O(N) to trim where N is the number of entries removed", Arity: -5,
		Flags: command.Write | command.DenyOOM | command.Fast,
		Syntax: "key [NOMKSTREAM] " + refsSyntax + " trim:[strategy:(MAXLEN | MINID) operator:[equal:= | approximately:~] threshold " +
			"[LIMIT count:integer]] id-selector:<auto-id:* | id> field value [field value ...]",
		Keys: []command.KeySpec{{Flags: command.RW | command.Update, Index: 1, Step: 1,
			Notes: "UPDATE instead of INSERT because of the optional trimming feature"}},
		Tips: varyingOutput, Run: xadd},
}

const errIDTooSmall = "ERR The ID specified in XADD is equal or smaller than the target stream top item"

func xadd(c *command.Ctx) {
	o, ok := parseOptions(c, true)
	if !ok {
		return
	}
	fields := c.Args[min(o.idAt+1, len(c.Args)):]
	if len(fields) < 2 || len(fields)%2 == 1 {
		c.WrongArity()
		return
	}
	if !o.auto && o.seqGiven && o.id.IsZero() {
		c.Out.Error("ERR The ID specified in XADD must be greater than 0-0")
		return
	}
	key := c.Args[1]
	e := c.Tx.Write(key)
	if !c.Want(e, store.StreamKind) {
		return
	}
	if e == nil && o.noStream {
		c.Out.Null()
		return
	}
	s := streamOf(e)
	if s == nil {
		s = stream.New()
	}
	id, problem := o.newID(s, uint64(c.Now()))
	if problem == "" && tooLarge(fields) {
		problem = "ERR Elements are too large to be stored"
	}
	if problem != "" {
		c.Out.Error(problem)
		return
	}
	if e == nil {
		c.Tx.Put(key, store.Stream{Stream: s})
	} else {
		c.Tx.Mutate(e)
	}
	s.Add(id, fields, limits(c))
	c.Tx.Notify(store.EventStream, "xadd", key)
	if o.trim.asked && o.trim.run(s, nil) > 0 {
		c.Tx.Notify(store.EventStream, "xtrim", key)
	}
	replyID(c, id)
	o.log(c, s, id)
}

// log logs the request with what it left open: the id, and how much went when the oldest were removed.
func (o *addOptions) log(c *command.Ctx, s *stream.Stream, id stream.ID) {
	t := newTexts(c)
	idArg := argument{o.idAt, t.id(id)}
	switch {
	case o.trim.Approx:
		logWith(c, idArg, argument{o.trim.at - 1, equalWord}, argument{o.trim.at, o.trim.exactly(s, &t)})
	case o.auto || !o.seqGiven:
		logWith(c, idArg)
	}
}

// newID returns the id of the new entry, or an error.
func (o *addOptions) newID(s *stream.Stream, now uint64) (id stream.ID, problem string) {
	last := s.State().Last
	if last == stream.MaxID {
		return id, "ERR The stream has exhausted the last possible ID, unable to add more items"
	}
	switch id = o.id; {
	case o.auto:
		id, _ = s.NextID(now)
	case !o.seqGiven && id.MS == last.MS:
		if last.Seq == math.MaxUint64 {
			return id, errIDTooSmall
		}
		id.Seq = last.Seq + 1
	}
	if id.Compare(last) <= 0 {
		return id, errIDTooSmall
	}
	return id, ""
}

func tooLarge(fields [][]byte) bool {
	size := 0
	for _, f := range fields {
		size += len(f)
	}
	return size > stream.MaxEntryBytes
}
