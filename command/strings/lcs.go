package strings

// LCS: the longest common subsequence of two strings, and where its parts lie in them.

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

var lcsSpecs = []command.Spec{
	{Name: "lcs", Group: command.String, Summary: "Finds the longest common subsequence of two strings.", Since: "7.0.0",
		Complexity: "O(N*M) where N and M are the lengths of the strings", Arity: -3, Flags: command.ReadOnly,
		Syntax: "key1:key key2:key#0 [LEN] [IDX] [MINMATCHLEN min-match-len:integer] [WITHMATCHLEN]",
		Keys:   []command.KeySpec{{Flags: command.RO | command.Access, Index: 1, Last: 1, Step: 1}}, Run: lcs},
}

type lcsOptions struct {
	length, ranges, withLength bool
	minLength                  int64
}

func (o *lcsOptions) parse(c *command.Ctx) bool {
	for i := 3; i < len(c.Args); i++ {
		switch arg := c.Args[i]; {
		case command.EqualFold(arg, "idx"):
			o.ranges = true
		case command.EqualFold(arg, "len"):
			o.length = true
		case command.EqualFold(arg, "withmatchlen"):
			o.withLength = true
		case command.EqualFold(arg, "minmatchlen") && i+1 < len(c.Args):
			var ok bool
			if o.minLength, ok = c.Int(i + 1); !ok {
				return false
			}
			i++
		default:
			c.Out.Error(command.ErrSyntax)
			return false
		}
	}
	if o.length && o.ranges {
		c.Out.Error("ERR If you want both the length and indexes, please just use IDX.")
		return false
	}
	return true
}

func lcs(c *command.Ctx) {
	first, second := c.Tx.Read(c.Args[1]), c.Tx.Read(c.Args[2])
	if first != nil && first.Kind() != store.String || second != nil && second.Kind() != store.String {
		c.Out.Error("ERR The specified keys must contain string values")
		return
	}
	var opt lcsOptions
	if !opt.parse(c) {
		return
	}
	var intA, intB [maxIntText]byte
	var a, b []byte
	if first != nil {
		a = first.Bytes(intA[:])
	}
	if second != nil {
		b = second.Bytes(intB[:])
	}
	if max(uint64(len(a)), uint64(len(b))) >= math.MaxUint32-1 {
		c.Out.Error("ERR String too long for LCS")
		return
	}
	if !tableFits(c, uint64(len(a)+1), uint64(len(b)+1)) {
		c.Out.Error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len")
		return
	}
	t := newLCSTable(a, b)
	switch {
	case opt.length:
		c.Out.Int(int64(t.at(len(a), len(b))))
	case opt.ranges:
		t.replyRanges(c, &opt)
	default:
		t.replyText(c)
	}
}

// tableFits reports whether a table of so many cells may be allocated.
func tableFits(c *command.Ctx, rows, columns uint64) bool {
	const cellBytes = 4
	limit := uint64(c.Host.Config().Int(config.ProtoMaxBulkLen))
	return rows <= limit/cellBytes/columns
}

// lcsTable holds, for every pair of prefixes of a and b, the length of their longest common subsequence.
type lcsTable struct {
	a, b  []byte
	cells []uint32 // row after row: a row for each length of a's prefix, a column for each of b's
}

func (t *lcsTable) at(i, j int) uint32 { return t.cells[i*(len(t.b)+1)+j] }

func newLCSTable(a, b []byte) *lcsTable {
	width := len(b) + 1
	t := &lcsTable{a, b, make([]uint32, (len(a)+1)*width)}
	for i, ca := range a {
		above, row := t.cells[i*width:(i+1)*width], t.cells[(i+1)*width:(i+2)*width]
		for j, cb := range b {
			if ca == cb {
				row[j+1] = above[j] + 1
			} else {
				row[j+1] = max(above[j+1], row[j])
			}
		}
	}
	return t
}

// walk visits the common bytes from the last to the first, as offsets into a and b.
func (t *lcsTable) walk(visit func(i, j int)) {
	for i, j := len(t.a), len(t.b); i > 0 && j > 0; {
		switch {
		case t.a[i-1] == t.b[j-1]:
			i, j = i-1, j-1
			visit(i, j)
		case t.at(i-1, j) > t.at(i, j-1):
			i--
		default:
			j--
		}
	}
}

func (t *lcsTable) replyText(c *command.Ctx) {
	n := int(t.at(len(t.a), len(t.b)))
	text := make([]byte, n)
	t.walk(func(i, _ int) {
		n--
		text[n] = t.a[i]
	})
	c.Out.Bulk(text)
}

// replyRanges replies the stretches that the strings have in common, the last first.
func (t *lcsTable) replyRanges(c *command.Ctx, opt *lcsOptions) {
	c.Out.Map(2)
	c.Out.BulkString("matches")
	mark, matches := c.Out.DeferArray(), 0
	startA, startB, n := 0, 0, int64(0) // the stretch so far: n bytes from these offsets on
	emit := func() {
		if n == 0 || n < opt.minLength {
			return
		}
		matches++
		if opt.withLength {
			c.Out.Array(3)
		} else {
			c.Out.Array(2)
		}
		replyRange(c, int64(startA), n)
		replyRange(c, int64(startB), n)
		if opt.withLength {
			c.Out.Int(n)
		}
	}
	t.walk(func(i, j int) {
		if n == 0 || i != startA-1 || j != startB-1 {
			emit()
			n = 0
		}
		startA, startB, n = i, j, n+1
	})
	emit()
	c.Out.EndArray(mark, matches)
	c.Out.BulkString("len")
	c.Out.Int(int64(t.at(len(t.a), len(t.b))))
}

// replyRange replies the first and the last offset of n bytes.
func replyRange(c *command.Ctx, start, n int64) {
	c.Out.Array(2)
	c.Out.Int(start)
	c.Out.Int(start + n - 1)
}
