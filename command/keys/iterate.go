package keys

// Finding keys: all that match, some after the others, any one.

import (
	"bytes"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/glob"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
)

var iterating = []command.Spec{
	{Name: "keys", Group: command.Generic, Summary: "Lists the keys that match a pattern.", Since: "1.0.0",
		Complexity: "O(N) with N the number of keys in the database", Arity: 2, Flags: command.ReadOnly | command.LockAll,
		Categories: command.CatKeyspace | command.CatDangerous, Syntax: "pattern:pattern",
		Tips: []string{"request_policy:all_shards", "nondeterministic_output_order"}, Run: keys},
	{Name: "scan", Group: command.Generic, Summary: "Lists the keys of a database step by step.", Since: "2.8.0",
		Complexity: "O(1) a call, O(N) for all, with N the number of keys", Arity: -2, Flags: command.ReadOnly,
		Categories: command.CatKeyspace, Syntax: "cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [TYPE type]",
		Tips: []string{"nondeterministic_output", "request_policy:special", "response_policy:special"}, Run: scan},
	{Name: "randomkey", Group: command.Generic, Summary: "Returns any one key of the database.", Since: "1.0.0",
		Complexity: "O(1)", Arity: 1, Flags: command.ReadOnly | command.LockAll, Categories: command.CatKeyspace,
		Tips: []string{"request_policy:all_shards", "response_policy:special", "nondeterministic_output"}, Run: randomKey},
}

// all is the pattern that matches every key, the empty one too, which it does not by the rules of globs.
const all = "*"

func keys(c *command.Ctx) {
	pattern := c.Args[1]
	if !bytes.ContainsAny(pattern, `*?[\`) {
		if c.Tx.Peek(pattern) == nil {
			c.Out.EmptyArray()
			return
		}
		c.Out.Array(1)
		c.Out.Bulk(pattern)
		return
	}
	every := string(pattern) == all
	n, mark := 0, c.Out.DeferArray()
	c.Tx.Each(func(e *store.Entry) bool {
		if every || glob.Match(pattern, e.KeyBytes(), false) {
			c.Out.Bulk(e.KeyBytes())
			n++
		}
		return true
	})
	c.Out.EndArray(mark, n)
}

func randomKey(c *command.Ctx) {
	e := c.Tx.Random()
	if e == nil {
		c.Out.Null()
		return
	}
	c.Out.Bulk(e.KeyBytes())
}

// scan holds one shard at a time.
func scan(c *command.Ctx) {
	cursor, ok := c.ParseCursor(1)
	if !ok {
		return
	}
	o, ok := c.ParseScan(2)
	if !ok {
		return
	}
	c.ReplyScan(cursor, &o, func(cursor uint64, out *resp.Writer) (next uint64, looked, replies int) {
		next = c.Tx.Scan(cursor, func(e *store.Entry) {
			looked++
			if o.Matches(e.KeyBytes()) && (o.Kind == "" || o.Kind == e.Kind().String()) { // a type that does not exist has no keys
				out.Bulk(e.KeyBytes())
				replies++
			}
		})
		return next, looked, replies
	})
}
