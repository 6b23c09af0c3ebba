package lists

// Elements that go from one list to another.

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

var moveKeys = slices.Concat(command.KeyAt(1, command.RW|command.Access|command.Delete), command.KeyAt(2, command.RW|command.Insert))

var moveSpecs = []command.Spec{
	{Name: "lmove", Group: command.List, Summary: "Moves an element from an end of a list to an end of another and returns it.",
		Since: "6.2.0", Complexity: "O(1)", Arity: 5, Flags: command.Write | command.DenyOOM,
		Syntax: "source:key destination:key wherefrom:<LEFT | RIGHT> whereto:<LEFT | RIGHT>", Keys: moveKeys, Run: lmove},
	{Name: "rpoplpush", Group: command.List, Summary: "Moves the last element of a list to the front of another and returns it.",
		Since: "1.2.0", Deprecated: "6.2.0", ReplacedBy: "`LMOVE` with the `RIGHT` and `LEFT` arguments", Complexity: "O(1)",
		Arity: 3, Flags: command.Write | command.DenyOOM, Syntax: "source:key destination:key", Keys: moveKeys,
		Run: func(c *command.Ctx) { move(c, right, left) }},
}

func lmove(c *command.Ctx) {
	from, ok := endOf(c, c.Args[3])
	if !ok {
		return
	}
	to, ok := endOf(c, c.Args[4])
	if !ok {
		return
	}
	move(c, from, to)
}

// move moves an element and replies it, or null. It reports whether it did.
func move(c *command.Ctx, from, to end) bool {
	key, toKey := c.Args[1], c.Args[2]
	e, l, ok := change(c, key)
	if !ok {
		return false
	}
	if e == nil {
		c.Out.Null()
		return false
	}
	target, dst, ok := change(c, toKey)
	if !ok {
		return false
	}
	c.Tx.Mutate(e)
	if target == nil {
		target = c.Tx.Put(toKey, store.List{List: quicklist.New(0)})
		dst = target.List()
		configure(c, dst)
	} else {
		c.Tx.Mutate(target)
	}
	c.Tx.AddDirty(-1) // one change for both
	moveElement(c, l, dst, from, to)
	c.Tx.Notify(store.EventList, to.push(), toKey)
	shortened(c, key, l, from.pop(), 1)
	return true
}

// moveElement moves an element and replies it.
func moveElement(c *command.Ctx, l, dst *quicklist.List, from, to end) {
	i := 0
	if from == right {
		i = -1
	}
	v, _ := l.Index(i)
	c.Out.BulkHeader(v.Len())
	c.Out.Buf, _ = quicklist.Move(c.Out.Buf, l, dst, bool(from), bool(to))
	c.Out.BulkTail()
}
