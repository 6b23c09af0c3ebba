package sets

// Sets made of others: union, intersection, difference.

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/set"
)

const (
	interComplexity = "O(N*M) where N is the size of the smallest set and M the number of sets"
	allComplexity   = "O(N) where N is the number of members in all sets"
)

var (
	sourceKeys = command.KeysFrom(1, 1, command.RO|command.Access)
	storeKeys  = []command.KeySpec{{Flags: command.OW | command.Update, Index: 1, Step: 1},
		{Flags: command.RO | command.Access, Index: 2, Last: -1, Step: 1}}
	orderTips = []string{"nondeterministic_output_order"}
)

var combineSpecs = []command.Spec{
	{Name: "sinter", Group: command.Set, Summary: "Returns the members that all of some sets have.", Since: "1.0.0",
		Complexity: interComplexity, Arity: -2, Flags: command.ReadOnly, Syntax: "key [key ...]", Keys: sourceKeys,
		Tips: orderTips, Run: func(c *command.Ctx) { reply(c, inter) }},
	{Name: "sunion", Group: command.Set, Summary: "Returns the members that any of some sets has.", Since: "1.0.0",
		Complexity: allComplexity, Arity: -2, Flags: command.ReadOnly, Syntax: "key [key ...]", Keys: sourceKeys,
		Tips: orderTips, Run: func(c *command.Ctx) { reply(c, union) }},
	{Name: "sdiff", Group: command.Set, Summary: "Returns the members of a set that no other of some sets has.", Since: "1.0.0",
		Complexity: allComplexity, Arity: -2, Flags: command.ReadOnly, Syntax: "key [key ...]", Keys: sourceKeys,
		Tips: orderTips, Run: func(c *command.Ctx) { reply(c, diff) }},
	{Name: "sinterstore", Group: command.Set, Summary: "Stores the members that all of some sets have.", Since: "1.0.0",
		Complexity: interComplexity, Arity: -3, Flags: command.Write | command.DenyOOM,
		Syntax: "destination:key key [key ...]", Keys: storeKeys, Run: func(c *command.Ctx) { storeResult(c, inter, "sinterstore") }},
	{Name: "sunionstore", Group: command.Set, Summary: "Stores the members that any of some sets has.", Since: "1.0.0",
		Complexity: allComplexity, Arity: -3, Flags: command.Write | command.DenyOOM,
		Syntax: "destination:key key [key ...]", Keys: storeKeys, Run: func(c *command.Ctx) { storeResult(c, union, "sunionstore") }},
	{Name: "sdiffstore", Group: command.Set, Summary: "Stores the members of a set that no other of some sets has.", Since: "1.0.0",
		Complexity: allComplexity, Arity: -3, Flags: command.Write | command.DenyOOM,
		Syntax: "destination:key key [key ...]", Keys: storeKeys, Run: func(c *command.Ctx) { storeResult(c, diff, "sdiffstore") }},
	{Name: "sintercard", Group: command.Set, Summary: "Returns the number of members that all of some sets have.", Since: "7.0.0",
		Complexity: interComplexity, Arity: -3, Flags: command.ReadOnly | command.MovableKeys,
		Syntax: "numkeys:integer key [key ...] [LIMIT limit:integer]",
		Keys:   []command.KeySpec{{Flags: command.RO | command.Access, Index: 1, KeyNum: true, FirstAt: 1, Step: 1}}, Run: sintercard},
}

// operation visits the members of what some sets make together, until visit returns false; a set that is nil is empty.
type operation func(c *command.Ctx, sets []*set.Set, visit func(member []byte) bool)

// sources looks the sets under keys up. It replies an error, and returns false, when one is something else.
func sources(c *command.Ctx, keys [][]byte) (sets []*set.Set, ok bool) {
	entries := make([]*store.Entry, len(keys))
	for i, key := range keys {
		entries[i] = c.Tx.Read(key)
		if !c.Want(entries[i], store.SetKind) {
			return nil, false
		}
	}
	sets = make([]*set.Set, len(keys))
	for i, e := range entries {
		if e != nil { // no key is removed any more, so that packed sets stay where they are
			sets[i] = &set.Set{}
			e.Set(sets[i])
		}
	}
	return sets, true
}

