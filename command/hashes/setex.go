package hashes

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var setexSpecs = []command.Spec{
	{Name: "hsetex", Group: command.Hash, Summary: "Sets fields of a hash and their deadlines; a missing hash is created.", Since: "8.0.0",
		Complexity: perField, Arity: -6, Flags: writeFlags,
		Syntax: "key condition:[FNX | FXX] [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | " +
			"PXAT unix-time-milliseconds:unix-time | KEEPTTL] FIELDS <numfields:integer <field value> [<field value> ...]>",
		Keys: command.KeyAt(1, command.RW|command.Update), Run: hsetex},
}

// presence says which fields must be there for a HSETEX to do anything.
type presence uint8

const (
	whatever presence = iota
	none              // FNX: none of them
	every             // FXX: all of them
)

// setexOptions are what stands before the fields of a HSETEX.
type setexOptions struct {
	presence  presence
	timed     bool
	keep      bool // KEEPTTL
	at        int64
	pairs     [][]byte
	unitIndex int // of the option that gives the deadline
	inMillis  bool
}

func parseSetex(c *command.Ctx) (o setexOptions, ok bool) {
	for i := 2; i < len(c.Args); i++ {
		arg := c.Args[i]
		u, isUnit := parseUnit(arg)
		switch {
		case command.EqualFold(arg, "fields"):
			o.pairs, ok = namedPairs(c, i)
			return o, ok
		case isUnit:
			if !o.chooseLife(c) {
				return o, false
			}
			if i+1 == len(c.Args) {
				c.Out.Error("ERR missing expire time")
				return o, false
			}
			o.timed, o.inMillis, o.unitIndex = true, u == unixMillis, i
			i++
			if o.at, ok = deadline(c, c.Args[i], u); !ok {
				return o, false
			}
		case command.EqualFold(arg, "keepttl"):
			if !o.chooseLife(c) {
				return o, false
			}
			o.keep = true
		case command.EqualFold(arg, "fnx"), command.EqualFold(arg, "fxx"):
			if o.presence != whatever {
				c.Out.Error("ERR Only one of FXX or FNX arguments can be specified")
				return o, false
			}
			o.presence = every
			if arg[1]|0x20 == 'n' {
				o.presence = none
			}
		default:
			c.Out.Error("ERR unknown argument: " + string(arg))
			return o, false
		}
	}
	c.WrongArity()
	return o, false
}

// chooseLife replies an error when there was an option about the deadline already.
func (o *setexOptions) chooseLife(c *command.Ctx) bool {
	if o.timed || o.keep {
		c.Out.Error("ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified")
		return false
	}
	return true
}

// namedPairs reads, from argument i on to the last, the word FIELDS, a number and so many fields with their values.
func namedPairs(c *command.Ctx, i int) (pairs [][]byte, ok bool) {
	if len(c.Args)-i < fieldsPrefix+2 {
		c.WrongArity()
		return nil, false
	}
	n, ok := store.ParseInt(c.Args[i+1])
	if !ok || n < 1 || n > math.MaxInt32 {
		c.Out.Error("ERR invalid number of fields")
		return nil, false
	}
	pairs = c.Args[i+fieldsPrefix:]
	if len(pairs)%2 != 0 || n != int64(len(pairs)/2) {
		c.WrongArity()
		return nil, false
	}
	return pairs, true
}

// holds looks whether the fields are there, or not, as they must be. Fields whose time has come are removed, lest their
// deadlines be kept.
func (o *setexOptions) holds(h *store.Hash, found bool) bool {
	if !found {
		return o.presence != every
	}
	if o.presence == whatever && !o.keep {
		return true
	}
	for i := 0; i < len(o.pairs); i += 2 {
		var n number
		_, has := h.Get(o.pairs[i], n[:])
		if o.presence == every && !has || o.presence == none && has {
			return false
		}
	}
	return true
}

func hsetex(c *command.Ctx) {
	o, ok := parseSetex(c)
	if !ok {
		return
	}
	h, found, ok := lookupWrite(c)
	if !ok {
		return
	}
	holds := o.holds(&h, found)
	if found {
		found = !h.Reap()
	}
	if !holds {
		c.Out.Int(0)
		return
	}
	h = created(c, h, found)
	h.Reserve(o.pairs)
	ch := change{c: c, h: &h, at: o.at}
	for i := 0; i < len(o.pairs); i += 2 {
		h.Set(o.pairs[i], o.pairs[i+1], o.keep)
		if o.timed {
			ch.field(o.pairs[i])
		}
	}
	c.Tx.Notify(store.EventHash, "hset", c.Args[1])
	ch.notify()
	if o.timed && ch.died == 0 {
		o.log(c)
	}
	h.Close()
	c.Out.Int(1)
}

var pxatName = []byte("PXAT")

// log logs the request with its deadline as a time since the epoch.
func (o *setexOptions) log(c *command.Ctx) {
	if o.inMillis {
		return
	}
	var at number
	effect := make([][]byte, len(c.Args))
	copy(effect, c.Args)
	effect[o.unitIndex], effect[o.unitIndex+1] = pxatName, store.AppendInt(at[:0], o.at)
	c.Tx.Effect(effect...)
}
