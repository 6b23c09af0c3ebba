package hashes

// Deadlines of fields: asking for them, and removing them.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

const fieldsSyntax = "key FIELDS <numfields:integer field [field ...]>"

var ttlSpecs = []command.Spec{
	{Name: "httl", Group: command.Hash, Summary: "Returns how long fields of a hash have to live, in seconds.", Since: "7.4.0",
		Complexity: perField, Arity: -5, Flags: readFlags, Syntax: fieldsSyntax, Tips: []string{"nondeterministic_output"},
		Keys: command.KeyAt(1, command.RO|command.Access),
		Run:  func(c *command.Ctx) { ttl(c, func(at int64) int64 { return (at - c.Now() + 999) / 1000 }) }},
	{Name: "hpttl", Group: command.Hash, Summary: "Returns how long fields of a hash have to live, in milliseconds.", Since: "7.4.0",
		Complexity: perField, Arity: -5, Flags: readFlags, Syntax: fieldsSyntax, Tips: []string{"nondeterministic_output"},
		Keys: command.KeyAt(1, command.RO|command.Access),
		Run:  func(c *command.Ctx) { ttl(c, func(at int64) int64 { return at - c.Now() }) }},
	{Name: "hexpiretime", Group: command.Hash, Summary: "Returns the deadlines of fields of a hash, in seconds since the Unix epoch.", Since: "7.4.0",
		Complexity: perField, Arity: -5, Flags: readFlags, Syntax: fieldsSyntax, Keys: command.KeyAt(1, command.RO|command.Access),
		Run: func(c *command.Ctx) { ttl(c, func(at int64) int64 { return (at + 999) / 1000 }) }},
	{Name: "hpexpiretime", Group: command.Hash, Summary: "Returns the deadlines of fields of a hash, in milliseconds since the Unix epoch.", Since: "7.4.0",
		Complexity: perField, Arity: -5, Flags: readFlags, Syntax: fieldsSyntax, Keys: command.KeyAt(1, command.RO|command.Access),
		Run: func(c *command.Ctx) { ttl(c, func(at int64) int64 { return at }) }},
	{Name: "hpersist", Group: command.Hash, Summary: "Removes the deadlines of fields of a hash.", Since: "7.4.0",
		Complexity: perField, Arity: -5, Flags: command.Write | command.Fast, Syntax: fieldsSyntax,
		Keys: command.KeyAt(1, command.RW|command.Update), Run: hpersist},
}

// noDeadline is the reply for a field that lives for ever.
const noDeadline = -1

// ttl replies the deadline of each field, in the form that it is asked for.
func ttl(c *command.Ctx, form func(at int64) int64) {
	h, found, ok := lookup(c)
	if !ok {
		return
	}
	fields, ok := namedFields(c, 2, noNumber)
	if !ok {
		return
	}
	c.Out.Array(len(fields))
	for _, field := range fields {
		switch at, has := fieldDeadline(&h, found, field); {
		case !has:
			c.Out.Int(noField)
		case at == 0:
			c.Out.Int(noDeadline)
		default:
			c.Out.Int(form(at))
		}
	}
}

func fieldDeadline(h *store.Hash, found bool, field []byte) (at int64, has bool) {
	if !found {
		return 0, false
	}
	return h.Deadline(field)
}

func hpersist(c *command.Ctx) {
	h, found, ok := lookupWrite(c)
	if !ok {
		return
	}
	fields, ok := namedFields(c, 2, noNumber)
	if !ok {
		return
	}
	c.Out.Array(len(fields))
	changed := false
	for _, field := range fields {
		switch at, has := fieldDeadline(&h, found, field); {
		case !has:
			c.Out.Int(noField)
		case at == 0:
			c.Out.Int(noDeadline)
		default:
			h.Persist(field)
			changed = true
			c.Out.Int(set)
		}
	}
	if changed {
		c.Tx.Notify(store.EventHash, "hpersist", c.Args[1])
	}
}