func reply(c *command.Ctx, op operation) {
	sets, ok := sources(c, c.Args[1:])
	if !ok {
		return
	}
	n, mark := 0, c.Out.DeferSet()
	op(c, sets, func(member []byte) bool {
		c.Out.Bulk(member)
		n++
		return true
	})
	c.Out.EndSet(mark, n)
}

func storeResult(c *command.Ctx, op operation, event string) {
	key := c.Args[1]
	sets, ok := sources(c, c.Args[2:])
	if !ok {
		return
	}
	lim := limits(c)
	result := newEmpty()
	op(c, sets, func(member []byte) bool {
		result.Insert(member, lim)
		return true
	})
	if result.Len() == 0 {
		if c.Tx.Delete(key) {
			c.Tx.Notify(store.EventGeneric, "del", key)
		}
		c.Out.Int(0)
		return
	}
	c.Out.Int(int64(result.Len()))
	c.Tx.PutSet(key, result)
	c.Tx.Notify(store.EventSet, event, key)
}

// inter begins with the smallest set and asks the others.
func inter(_ *command.Ctx, sets []*set.Set, visit func(member []byte) bool) {
	if slices.Contains(sets, nil) {
		return
	}
	slices.SortStableFunc(sets, func(a, b *set.Set) int { return a.Len() - b.Len() })
	sets[0].Each(func(member []byte) bool {
		for _, other := range sets[1:] {
			if !other.Has(member) {
				return true
			}
		}
		return visit(member)
	})
}

func union(c *command.Ctx, sets []*set.Set, visit func(member []byte) bool) {
	sets = slices.DeleteFunc(sets, func(s *set.Set) bool { return s == nil })
	if len(sets) == 0 {
		return
	}
	if len(sets) == 1 {
		sets[0].Each(visit)
		return
	}
	lim := limits(c)
	all := newEmpty()
	for _, s := range sets {
		s.Each(func(member []byte) bool {
			if !all.Has(member) {
				all.Insert(member, lim)
			}
			return true
		})
	}
	all.Each(visit)
	all.Release()
}

// diff asks the other sets for each member of the first, or takes theirs out of a copy of the first, whichever is less
// work, by Redis's measure of it.
func diff(c *command.Ctx, sets []*set.Set, visit func(member []byte) bool) {
	first := sets[0]
	if first == nil {
		return
	}
	others := slices.DeleteFunc(sets[1:], func(s *set.Set) bool { return s == nil })
	asking, taking := first.Len(), first.Len()
	for _, s := range others {
		asking += first.Len()
		taking += s.Len()
	}
	if asking/2 <= taking {
		slices.SortStableFunc(others, func(a, b *set.Set) int { return b.Len() - a.Len() })
		first.Each(func(member []byte) bool {
			for _, s := range others {
				if s.Has(member) {
					return true
				}
			}
			return visit(member)
		})
		return
	}
	lim, rest := limits(c), newEmpty()
	first.Each(func(member []byte) bool { rest.Insert(member, lim); return true })
	for _, s := range others {
		s.Each(func(member []byte) bool {
			rest.Remove(member)
			return rest.Len() > 0
		})
	}
	rest.Each(visit)
	rest.Release()
}

// newEmpty is a set for what is gathered: of integers, until another member comes.
func newEmpty() *set.Set { return set.New([]byte("0"), 0, set.Limits{}) }

func sintercard(c *command.Ctx) {
	n, ok := store.ParseInt(c.Args[1])
	if !ok || n < 1 {
		c.Out.Error("ERR numkeys should be greater than 0")
		return
	}
	if n > int64(len(c.Args)-2) {
		c.Out.Error("ERR Number of keys can't be greater than number of args")
		return
	}
	limit := int64(0)
	for i := 2 + int(n); i < len(c.Args); i++ {
		if !command.EqualFold(c.Args[i], "limit") || i+1 == len(c.Args) {
			c.Out.Error(command.ErrSyntax)
			return
		}
		i++
		if limit, ok = store.ParseInt(c.Args[i]); !ok || limit < 0 {
			c.Out.Error("ERR LIMIT can't be negative")
			return
		}
	}
	sets, ok := sources(c, c.Args[2:2+n])
	if !ok {
		return
	}
	found := int64(0)
	inter(c, sets, func([]byte) bool {
		found++
		return found != limit
	})
	c.Out.Int(found)
}
