package lists

// Changes inside of a list.

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var editSpecs = []command.Spec{
	{Name: "linsert", Group: command.List, Summary: "Inserts an element before or behind another one, the pivot.", Since: "2.2.0",
		Complexity: "O(N) where N is the number of elements before the pivot", Arity: 5, Flags: command.Write | command.DenyOOM,
		Syntax: "key where:<BEFORE | AFTER> pivot element", Keys: command.KeyAt(1, command.RW|command.Insert), Run: linsert},
	{Name: "lset", Group: command.List, Summary: "Replaces the element at a place in a list.", Since: "1.0.0",
		Complexity: "O(N) where N is the distance from the nearer end; O(1) at the ends", Arity: 4,
		Flags: command.Write | command.DenyOOM, Syntax: "key index:integer element",
		Keys: command.KeyAt(1, command.RW|command.Update), Run: lset},
	{Name: "lrem", Group: command.List, Summary: "Removes the elements of a list that are equal to a value.", Since: "1.0.0",
		Complexity: "O(N+M) where N is the length of the list and M the number of elements removed", Arity: 4, Flags: command.Write,
		Syntax: "key count:integer element", Keys: command.KeyAt(1, command.RW|command.Delete), Run: lrem},
	{Name: "ltrim", Group: command.List, Summary: "Removes all elements of a list but those between two places.", Since: "1.0.0",
		Complexity: "O(N) where N is the number of elements removed", Arity: 4, Flags: command.Write,
		Syntax: "key start:integer stop:integer", Keys: command.KeyAt(1, command.RW|command.Delete), Run: ltrim},
}

func linsert(c *command.Ctx) {
	key, pivot, element := c.Args[1], c.Args[3], c.Args[4]
	after := command.EqualFold(c.Args[2], "after")
	if !after && !command.EqualFold(c.Args[2], "before") {
		c.Out.Error(command.ErrSyntax)
		return
	}
	e, l, ok := change(c, key)
	if !ok {
		return
	}
	if e == nil {
		c.Out.Int(0)
		return
	}
	l.Grow(1, len(element)) // whether there is a pivot or not
	i := l.First(pivot, false)
	if i < 0 {
		c.Out.Int(-1)
		return
	}
	c.Tx.Mutate(e)
	l.Insert(i, element, after)
	c.Tx.Notify(store.EventList, "linsert", key)
	c.Out.Int(int64(l.Len()))
}

func lset(c *command.Ctx) {
	key, element := c.Args[1], c.Args[3]
	e, l, ok := change(c, key)
	if !ok {
		return
	}
	if e == nil {
		c.Out.Error(command.ErrNoKey)
		return
	}
	i, ok := c.Int(2)
	if !ok {
		return
	}
	l.Grow(1, len(element)) // whether there is such an element or not
	if i < int64(-l.Len()) || i >= int64(l.Len()) {
		c.Out.Error(command.ErrRange)
		return
	}
	c.Tx.Mutate(e)
	l.Replace(int(i), element)
	c.Tx.Notify(store.EventList, "lset", key)
	c.Out.OK()
}

func lrem(c *command.Ctx) {
	key, element := c.Args[1], c.Args[3]
	count, ok := negatable(c, 2)
	if !ok {
		return
	}
	e, l, ok := change(c, key)
	if !ok {
		return
	}
	back := count < 0
	if count = max(count, -count); count == 0 {
		count = math.MaxInt64
	}
	i := -1
	if e != nil {
		i = l.First(element, back)
	}
	if i < 0 {
		c.Out.Int(0)
		return
	}
	c.Tx.Mutate(e)
	removed := l.Remove(i, element, back, int(min(count, int64(l.Len()))))
	shortened(c, key, l, "lrem", removed)
	c.Out.Int(int64(removed))
}

// negatable reads argument i as an integer of which the sign means something, and which therefore must have a negative.
func negatable(c *command.Ctx, i int) (n int64, ok bool) {
	if n, ok = c.Int(i); ok && n == math.MinInt64 {
		c.Out.Errorf("ERR value is out of range, value must between %d and %d", -math.MaxInt64, math.MaxInt64)
		return 0, false
	}
	return n, ok
}

func ltrim(c *command.Ctx) {
	key := c.Args[1]
	from, ok := c.Int(2)
	if !ok {
		return
	}
	to, ok := c.Int(3)
	if !ok {
		return
	}
	e, l, ok := change(c, key)
	if !ok {
		return
	}
	if e == nil {
		c.Out.OK()
		return
	}
	before := l.Len()
	first, n := l.Clamp(clampIndex(from, before), clampIndex(to, before))
	c.Tx.Mutate(e) // whatever is left: a key that is watched counts as changed
	l.Trim(first, n)
	shortened(c, key, l, "ltrim", before-n)
	c.Out.OK()
}
