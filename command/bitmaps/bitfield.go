package bitmaps

// BITFIELD: a list of operations on integers inside one string.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var bitfieldSpecs = []command.Spec{
	{Name: "bitfield", Group: command.Bitmap, Summary: "Reads, sets and increments integers of any width inside a string.",
		Since: "3.2.0", Complexity: "O(1) for each operation", Arity: -2,
		Flags: command.Write | command.DenyOOM,
		Syntax: "key [operation:<GET get-block:<encoding offset:integer> | " +
			"write:<[OVERFLOW overflow-block:<WRAP | SAT | FAIL>] write-operation:<SET set-block:<encoding offset:integer value:integer> | " +
			"INCRBY incrby-block:<encoding offset:integer increment:integer>>>> ...]",
		Keys: []command.KeySpec{{Flags: command.RW | command.Access | command.Update | command.VariableFlags, Index: 1, Step: 1,
			Notes: "Read only if all operations are GET, changed otherwise."}},
		KeyFlags: bitfieldKeyFlags, Run: bitfield},
	{Name: "bitfield_ro", Group: command.Bitmap, Summary: "Reads integers of any width inside a string.",
		Since: "6.0.0", Complexity: "O(1) for each operation", Arity: -2,
		Flags: command.ReadOnly | command.Fast, Syntax: "key [GET get-block:<encoding offset:integer> [GET get-block:<encoding offset:integer> ...]]",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: bitfieldRO},
}

type fieldAction uint8

const (
	getField fieldAction = iota
	setField
	incrField
)

// fieldOp is one operation of a call.
type fieldOp struct {
	action fieldAction
	typ    intType
	how    overflow
	at     int64 // bit
	by     int64 // value or increment
}

// usualFields is how many operations a call may have without an allocation.
const usualFields = 8

// parseFields reads the arguments behind the key and appends the operations to ops. last is the last bit that is written,
// -1 when all operations are GET. It replies an error, and returns false, when the arguments make no sense.
func parseFields(c *command.Ctx, ops []fieldOp) (_ []fieldOp, last int64, ok bool) {
	last = -1
	how := wrapAround
	for args := c.Args[2:]; len(args) > 0; {
		action, words := fieldWord(args)
		switch words {
		case 0:
			c.Out.Error(command.ErrSyntax)
			return nil, 0, false
		case overflowWords:
			if how, ok = parseOverflow(c, args[1]); !ok {
				return nil, 0, false
			}
		default:
			op, ok := parseField(c, action, args)
			if !ok {
				return nil, 0, false
			}
			op.how = how
			if action != getField {
				last = max(last, op.at+int64(op.typ.width)-1)
			}
			ops = append(ops, op)
		}
		args = args[words:]
	}
	return ops, last, true
}

// overflowWords is how many arguments OVERFLOW has, with itself; operations have more.
const overflowWords = 2

// fieldWord reads the word that an operation begins with, and tells how many arguments it has, with itself: overflowWords
// for OVERFLOW, 0 when there is no such word or too little behind it.
func fieldWord(args [][]byte) (action fieldAction, words int) {
	switch word := args[0]; {
	case command.EqualFold(word, "get"):
		action, words = getField, 3
	case command.EqualFold(word, "set"):
		action, words = setField, 4
	case command.EqualFold(word, "incrby"):
		action, words = incrField, 4
	case command.EqualFold(word, "overflow"):
		words = overflowWords
	}
	if words > len(args) {
		words = 0
	}
	return action, words
}

func parseOverflow(c *command.Ctx, arg []byte) (how overflow, ok bool) {
	switch {
	case command.EqualFold(arg, "wrap"):
		return wrapAround, true
	case command.EqualFold(arg, "sat"):
		return saturate, true
	case command.EqualFold(arg, "fail"):
		return fail, true
	}
	c.Out.Error("ERR Invalid OVERFLOW type specified")
	return 0, false
}

// parseField reads an operation: its word, type, place and, unless it is GET, a number.
func parseField(c *command.Ctx, action fieldAction, args [][]byte) (op fieldOp, ok bool) {
	op.action = action
	if op.typ, ok = parseIntType(args[1]); !ok {
		c.Out.Error("ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.")
		return op, false
	}
	place, unit := args[2], int64(1)
	if len(place) > 0 && place[0] == '#' {
		place, unit = place[1:], int64(op.typ.width)
	}
	if op.at, ok = scaledOffset(c, place, unit); !ok || action == getField {
		return op, ok
	}
	if op.by, ok = store.ParseInt(args[3]); !ok {
		c.Out.Error(command.ErrNotInt)
	}
	return op, ok
}

func parseIntType(arg []byte) (t intType, ok bool) {
	if len(arg) == 0 || arg[0] != 'i' && arg[0] != 'u' {
		return t, false
	}
	width, ok := store.ParseInt(arg[1:])
	t.signed = arg[0] == 'i'
	if !ok || width < 1 || width > 64 || width == 64 && !t.signed {
		return t, false
	}
	t.width = int(width)
	return t, true
}

// bitfieldKeyFlags: a call that only reads needs no more than that.
func bitfieldKeyFlags(args [][]byte) command.KeyFlags {
	for args = args[2:]; len(args) > 0; {
		action, words := fieldWord(args)
		if words == 0 || action != getField {
			return command.RW | command.Access | command.Update
		}
		args = args[words:]
	}
	return command.RO | command.Access
}

func bitfield(c *command.Ctx) {
	var buf [usualFields]fieldOp
	ops, last, ok := parseFields(c, buf[:0])
	if !ok {
		return
	}
	if last < 0 {
		readFields(c, ops)
		return
	}
	key := c.Args[1]
	b, ok := writable(c, key, last)
	if !ok {
		return
	}
	c.Out.Array(len(ops))
	changes := 0
	for i := range ops {
		if ops[i].run(c, &b) {
			changes++
		}
	}
	if changes > 0 {
		c.Tx.AddDirty(changes - 1)
		c.Tx.Notify(store.EventString, "setbit", key)
	}
}

// run executes one operation, replies its result, and tells whether it counts as a change.
func (op *fieldOp) run(c *command.Ctx, b *bitmap) bool {
	old := op.typ.read(b.bytes, op.at)
	if op.action == getField {
		c.Out.Int(old)
		return false
	}
	now, ok := int64(0), false
	if op.action == setField {
		now, ok = op.typ.convert(op.by, op.how)
	} else {
		now, ok = op.typ.add(old, op.by, op.how)
	}
	switch {
	case !ok:
		c.Out.Null()
		return false
	case op.action == setField:
		c.Out.Int(old)
	default:
		c.Out.Int(now)
	}
	if now == old {
		return b.grown
	}
	b.mutate(c)
	writeBits(b.bytes, op.at, op.typ.width, uint64(now))
	return true
}

func bitfieldRO(c *command.Ctx) {
	var buf [usualFields]fieldOp
	ops, last, ok := parseFields(c, buf[:0])
	if !ok {
		return
	}
	if last >= 0 {
		c.Out.Error("ERR BITFIELD_RO only supports the GET subcommand")
		return
	}
	readFields(c, ops)
}

// readFields executes operations all of which are GET.
func readFields(c *command.Ctx, ops []fieldOp) {
	val, _, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	c.Out.Array(len(ops))
	for i := range ops {
		c.Out.Int(ops[i].typ.read(val, ops[i].at))
	}
}
