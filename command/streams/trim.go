package streams

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

const refsSyntax = "condition:[KEEPREF | DELREF | ACKED]"

var trimSpecs = []command.Spec{
	{Name: "xtrim", Group: command.Stream, Summary: "Removes entries from the front of a stream.", Since: "5.0.0",
		Complexity: "O(N) where N is the number of entries removed, with small constants: they go in blocks", Arity: -4,
		Flags:  command.Write,
		Syntax: "key trim:<strategy:(MAXLEN | MINID) operator:[equal:= | approximately:~] threshold [LIMIT count:integer] " + refsSyntax + ">",
		Keys:   command.KeyAt(1, command.RW|command.Delete), Tips: varyingOutput, Run: xtrim},
}

// trimOptions are the options of trimming.
type trimOptions struct {
	stream.Trim
	asked bool      // whether to trim at all
	at    int       // which argument is the threshold
	stop  stream.ID // what went came before it
}

// addOptions are the options of XADD.
type addOptions struct {
	trim     trimOptions
	noStream bool // do not create the stream
	idAt     int  // which argument is the id
	id       stream.ID
	auto     bool // "*"
	seqGiven bool
}

// The limits on how many entries may go at once when the request names none: a number of blocks, between two bounds.
const (
	trimBlocks                = 100
	trimUnlimited, trimAtMost = 10000, 1000000
)

// parseOptions reads the options of XADD, up to its id, or of XTRIM.
func parseOptions(c *command.Ctx, add bool) (o addOptions, ok bool) {
	limit, limited, refs := int64(0), false, false
	i := 2
options:
	for ; i < len(c.Args); i++ {
		arg, more := c.Args[i], len(c.Args)-1-i
		switch {
		case add && len(arg) == 1 && arg[0] == '*':
			o.auto = true
			break options
		case more > 0 && (command.EqualFold(arg, "maxlen") || command.EqualFold(arg, "minid")):
			if i, ok = o.trim.parse(c, i); !ok {
				return o, false
			}
		case more > 0 && command.EqualFold(arg, "limit"):
			i++
			if limit, ok = c.Int(i); !ok {
				return o, false
			}
			if limit < 0 {
				c.Out.Error("ERR The LIMIT argument must be >= 0.")
				return o, false
			}
			limited = true
		case !refs && parseRefs(arg, &o.trim.Refs):
			refs = true
		case add && command.EqualFold(arg, "nomkstream"):
			o.noStream = true
		case add:
			if o.id, o.seqGiven, ok = parseNewID(arg, 0); !ok {
				c.Out.Error(errID)
				return o, false
			}
			break options
		default:
			c.Out.Error(command.ErrSyntax)
			return o, false
		}
	}
	o.idAt = i
	switch {
	case limit > 0 && !o.trim.asked:
		c.Out.Error("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy")
		return o, false
	case !add && !o.trim.asked:
		c.Out.Error("ERR syntax error, XTRIM must be called with a trimming strategy")
		return o, false
	case c.Tx.Loading: // what was logged says exactly what is to go
	case limited && !o.trim.Approx:
		c.Out.Error("ERR syntax error, LIMIT cannot be used without the special ~ option")
		return o, false
	case limited:
		o.trim.Limit = int(limit)
	case o.trim.Approx:
		o.trim.Limit = usualLimit(c)
	}
	return o, true
}

func usualLimit(c *command.Ctx) int {
	perBlock := c.Host.Config().Int(config.StreamNodeMaxEntries)
	if perBlock <= 0 {
		return trimUnlimited
	}
	return trimBlocks * int(min(perBlock, trimAtMost/trimBlocks))
}

// parse reads a strategy from argument i on, and returns which argument was the last of it.
func (o *trimOptions) parse(c *command.Ctx, i int) (last int, ok bool) {
	if o.asked {
		c.Out.Error("ERR syntax error, MAXLEN and MINID options at the same time are not compatible")
		return i, false
	}
	o.asked, o.ByID = true, command.EqualFold(c.Args[i], "minid")
	i++
	if op := c.Args[i]; len(op) == 1 && i+1 < len(c.Args) && (op[0] == '~' || op[0] == '=') {
		o.Approx = op[0] == '~'
		i++
	}
	o.at = i
	if o.ByID {
		o.MinID, ok = idArg(c, i)
		return i, ok
	}
	n, ok := c.Int(i)
	if ok && n < 0 {
		c.Out.Error("ERR The MAXLEN argument must be >= 0.")
		return i, false
	}
	o.MaxLen = int(n)
	return i, ok
}

// parseRefs reads what is to become of references.
func parseRefs(arg []byte, refs *stream.References) bool {
	switch {
	case command.EqualFold(arg, "keepref"):
		*refs = stream.KeepRefs
	case command.EqualFold(arg, "delref"):
		*refs = stream.DropRefs
	case command.EqualFold(arg, "acked"):
		*refs = stream.AckedOnly
	default:
		return false
	}
	return true
}

// run trims, and calls before, unless that is nil, before it removes anything.
func (o *trimOptions) run(s *stream.Stream, before func()) (n int) {
	n, o.stop = s.Trim(o.Trim, before)
	return n
}

// exactly returns the threshold that says what a trimming which need not be exact has left.
func (o *trimOptions) exactly(s *stream.Stream, t *texts) []byte {
	if o.ByID {
		return t.id(o.stop)
	}
	return t.int(int64(s.Len()))
}

func xtrim(c *command.Ctx) {
	o, ok := parseOptions(c, false)
	if !ok {
		return
	}
	key := c.Args[1]
	e := c.Tx.Write(key)
	if !c.Want(e, store.StreamKind) {
		return
	}
	if e == nil {
		c.Out.Int(0)
		return
	}
	s, ch := e.Stream(), changes{c: c, e: e}
	n := o.trim.run(s, ch.add)
	if n > 0 {
		c.Tx.AddDirty(n - 1)
		c.Tx.Notify(store.EventStream, "xtrim", key)
		if o.trim.Approx {
			t := newTexts(c)
			logWith(c, argument{o.trim.at - 1, equalWord}, argument{o.trim.at, o.trim.exactly(s, &t)})
		}
	}
	c.Out.Int(int64(n))
}
