package hashes

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
)

var randomSpecs = []command.Spec{
	{Name: "hrandfield", Group: command.Hash, Summary: "Returns fields of a hash, picked at random.", Since: "6.2.0",
		Complexity: "O(N) where N is the number of fields that are returned", Arity: -2, Flags: command.ReadOnly,
		Syntax: "key options:[count:integer [WITHVALUES]]", Tips: []string{"nondeterministic_output"},
		Keys: command.KeyAt(1, command.RO|command.Access), Run: hrandfield},
}

func hrandfield(c *command.Ctx) {
	if len(c.Args) == 2 {
		randomOne(c)
		return
	}
	count, ok := c.Int(2)
	if !ok {
		return
	}
	if count == math.MinInt64 {
		c.Out.Error("ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807")
		return
	}
	what := fieldsOnly
	if len(c.Args) > 3 {
		if len(c.Args) > 4 || !command.EqualFold(c.Args[3], "withvalues") {
			c.Out.Error(command.ErrSyntax)
			return
		}
		what = fieldsAndValues
		if count < -math.MaxInt64/2 || count > math.MaxInt64/2 {
			c.Out.Error("ERR value is out of range")
			return
		}
	}
	randomMany(c, count, what)
}

func randomOne(c *command.Ctx) {
	h, found, ok := lookup(c)
	if !ok {
		return
	}
	if found {
		h.RemoveDead()
		found = !h.Reap()
	}
	if !found {
		c.Out.Null()
		return
	}
	h.Sample(1, func(field, _ []byte) { c.Out.Bulk(field) })
}

// randomMany replies count different fields, or, when count is negative, so many of which some may be the same.
func randomMany(c *command.Ctx, count int64, what part) {
	h, found, ok := lookup(c)
	if !ok {
		return
	}
	if found {
		h.RemoveDead()
		found = !h.Reap()
	}
	if !found || count == 0 {
		c.Out.EmptyArray()
		return
	}
	if c.RefuseRepeats(-count) {
		return
	}
	n := int(-count)
	if count > 0 {
		n = int(min(count, int64(h.Len())))
	}
	nested := what == fieldsAndValues && c.Out.Proto > 2
	if what == fieldsAndValues && !nested {
		c.Out.Array(2 * n)
	} else {
		c.Out.Array(n)
	}
	reply := func(field, value []byte) {
		if nested {
			c.Out.Array(2)
		}
		what.append(c.Out, field, value)
	}
	if count < 0 {
		h.Sample(n, reply)
	} else {
		h.SampleDistinct(n, reply)
	}
}
