package streams

// What is logged.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

// argument replaces the argument at a place.
type argument struct {
	at   int
	text []byte
}

// logWith logs the request with other arguments in the place of some of its own, which it has again afterwards.
func logWith(c *command.Ctx, arguments ...argument) {
	for i, a := range arguments {
		c.Args[a.at], arguments[i].text = a.text, c.Args[a.at]
	}
	c.Tx.Effect(c.Args...)
	for _, a := range arguments {
		c.Args[a.at] = a.text
	}
}

var (
	xclaimWord, xgroupWord   = []byte("XCLAIM"), []byte("XGROUP")
	setIDWord, createWord    = []byte("SETID"), []byte("CREATECONSUMER")
	timeWord, retryCountWord = []byte("TIME"), []byte("RETRYCOUNT")
	forceWord, justIDWord    = []byte("FORCE"), []byte("JUSTID")
	lastIDWord, entriesWord  = []byte("LASTID"), []byte("ENTRIESREAD")
	zeroWord, equalWord      = []byte("0"), []byte("=")
)

// texts builds short arguments, one behind the other, in memory that lasts for the call.
type texts struct{ buf []byte }

func newTexts(c *command.Ctx) texts {
	if cap(c.Scratch) < 256 {
		c.Scratch = make([]byte, 256)
	}
	return texts{c.Scratch[:0]}
}

func (t *texts) id(id stream.ID) []byte {
	n := len(t.buf)
	t.buf = id.Append(t.buf)
	return t.buf[n:]
}

func (t *texts) int(i int64) []byte {
	n := len(t.buf)
	t.buf = store.AppendInt(t.buf, i)
	return t.buf[n:]
}

func (t *texts) string(s string) []byte {
	n := len(t.buf)
	t.buf = append(t.buf, s...)
	return t.buf[n:]
}

// logClaim logs who has a pending entry now, and what the group has come to.
func logClaim(c *command.Ctx, key []byte, g *stream.Group, id stream.ID) {
	t, p := newTexts(c), g.PendingEntry(id)
	c.Tx.Effect(xclaimWord, key, t.string(g.Name()), t.string(p.Consumer.Name()), zeroWord, t.id(id), timeWord, t.int(p.Time),
		retryCountWord, t.int(p.Count), forceWord, justIDWord, lastIDWord, t.id(g.LastID))
}

// logGroupID logs what the group has come to.
func logGroupID(c *command.Ctx, key []byte, g *stream.Group) {
	t := newTexts(c)
	c.Tx.Effect(xgroupWord, setIDWord, key, t.string(g.Name()), t.id(g.LastID), entriesWord, t.int(g.Read))
}

// consumer returns a consumer of the group, who was seen now. It is created, and that is logged, when there is none.
func consumer(c *command.Ctx, ch *changes, key []byte, g *stream.Group, name []byte) *stream.Consumer {
	if cons := g.Consumer(name); cons != nil {
		cons.Seen = c.Now()
		return cons
	}
	ch.add()
	cons := g.CreateConsumer(name, c.Now())
	c.Tx.Notify(store.EventStream, "xgroup-createconsumer", key)
	t := newTexts(c)
	c.Tx.Effect(xgroupWord, createWord, key, t.string(g.Name()), name)
	return cons
}
