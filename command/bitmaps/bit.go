package bitmaps

// Single bits.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var bitSpecs = []command.Spec{
	{Name: "setbit", Group: command.Bitmap, Summary: "Sets or clears one bit of a string, and replies what it was; a shorter string grows.",
		Since: "2.2.0", Complexity: "O(1), but for the bytes that a string grows by", Arity: 4,
		Flags: command.Write | command.DenyOOM, Syntax: "key offset:integer value:integer",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Update), Run: setbit},
	{Name: "getbit", Group: command.Bitmap, Summary: "Replies one bit of a string.",
		Since: "2.2.0", Complexity: "O(1)", Arity: 3,
		Flags: command.ReadOnly | command.Fast, Syntax: "key offset:integer",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: getbit},
}

func setbit(c *command.Ctx) {
	key := c.Args[1]
	at, ok := offset(c, c.Args[2])
	if !ok {
		return
	}
	on, ok := store.ParseInt(c.Args[3])
	if !ok || on&^1 != 0 {
		c.Out.Error("ERR bit is not an integer or out of range")
		return
	}
	b, ok := writable(c, key, at)
	if !ok {
		return
	}
	p, shift := &b.bytes[at/8], 7-at%8
	old := int64(*p >> shift & 1)
	if old != on {
		b.mutate(c)
		*p ^= 1 << shift
	}
	if b.changed {
		c.Tx.Notify(store.EventString, "setbit", key)
	}
	c.Out.Int(old)
}

func getbit(c *command.Ctx) {
	at, ok := offset(c, c.Args[2])
	if !ok {
		return
	}
	val, _, ok := lookup(c, c.Args[1])
	if !ok {
		return
	}
	if at/8 >= int64(len(val)) {
		c.Out.Int(0)
		return
	}
	c.Out.Int(int64(val[at/8] >> (7 - at%8) & 1))
}
