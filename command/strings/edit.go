package strings

// Commands that change a part of a string.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var editSpecs = []command.Spec{
	{Name: "append", Group: command.String, Summary: "Adds bytes to the end of a string; a missing one is created.",
		Since: "2.0.0", Complexity: "O(1), amortized, as memory grows in steps", Arity: 3,
		Flags: command.Write | command.DenyOOM | command.Fast, Syntax: "key value",
		Keys: command.KeyAt(1, command.RW|command.Insert), Run: appendTo},
	{Name: "setrange", Group: command.String, Summary: "Writes bytes over a part of a string; a shorter one grows.",
		Since: "2.2.0", Complexity: "O(M) where M is the length of the value, and of the string when it grows", Arity: 4,
		Flags: command.Write | command.DenyOOM, Syntax: "key offset:integer value",
		Keys: command.KeyAt(1, command.RW|command.Update), Run: setrange},
}

func appendTo(c *command.Ctx) {
	key, data := c.Args[1], c.Args[2]
	e := c.Tx.Write(key)
	if !c.Want(e, store.String) {
		return
	}
	var length int
	if e == nil {
		c.Tx.SetString(key, data, false)
		length = len(data)
	} else {
		if !fits(c, int64(e.StringLen()), int64(len(data))) {
			return
		}
		length = c.Tx.Append(e, data)
	}
	c.Tx.Notify(store.EventString, "append", key)
	c.Out.Int(int64(length))
}

func setrange(c *command.Ctx) {
	key, data := c.Args[1], c.Args[3]
	offset, ok := c.Int(2)
	if !ok {
		return
	}
	if offset < 0 {
		c.Out.Error("ERR offset is out of range")
		return
	}
	e := c.Tx.Write(key)
	if !c.Want(e, store.String) {
		return
	}
	length := 0
	if e != nil {
		length = e.StringLen()
	}
	if len(data) == 0 { // not even the offset matters
		c.Out.Int(int64(length))
		return
	}
	if !fits(c, offset, int64(len(data))) {
		return
	}
	if e != nil {
		length = c.Tx.SetRange(e, int(offset), data)
	} else {
		length = int(offset) + len(data)
		val := make([]byte, length)
		copy(val[offset:], data)
		c.Tx.SetRaw(key, val)
	}
	c.Tx.Notify(store.EventString, "setrange", key)
	c.Out.Int(int64(length))
}
