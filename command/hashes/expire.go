package hashes

// Deadlines of fields: setting them.

import (
	"fmt"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

const expireSyntax = " [NX | XX | GT | LT] FIELDS <numfields:integer field [field ...]>"

var expireSpecs = []command.Spec{
	{Name: "hexpire", Group: command.Hash, Summary: "Sets how long fields of a hash are to live, in seconds.", Since: "7.4.0",
		Complexity: perField, Arity: -6, Flags: writeFlags, Syntax: "key seconds:integer" + expireSyntax,
		Keys: command.KeyAt(1, command.RW|command.Update), Run: func(c *command.Ctx) { expire(c, seconds) }},
	{Name: "hpexpire", Group: command.Hash, Summary: "Sets how long fields of a hash are to live, in milliseconds.", Since: "7.4.0",
		Complexity: perField, Arity: -6, Flags: writeFlags, Syntax: "key milliseconds:integer" + expireSyntax,
		Keys: command.KeyAt(1, command.RW|command.Update), Run: func(c *command.Ctx) { expire(c, milliseconds) }},
	{Name: "hexpireat", Group: command.Hash, Summary: "Sets the deadline of fields of a hash, in seconds since the Unix epoch.", Since: "7.4.0",
		Complexity: perField, Arity: -6, Flags: writeFlags, Syntax: "key unix-time-seconds:unix-time" + expireSyntax,
		Keys: command.KeyAt(1, command.RW|command.Update), Run: func(c *command.Ctx) { expire(c, unixSeconds) }},
	{Name: "hpexpireat", Group: command.Hash, Summary: "Sets the deadline of fields of a hash, in milliseconds since the Unix epoch.", Since: "7.4.0",
		Complexity: perField, Arity: -6, Flags: writeFlags, Syntax: "key unix-time-milliseconds:unix-time" + expireSyntax,
		Keys: command.KeyAt(1, command.RW|command.Update), Run: func(c *command.Ctx) { expire(c, unixMillis) }},
}

// unit says how a deadline is given.
type unit uint8

const (
	seconds      unit = iota // from now on
	milliseconds             // from now on
	unixSeconds              // since the Unix epoch
	unixMillis               // since the Unix epoch
)

// maxDeadline is the latest deadline that a field may have, in milliseconds since the Unix epoch, as Redis has it.
const maxDeadline = 1<<46 - 1

// deadline reads a time. It replies an error, and returns false, when it makes no sense.
func deadline(c *command.Ctx, arg []byte, u unit) (at int64, ok bool) {
	at, ok = store.ParseInt(arg)
	if !ok {
		c.Out.Error(command.ErrNotInt)
		return 0, false
	}
	if at < 0 {
		c.Out.Error("ERR invalid expire time, must be >= 0")
		return 0, false
	}
	factor, base := int64(1), int64(0)
	if u == seconds || u == unixSeconds {
		factor = 1000
	}
	if u == seconds || u == milliseconds {
		base = c.Now()
	}
	if at > maxDeadline/factor || at*factor > maxDeadline-base {
		c.Out.Error(fmt.Sprintf("ERR invalid expire time in '%s' command", c.Spec.FullName()))
		return 0, false
	}
	return at*factor + base, true
}

// The words for a number of fields that is none, which differ between commands.
const (
	noNumber     = "ERR Number of fields must be a positive integer"
	noNumFields  = "ERR Parameter `numFields` should be greater than 0"
	wrongNumber  = "ERR The `numfields` parameter must match the number of arguments"
	missingWord  = "ERR Mandatory argument FIELDS is missing or not at the right position"
	fieldsPrefix = 2 // the word FIELDS and the number
)

// namedFields reads, from argument i on to the last, the word FIELDS, a number and so many fields. It replies an error when
// there is another word or number.
func namedFields(c *command.Ctx, i int, notPositive string) (fields [][]byte, ok bool) {
	if !command.EqualFold(c.Arg(i), "fields") {
		c.Out.Error(missingWord)
		return nil, false
	}
	n, ok := store.ParseInt(c.Arg(i + 1))
	if !ok || n < 1 {
		c.Out.Error(notPositive)
		return nil, false
	}
	if n != int64(len(c.Args)-i-fieldsPrefix) {
		c.Out.Error(wrongNumber)
		return nil, false
	}
	return c.Args[i+fieldsPrefix:], true
}

// condition says which fields a deadline is set for.
type condition uint8

const (
	always   condition = iota
	ifNone             // NX: the field has no deadline
	ifAny              // XX: it has one
	ifLater            // GT: it has one, and the new one is later
	ifSooner           // LT: it has none, or the new one is sooner
)

// conditionNames are the options, by condition.
var conditionNames = [...]string{ifNone: "nx", ifAny: "xx", ifLater: "gt", ifSooner: "lt"}

func parseCondition(arg []byte) condition {
	for cond := ifNone; cond <= ifSooner; cond++ {
		if command.EqualFold(arg, conditionNames[cond]) {
			return cond
		}
	}
	return always
}

// allows reports whether the deadline old of a field, 0 when it has none, may become at.
func (cond condition) allows(old, at int64) bool {
	switch cond {
	case ifNone:
		return old == 0
	case ifAny:
		return old != 0
	case ifLater:
		return old != 0 && at > old
	case ifSooner:
		return old == 0 || at < old
	}
	return true
}

// Replies for one field.
const (
	noField  = -2
	notSet   = 0
	set      = 1
	outdated = 2 // the deadline has passed, and the field is gone
)

var hpexpireatName = []byte("HPEXPIREAT")

func expire(c *command.Ctx, u unit) {
	h, found, ok := lookupWrite(c)
	if !ok {
		return
	}
	at, ok := deadline(c, c.Args[2], u)
	if !ok {
		return
	}
	cond, i := parseCondition(c.Args[3]), 3
	if cond != always {
		i = 4
	}
	fields, ok := namedFields(c, i, noNumFields)
	if !ok {
		return
	}
	c.Out.Array(len(fields))
	if !found {
		for range fields {
			c.Out.Int(noField)
		}
		return
	}
	ch := change{c: c, h: &h, at: at, cond: cond}
	for _, field := range fields {
		c.Out.Int(int64(ch.field(field)))
	}
	h.ReportDead()
	ch.finish(c.Args[3:i])
}

// change gives fields of a hash a deadline.
type change struct {
	c    *command.Ctx
	h    *store.Hash
	at   int64
	cond condition

	set  [][]byte // the fields that have it now
	died int      // fields that are gone, for it has passed
}

// field changes one field, and returns what is replied for it.
func (ch *change) field(field []byte) int {
	var n number
	if _, has := ch.h.Get(field, n[:]); !has {
		return noField
	}
	if old, _ := ch.h.Deadline(field); !ch.cond.allows(old, ch.at) {
		return notSet
	}
	if ch.at <= ch.c.Now() && !ch.c.Tx.Loading {
		ch.h.Delete(field)
		ch.h.Died(field)
		ch.died++
		return outdated
	}
	ch.h.Expire(field, ch.at)
	ch.set = append(ch.set, field)
	return set
}

// log logs what has become of the fields as an HPEXPIREAT; those that are gone are logged already. options stand before the
// word FIELDS.
func (ch *change) log(options [][]byte) {
	if len(ch.set) == 0 {
		return
	}
	var at, n number
	effect := make([][]byte, 0, len(ch.set)+6)
	effect = append(effect, hpexpireatName, ch.c.Args[1], store.AppendInt(at[:0], ch.at))
	effect = append(effect, options...)
	effect = append(effect, fieldsName, store.AppendInt(n[:0], int64(len(ch.set))))
	ch.c.Tx.Effect(append(effect, ch.set...)...)
}

// finish logs and tells what has happened. The hash is gone when no field is left.
func (ch *change) finish(options [][]byte) {
	ch.log(options)
	ch.notify()
	ch.h.Close()
}

func (ch *change) notify() {
	switch {
	case ch.died > 0:
		ch.c.Tx.Notify(store.EventHash, "hdel", ch.c.Args[1])
	case len(ch.set) > 0:
		ch.c.Tx.Notify(store.EventHash, "hexpire", ch.c.Args[1])
	}
}
