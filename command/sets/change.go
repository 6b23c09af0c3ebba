package sets

// Members come and go.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/set"
)

var changeSpecs = []command.Spec{
	{Name: "sadd", Group: command.Set, Summary: "Adds members to a set.", Since: "1.0.0",
		Complexity: "O(N) where N is the number of members", Arity: -3, Flags: command.Write | command.DenyOOM | command.Fast,
		Syntax: "key member [member ...]", Keys: command.KeyAt(1, command.RW|command.Insert), Run: sadd},
	{Name: "srem", Group: command.Set, Summary: "Takes members out of a set.", Since: "1.0.0",
		Complexity: "O(N) where N is the number of members", Arity: -3, Flags: command.Write | command.Fast,
		Syntax: "key member [member ...]", Keys: command.KeyAt(1, command.RW|command.Delete), Run: srem},
	{Name: "smove", Group: command.Set, Summary: "Moves a member from one set to another.", Since: "1.0.0", Complexity: "O(1)",
		Arity: 4, Flags: command.Write | command.Fast, Syntax: "source:key destination:key member",
		Keys: []command.KeySpec{{Flags: command.RW | command.Access | command.Delete, Index: 1, Step: 1},
			{Flags: command.RW | command.Insert, Index: 2, Step: 1}}, Run: smove},
}

// memberOverhead is the most that a packed set needs for a member beside its bytes, or for an integer.
const memberOverhead = 16

func sadd(c *command.Ctx) {
	key, members := c.Args[1], c.Args[2:]
	e := c.Tx.Write(key)
	if !c.Want(e, store.SetKind) {
		return
	}
	added := insert(c, key, e, members)
	if added > 0 {
		c.Tx.AddDirty(added - 1)
		c.Tx.Notify(store.EventSet, "sadd", key)
	}
	c.Out.Int(int64(added))
}

// insert adds those of the members that are not there to the set under key, nil when there is none yet. What is added
// counts as one change.
func insert(c *command.Ctx, key []byte, e *store.Entry, members [][]byte) (added int) {
	lim := limits(c)
	var s set.Set
	if e == nil {
		s.Begin(members[0], len(members), lim)
	} else {
		e.Set(&s)
		before := s.Enc
		s.Expect(len(members), lim)
		if s.Enc != before {
			c.Tx.SaveSet(e, &s)
		}
	}
	for _, m := range members {
		if s.Has(m) {
			continue
		}
		if added == 0 && e != nil {
			c.Tx.Mutate(e)
			if s.Enc != set.Hashtable {
				s.Packed = c.Tx.Room(e, len(m)+memberOverhead)
			}
		}
		s.Insert(m, lim)
		added++
	}
	switch {
	case e == nil:
		c.Tx.PutSet(key, &s)
	case added > 0:
		c.Tx.SaveSet(e, &s)
	}
	return added
}

func srem(c *command.Ctx) {
	key := c.Args[1]
	e := c.Tx.Write(key)
	if e == nil {
		c.Out.Int(0)
		return
	}
	if !c.Want(e, store.SetKind) {
		return
	}
	removed, empty := remove(c, e, c.Args[2:])
	if removed > 0 {
		c.Tx.AddDirty(removed - 1)
		c.Tx.Notify(store.EventSet, "srem", key)
		if empty {
			deleteEmpty(c, key)
		}
	}
	c.Out.Int(int64(removed))
}

// remove takes those of the members that are there out of the set of e, until none is left. What is removed counts as one
// change.
func remove(c *command.Ctx, e *store.Entry, members [][]byte) (removed int, empty bool) {
	var s set.Set
	e.Set(&s)
	for _, m := range members {
		if !s.Has(m) {
			continue
		}
		if removed == 0 {
			c.Tx.Mutate(e)
		}
		s.Remove(m)
		if removed++; s.Len() == 0 {
			break
		}
	}
	if removed > 0 {
		c.Tx.SaveSet(e, &s)
	}
	return removed, s.Len() == 0
}

func smove(c *command.Ctx) {
	from, to, member := c.Args[1], c.Args[2], c.Args[3:4]
	source, destination := c.Tx.Write(from), c.Tx.Write(to)
	if source == nil {
		c.Out.Int(0)
		return
	}
	if !c.Want(source, store.SetKind) || !c.Want(destination, store.SetKind) {
		return
	}
	if string(from) == string(to) {
		var s set.Set
		source.Set(&s)
		c.Out.Bool(s.Has(member[0]))
		return
	}
	removed, empty := remove(c, source, member)
	if removed == 0 {
		c.Out.Int(0)
		return
	}
	c.Tx.Notify(store.EventSet, "srem", from)
	if empty {
		deleteEmpty(c, from)
	}
	if insert(c, to, destination, member) > 0 {
		c.Tx.Notify(store.EventSet, "sadd", to)
	}
	c.Out.Int(1)
}
