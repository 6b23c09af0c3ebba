package bitmaps

// Counting and searching in a range of bytes or bits.

import "github.com/miniredisd/miniredisd/command"

var rangeSpecs = []command.Spec{
	{Name: "bitcount", Group: command.Bitmap, Summary: "Counts the bits of a string, or of a range of it, that are set.",
		Since: "2.6.0", Complexity: "O(N) where N is the length of the range", Arity: -2,
		Flags: command.ReadOnly, Syntax: "key [range:<start:integer end:integer [unit:<BYTE | BIT>]>]",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: bitcount},
	{Name: "bitpos", Group: command.Bitmap, Summary: "Finds the first bit of a string, or of a range of it, that is set or that is clear.",
		Since: "2.8.7", Complexity: "O(N) where N is the length of the range", Arity: -3,
		Flags: command.ReadOnly, Syntax: "key bit:integer [range:<start:integer [end-unit-block:<end:integer [unit:<BYTE | BIT>]>]>]",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: bitpos},
}

// span is a range as a client names it: the first and the last byte or bit, from the end when negative.
type span struct {
	start, end int64
	bits       bool
}

// unit reads the word BYTE or BIT.
func (s *span) unit(c *command.Ctx, arg []byte) bool {
	s.bits = command.EqualFold(arg, "bit")
	if !s.bits && !command.EqualFold(arg, "byte") {
		c.Out.Error(command.ErrSyntax)
		return false
	}
	return true
}

// of returns the first and the last bit of the range in a string of size bytes; last is below first when there is none.
func (s span) of(size int) (first, last int64) {
	total := int64(size)
	if s.bits {
		total *= 8
	}
	start, end := s.start, s.end
	if start < 0 {
		start = max(start+total, 0)
	}
	if end < 0 {
		end = max(end+total, 0)
	}
	end = min(end, total-1)
	switch {
	case start > end:
		return 0, -1
	case s.bits:
		return start, end
	}
	return start * 8, end*8 + 7
}

func bitcount(c *command.Ctx) {
	s := span{start: 0, end: -1}
	switch n := len(c.Args); {
	case n == 2:
	case n == 4 || n == 5:
		var ok bool
		if s.start, ok = c.Int(2); !ok {
			return
		}
		if s.end, ok = c.Int(3); !ok {
			return
		}
		if n == 5 && !s.unit(c, c.Args[4]) {
			return
		}
	default:
		c.Out.Error(command.ErrSyntax)
		return
	}
	val, _, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	first, last := s.of(len(val))
	if s.end < s.start && s.end < 0 && s.start < 0 { // even if both lie before the string
		last = first - 1
	}
	c.Out.Int(count(val, first, last))
}

func bitpos(c *command.Ctx) {
	bit, ok := c.Int(2)
	if !ok {
		return
	}
	if bit != 0 && bit != 1 {
		c.Out.Error("ERR The bit argument must be 1 or 0.")
		return
	}
	s := span{start: 0, end: -1}
	n := len(c.Args)
	if n > 6 {
		c.Out.Error(command.ErrSyntax)
		return
	}
	if n > 3 {
		if s.start, ok = c.Int(3); !ok {
			return
		}
	}
	if n > 5 && !s.unit(c, c.Args[5]) {
		return
	}
	if n > 4 {
		if s.end, ok = c.Int(4); !ok {
			return
		}
	}
	val, found, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	if !found { // zeros without end
		c.Out.Int(-bit)
		return
	}
	first, last := s.of(len(val))
	at := find(val, bit == 1, first, last)
	if at < 0 && bit == 0 && n <= 4 && first <= last {
		at = int64(len(val)) * 8 // with no end given, zeros follow
	}
	c.Out.Int(at)
}
