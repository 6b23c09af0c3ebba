package lists

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

const (
	pushFlags      = command.Write | command.DenyOOM | command.Fast
	pushComplexity = "O(N) where N is the number of elements to add"
)

var pushSpecs = []command.Spec{
	{Name: "lpush", Group: command.List, Summary: "Adds elements at the front of a list; a missing one is created.",
		Since: "1.0.0", Complexity: pushComplexity, Arity: -3, Flags: pushFlags, Syntax: "key element [element ...]",
		Keys: command.KeyAt(1, command.RW|command.Insert), Run: func(c *command.Ctx) { push(c, left, true) }},
	{Name: "rpush", Group: command.List, Summary: "Adds elements at the end of a list; a missing one is created.",
		Since: "1.0.0", Complexity: pushComplexity, Arity: -3, Flags: pushFlags, Syntax: "key element [element ...]",
		Keys: command.KeyAt(1, command.RW|command.Insert), Run: func(c *command.Ctx) { push(c, right, true) }},
	{Name: "lpushx", Group: command.List, Summary: "Adds elements at the front of a list, if it exists.",
		Since: "2.2.0", Complexity: pushComplexity, Arity: -3, Flags: pushFlags, Syntax: "key element [element ...]",
		Keys: command.KeyAt(1, command.RW|command.Insert), Run: func(c *command.Ctx) { push(c, left, false) }},
	{Name: "rpushx", Group: command.List, Summary: "Adds elements at the end of a list, if it exists.",
		Since: "2.2.0", Complexity: pushComplexity, Arity: -3, Flags: pushFlags, Syntax: "key element [element ...]",
		Keys: command.KeyAt(1, command.RW|command.Insert), Run: func(c *command.Ctx) { push(c, right, false) }},
}

func push(c *command.Ctx, at end, create bool) {
	key, elements := c.Args[1], c.Args[2:]
	e := c.Tx.Write(key)
	if !c.Want(e, store.ListKind) {
		return
	}
	switch {
	case e != nil:
		c.Tx.Mutate(e)
	case create:
		e = c.Tx.Put(key, store.List{List: quicklist.New(0)})
	default:
		c.Out.Int(0)
		return
	}
	l := e.List()
	configure(c, l) // a new one as well
	add(l, at, elements)
	c.Tx.AddDirty(len(elements) - 1)
	c.Tx.Notify(store.EventList, at.push(), key)
	c.Out.Int(int64(l.Len()))
}

// add adds the elements one after the other, so that on the left the last one ends up first.
func add(l *quicklist.List, at end, elements [][]byte) {
	if len(elements) > 1 { // for one alone, the list sees to it itself
		size := 0
		for _, v := range elements {
			size += len(v)
		}
		l.Grow(len(elements), size)
	}
	for _, v := range elements {
		if at == left {
			l.PushFront(v)
		} else {
			l.PushBack(v)
		}
	}
}
