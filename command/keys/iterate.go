package keys

// Finding keys: all that match, some after the others, any one.

import (
	"bytes"
	"math"
	"strconv"

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

const (
	// defaultCount is how many keys a SCAN looks at unless it says COUNT.
	defaultCount = 10
	// stepsPerKey is how many steps a SCAN takes for each key of COUNT, when it meets empty buckets only.
	stepsPerKey = 10
	// maxKeptScratch is how large a scratch buffer may stay with its client.
	maxKeptScratch = 64 << 10
)

// scanRequest is the options of a SCAN.
type scanRequest struct {
	cursor  uint64
	count   int64
	pattern []byte // nil: all
	kind    string // "": any
}

func parseScan(c *command.Ctx) (r scanRequest, ok bool) {
	if r.cursor, ok = parseCursor(c.Args[1]); !ok {
		c.Out.Error("ERR invalid cursor")
		return r, false
	}
	r.count = defaultCount
	for i := 2; i < len(c.Args); i += 2 {
		switch {
		case i+1 == len(c.Args):
			return r, r.refuse(c, c.Args[i])
		case command.EqualFold(c.Args[i], "count"):
			if r.count, ok = c.Int(i + 1); !ok {
				return r, false
			}
			if r.count < 1 {
				c.Out.Error(command.ErrSyntax)
				return r, false
			}
		case command.EqualFold(c.Args[i], "match"):
			r.pattern = c.Args[i+1]
			if string(r.pattern) == all {
				r.pattern = nil
			}
		case command.EqualFold(c.Args[i], "type"):
			r.kind = string(bytes.ToLower(c.Args[i+1]))
			if r.kind == "" {
				r.kind = "none"
			}
		default:
			return r, r.refuse(c, c.Args[i])
		}
	}
	return r, true
}

// refuse replies the error for a word that SCAN does not know.
func (scanRequest) refuse(c *command.Ctx, word []byte) bool {
	if command.EqualFold(word, "novalues") {
		c.Out.Error("ERR NOVALUES option can only be used in HSCAN")
	} else {
		c.Out.Error(command.ErrSyntax)
	}
	return false
}

// parseCursor reads an unsigned number as C's strtoull does, but for the minus: no digits at all are 0.
func parseCursor(arg []byte) (cursor uint64, ok bool) {
	if len(arg) == 0 {
		return 0, true
	}
	arg = bytes.TrimLeft(arg, " \t\n\v\f\r")
	arg = bytes.TrimPrefix(arg, []byte("+"))
	cursor, err := strconv.ParseUint(string(arg), 10, 64)
	return cursor, err == nil
}

// wants reports whether e is one of the keys that are asked for. A type that does not exist has no keys.
func (r *scanRequest) wants(e *store.Entry) bool {
	return (r.pattern == nil || glob.Match(r.pattern, e.KeyBytes(), false)) && (r.kind == "" || r.kind == e.Kind().String())
}

// scan holds one shard at a time. The keys are gathered aside, since the cursor stands before them in the reply.
func scan(c *command.Ctx) {
	r, ok := parseScan(c)
	if !ok {
		return
	}
	found := resp.Writer{Buf: c.Scratch[:0]}
	n, seen := 0, int64(0)
	visit := func(e *store.Entry) {
		seen++
		if r.wants(e) {
			found.Bulk(e.KeyBytes())
			n++
		}
	}
	steps := min(r.count, math.MaxInt64/stepsPerKey) * stepsPerKey
	cursor := c.Tx.Scan(r.cursor, visit)
	for ; cursor != 0 && steps > 0 && seen < r.count; steps-- {
		cursor = c.Tx.Scan(cursor, visit)
	}
	c.Out.Array(2)
	c.Out.BulkString(strconv.FormatUint(cursor, 10))
	c.Out.Array(n)
	c.Out.Buf = append(c.Out.Buf, found.Buf...)
	if cap(found.Buf) <= maxKeptScratch {
		c.Scratch = found.Buf
	}
}
