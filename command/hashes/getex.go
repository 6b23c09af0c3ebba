package hashes

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var getexSpecs = []command.Spec{
	{Name: "hgetex", Group: command.Hash, Summary: "Returns the values of fields of a hash and sets or removes their deadlines.", Since: "8.0.0",
		Complexity: perField, Arity: -5, Flags: command.Write | command.Fast,
		Syntax: "key [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | " +
			"PXAT unix-time-milliseconds:unix-time | PERSIST] FIELDS <numfields:integer field [field ...]>",
		Keys: []command.KeySpec{{Flags: command.RW | command.Access | command.Update, Index: 1, Step: 1,
			Notes: "The deadlines of fields may change, the values do not"}},
		Run: hgetex},
}

// unitNames are the options that give a deadline, by unit.
var unitNames = [...]string{seconds: "ex", milliseconds: "px", unixSeconds: "exat", unixMillis: "pxat"}

// parseUnit reads an option that gives a deadline.
func parseUnit(arg []byte) (u unit, ok bool) {
	for u, name := range unitNames {
		if command.EqualFold(arg, name) {
			return unit(u), true
		}
	}
	return 0, false
}

var hpersistName = []byte("HPERSIST")

func hgetex(c *command.Ctx) {
	h, found, ok := lookupWrite(c)
	if !ok {
		return
	}
	i, at := 2, int64(0)
	u, timed := parseUnit(c.Args[2])
	persist := command.EqualFold(c.Args[2], "persist")
	switch {
	case timed:
		if at, ok = deadline(c, c.Args[3], u); !ok {
			return
		}
		i = 4
	case persist:
		i = 3
	}
	if i+1 >= len(c.Args) {
		c.WrongArity()
		return
	}
	fields, ok := namedFields(c, i, noNumber)
	if !ok {
		return
	}
	c.Out.Array(len(fields))
	ch := change{c: c, h: &h, at: at}
	var persisted [][]byte
	for _, field := range fields {
		switch has := replyField(c, &h, found, field); {
		case !has:
		case timed:
			ch.field(field)
		case persist:
			if old, _ := h.Deadline(field); old != 0 {
				h.Persist(field)
				persisted = append(persisted, field)
			}
		}
	}
	if !found {
		return
	}
	h.ReportDead()
	if len(persisted) > 0 {
		logPersisted(c, persisted)
	}
	ch.finish(nil)
}

func logPersisted(c *command.Ctx, fields [][]byte) {
	var n number
	effect := make([][]byte, 0, len(fields)+4)
	effect = append(effect, hpersistName, c.Args[1], fieldsName, store.AppendInt(n[:0], int64(len(fields))))
	c.Tx.Effect(append(effect, fields...)...)
	c.Tx.Notify(store.EventHash, "hpersist", c.Args[1])
}
