package lists

import (
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
	{Name: "lmpop", Group: command.List, Summary: "Removes elements from an end of the first of several lists that exists, and returns them.",
		Since: "7.0.0", Complexity: "O(N+M) where N is the number of keys and M the number of elements returned", Arity: -4,
		Flags: command.Write, Syntax: "numkeys:integer key [key ...] where:<LEFT | RIGHT> [COUNT count:integer]",
		Keys: []command.KeySpec{{Flags: command.RW | command.Access | command.Delete, Index: 1, KeyNum: true, FirstAt: 1, Step: 1}},
		Run:  lmpop},
}

func pop(c *command.Ctx, at end) {
	switch len(c.Args) {
	case 2:
		popOne(c, at)
	case 3:
		popMany(c, at)
	default:
		c.WrongArity()
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
	replyOneAndRemove(c, c.Args[1], e, at)
}

// replyOneAndRemove takes the element at an end of the list e and replies it.
func replyOneAndRemove(c *command.Ctx, key []byte, e *store.Entry, at end) {
	l, i := e.List(), 0
	if at == right {
		i = -1
	}
	v, _ := l.Index(i)
	c.Out.Buf = appendElement(c.Out.Buf, v)
	remove(c, key, e, at, 1)
}

func popMany(c *command.Ctx, at end) {
	count, ok := atLeast(c, 2, 0, "ERR value is out of range, must be positive")
	if !ok {
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
	replyAndRemove(c, c.Args[1], e, at, count)
}

// lmpop is LMPOP. What it did depends on which keys there were, so that the pop itself is logged.
func lmpop(c *command.Ctx) {
	keys, at, count, ok := parseMultiPop(c, 1)
	if ok && !popFirst(c, keys, at, count) {
		c.Out.NullArray()
	}
}

// popFirst takes up to count elements from the first of the lists that exists, and replies them with its key, or an error. It
// reports whether it replied.
func popFirst(c *command.Ctx, keys [][]byte, at end, count int64) bool {
	for _, key := range keys {
		e := c.Tx.Write(key)
		if e == nil {
			continue
		}
		if !c.Want(e, store.ListKind) {
			return true
		}
		c.Out.Array(2)
		c.Out.Bulk(key)
		n := replyAndRemove(c, key, e, at, count)
		c.Tx.Effect(at.popName(), key, store.AppendInt(nil, int64(n)))
		return true
	}
	return false
}

// parseMultiPop reads the arguments of LMPOP, which begin at argument i with the number of keys.
func parseMultiPop(c *command.Ctx, i int) (keys [][]byte, at end, count int64, ok bool) {
	n, ok := atLeast(c, i, 1, "ERR numkeys should be greater than 0")
	if !ok {
		return nil, left, 0, false
	}
	if n > int64(len(c.Args)-i-2) {
		c.Out.Error(command.ErrSyntax)
		return nil, left, 0, false
	}
	where := i + 1 + int(n)
	if at, ok = endOf(c, c.Args[where]); !ok {
		return nil, left, 0, false
	}
	count = 1
	options := c.Args[where+1:]
	if len(options) >= 2 && command.EqualFold(options[0], "count") {
		if count, ok = atLeast(c, where+2, 1, "ERR count should be greater than 0"); !ok {
			return nil, left, 0, false
		}
		options = options[2:]
	}
	if len(options) > 0 {
		c.Out.Error(command.ErrSyntax)
		return nil, left, 0, false
	}
	return c.Args[i+1 : where], at, count, true
}

var popNames = map[end][]byte{left: []byte("LPOP"), right: []byte("RPOP")}

// popName is the command that pops at the end.
func (at end) popName() []byte { return popNames[at] }

// replyAndRemove takes up to count elements from an end of the list e, replies them in an array, and returns how many they
// were.
func replyAndRemove(c *command.Ctx, key []byte, e *store.Entry, at end, count int64) int {
	l := e.List()
	n := int(min(count, int64(l.Len())))
	switch {
	case n == 0:
		c.Out.EmptyArray()
		return 0
	case at == left:
		replyRange(c, l, 0, n-1)
	default:
		replyBackward(c, l, n)
	}
	remove(c, key, e, at, n)
	return n
}

// remove takes n elements, at least one, from an end of the list e, and the key with the last one.
func remove(c *command.Ctx, key []byte, e *store.Entry, at end, n int) {
	l := e.List()
	c.Tx.AddDirty(n - 1)
	if n == l.Len() {
		c.Tx.Notify(store.EventList, at.pop(), key)
		c.Tx.Delete(key)
		c.Tx.Notify(store.EventGeneric, "del", key)
		return
	}
	c.Tx.Mutate(e)
	configure(c, l)
	cut(l, at, n)
	c.Tx.Notify(store.EventList, at.pop(), key)
}

func cut(l *quicklist.List, at end, n int) {
	if at == left {
		l.DeleteRange(0, n)
	} else {
		l.DeleteRange(-n, n)
	}
}
