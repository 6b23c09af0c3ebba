package zsets

import (
	"math"
	"strconv"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

var scanSpecs = []command.Spec{
	{Name: "zscan", Group: command.SortedSet, Summary: "Lists the members of a sorted set with their scores step by step.", Since: "2.8.0",
		Complexity: "O(1) a call, O(N) for all, with N the number of members", Arity: -3, Flags: command.ReadOnly,
		Syntax: "key cursor:integer [MATCH pattern:pattern] [COUNT count:integer]", Keys: command.KeyAt(1, command.RO|command.Access),
		Tips: []string{"nondeterministic_output"}, Run: zscan},
}

// scanDigits is how many digits of a score ZSCAN shows, unless the set is packed: all that there may be.
const scanDigits = 17

func zscan(c *command.Ctx) {
	cursor, ok := c.ParseCursor(2)
	if !ok {
		return
	}
	e := c.Tx.Read(c.Args[1])
	if !c.Want(e, store.ZSetKind) {
		return
	}
	if e == nil {
		c.ReplyCursor(0)
		c.Out.EmptyArray()
		return
	}
	o, ok := c.ParseScan(3)
	if !ok {
		return
	}
	z := e.ZSet()
	if lp, ok := z.Packed(); ok {
		scanPacked(c, lp, &o)
	} else {
		scanTree(c, &z, cursor, &o)
	}
}

// scanPacked replies everything at once.
func scanPacked(c *command.Ctx, lp listpack.Listpack, o *command.ScanOptions) {
	c.ReplyCursor(0)
	n, mark := 0, c.Out.DeferArray()
	var text [64]byte
	for p := lp.First(); p != 0; p = lp.Next(p) {
		name := lp.AppendValue(text[:0], p)
		p = lp.Next(p)
		if o.Matches(name) {
			c.Out.Bulk(name)
			c.Out.Bulk(lp.AppendValue(text[:0], p))
			n += 2
		}
	}
	c.Out.EndArray(mark, n)
}

func scanTree(c *command.Ctx, z *store.ZSet, cursor uint64, o *command.ScanOptions) {
	c.ReplyScan(cursor, o, func(cursor uint64, out *resp.Writer) (next uint64, looked, replies int) {
		var text [32]byte
		next = z.Scan(cursor, func(name []byte, score float64) {
			looked++
			if o.Matches(name) {
				out.Bulk(name)
				out.Bulk(appendScanned(text[:0], score))
				replies += 2
			}
		})
		return next, looked, replies
	})
}

func appendScanned(dst []byte, score float64) []byte {
	if math.IsInf(score, 0) {
		return resp.AppendDouble(dst, score)
	}
	return strconv.AppendFloat(dst, score, 'g', scanDigits, 64)
}
