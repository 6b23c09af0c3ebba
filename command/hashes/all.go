package hashes

// Commands that walk a hash.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/resp"
)

var allSpecs = []command.Spec{
	{Name: "hgetall", Group: command.Hash, Summary: "Returns all fields of a hash with their values.", Since: "2.0.0",
		Complexity: whole, Arity: 2, Flags: command.ReadOnly, Syntax: "key", Tips: []string{"nondeterministic_output_order"},
		Keys: command.KeyAt(1, command.RO|command.Access), Run: func(c *command.Ctx) { replyAll(c, fieldsAndValues) }},
	{Name: "hkeys", Group: command.Hash, Summary: "Returns all fields of a hash.", Since: "2.0.0",
		Complexity: whole, Arity: 2, Flags: command.ReadOnly, Syntax: "key", Tips: []string{"nondeterministic_output_order"},
		Keys: command.KeyAt(1, command.RO|command.Access), Run: func(c *command.Ctx) { replyAll(c, fieldsOnly) }},
	{Name: "hvals", Group: command.Hash, Summary: "Returns the values of all fields of a hash.", Since: "2.0.0",
		Complexity: whole, Arity: 2, Flags: command.ReadOnly, Syntax: "key", Tips: []string{"nondeterministic_output_order"},
		Keys: command.KeyAt(1, command.RO|command.Access), Run: func(c *command.Ctx) { replyAll(c, valuesOnly) }},
	{Name: "hscan", Group: command.Hash, Summary: "Lists the fields of a hash step by step, with their values.", Since: "2.8.0",
		Complexity: "O(1) a call, O(N) for all, with N the number of fields", Arity: -3, Flags: command.ReadOnly,
		Syntax: "key cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [NOVALUES]",
		Tips:   []string{"nondeterministic_output"}, Keys: command.KeyAt(1, command.RO|command.Access), Run: hscan},
}

const whole = "O(N) where N is the number of fields of the hash"

// part says what of each field is asked for.
type part uint8

const (
	fieldsOnly part = 1 << iota
	valuesOnly
	fieldsAndValues = fieldsOnly | valuesOnly
)

// append appends what is asked for of a field.
func (p part) append(out *resp.Writer, field, value []byte) {
	if p&fieldsOnly != 0 {
		out.Bulk(field)
	}
	if p&valuesOnly != 0 {
		out.Bulk(value)
	}
}

func replyAll(c *command.Ctx, what part) {
	h, found, ok := lookup(c)
	if !ok {
		return
	}
	n := 0
	if found {
		n = h.LiveLen()
	}
	if what == fieldsAndValues {
		c.Out.Map(n)
	} else {
		c.Out.Array(n)
	}
	if n > 0 {
		h.Each(func(field, value []byte) bool {
			what.append(c.Out, field, value)
			return true
		})
	}
}

func hscan(c *command.Ctx) {
	cursor, ok := c.ParseCursor(2)
	if !ok {
		return
	}
	h, found, ok := lookup(c)
	if !ok {
		return
	}
	if !found {
		c.ReplyCursor(0)
		c.Out.EmptyArray()
		return
	}
	o, ok := c.ParseScan(3)
	if !ok {
		return
	}
	what := fieldsAndValues
	perField := 2
	if o.NoValues {
		what, perField = fieldsOnly, 1
	}
	c.ReplyScan(cursor, &o, func(cursor uint64, out *resp.Writer) (next uint64, looked, replies int) {
		next, looked = h.Scan(cursor, func(field, value []byte) {
			if o.Matches(field) {
				what.append(out, field, value)
				replies += perField
			}
		})
		return next, looked, replies
	})
}
