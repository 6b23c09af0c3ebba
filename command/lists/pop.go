package lists

import (
	"fmt"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

const popComplexity = "O(N) where N is the number of elements returned"

var popSpecs = []command.Spec{
	{Name: "lpop", Group: command.List, Summary: "Removes the first elements of a list and returns them.", Since: "1.0.0",
		Complexity: popComplexity, Arity: -2, Flags: command.Write | command.Fast, Syntax: "key [count:integer]",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Delete), Run: func(c *command.Ctx) { pop(c, left) }},
	{Name: "rpop", Group: command.List, Summary: "Removes the last elements of a list and returns them.", Since: "1.0.0",
		Complexity: popComplexity, Arity: -2, Flags: command.Write | command.Fast, Syntax: "key [count:integer]",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Delete), Run: func(c *command.Ctx) { pop(c, right) }},
}

func pop(c *command.Ctx, at end) {
	switch len(c.Args) {
	case 2:
		popOne(c, at)
	case 3:
		popMany(c, at)
	default:
		c.Out.Error(fmt.Sprintf("ERR wrong number of arguments for '%s' command", c.Spec.FullName()))
	}
}

func popOne(c *command.Ctx, at end) {
	e := c.Tx.Write(c.Args[1])
	if e == nil {
		c.Out.Null()
		return
	}
	if !c.Want(e, store.ListKind) {
		return
	}
	l, i := e.List(), 0
	if at == right {
		i = -1
	}
	v, _ := l.Index(i)
	c.Out.Buf = appendElement(c.Out.Buf, v)
	remove(c, e, at, 1)
}

func popMany(c *command.Ctx, at end) {
	count, ok := store.ParseInt(c.Args[2])
	if !ok || count < 0 {
		c.Out.Error("ERR value is out of range, must be positive")
		return
	}
	e := c.Tx.Write(c.Args[1])
	if e == nil {
		c.Out.NullArray()
		return
	}
	if !c.Want(e, store.ListKind) {
		return
	}
	l := e.List()
	n := int(min(count, int64(l.Len())))
	if n == 0 {
		c.Out.EmptyArray()
		return
	}
	if at == left {
		replyRange(c, l, 0, n-1)
	} else {
		replyBackward(c, l, n)
	}
	remove(c, e, at, n)
}

// remove takes n elements, at least one, from an end of the list e, and the key with the last one.
func remove(c *command.Ctx, e *store.Entry, at end, n int) {
	key, l, event := c.Args[1], e.List(), "rpop"
	if at == left {
		event = "lpop"
	}
	c.Tx.AddDirty(n - 1)
	if n == l.Len() {
		c.Tx.Notify(store.EventList, event, key)
		c.Tx.Delete(key)
		c.Tx.Notify(store.EventGeneric, "del", key)
		return
	}
	c.Tx.Mutate(e)
	configure(c, l)
	cut(l, at, n)
	c.Tx.Notify(store.EventList, event, key)
}

func cut(l *quicklist.List, at end, n int) {
	if at == left {
		l.DeleteRange(0, n)
	} else {
		l.DeleteRange(-n, n)
	}
}
