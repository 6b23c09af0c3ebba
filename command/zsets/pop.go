package zsets

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

const popComplexity = "O(log(N)+M) with N the number of members in the set, and M of those returned"

var popSpecs = []command.Spec{
	{Name: "zpopmin", Group: command.SortedSet, Summary: "Removes the members with the lowest scores and returns them.", Since: "5.0.0",
		Complexity: popComplexity, Arity: -2, Flags: writeFast, Syntax: "key [count:integer]",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Delete), Run: func(c *command.Ctx) { pop(c, lowest) }},
	{Name: "zpopmax", Group: command.SortedSet, Summary: "Removes the members with the highest scores and returns them.", Since: "5.0.0",
		Complexity: popComplexity, Arity: -2, Flags: writeFast, Syntax: "key [count:integer]",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Delete), Run: func(c *command.Ctx) { pop(c, highest) }},
	{Name: "zmpop", Group: command.SortedSet, Summary: "Removes members with the lowest or highest scores from the first sorted set that is not empty, and returns them.",
		Since: "7.0.0", Complexity: "O(K)+O(log(N)+M) with K the number of keys, N the number of members in the set, and M of those returned",
		Arity: -4, Flags: command.Write, Syntax: "numkeys:integer key [key ...] <MIN | MAX> [COUNT count:integer]",
		Keys: []command.KeySpec{{Flags: command.RW | command.Access | command.Delete, Index: 1, KeyNum: true, FirstAt: 1, Step: 1}}, Run: zmpop},
}

// end is an end of a sorted set.
type end bool

const (
	lowest  end = false
	highest end = true
)

var popNames = map[end][]byte{lowest: []byte("ZPOPMIN"), highest: []byte("ZPOPMAX")}

// take replies the first n members seen from an end, as pairs if nested, and removes them.
func take(c *command.Ctx, z *store.ZSetEditor, key []byte, at end, n int, nested bool) {
	from, to, event := 0, n, "zpopmin"
	if at == highest {
		from, to, event = z.Len()-n, z.Len(), "zpopmax"
	}
	it := z.Iter(from, to, bool(at))
	for name, ok := it.Next(); ok; name, ok = it.Next() {
		if nested {
			c.Out.Array(2)
		}
		c.Out.Bulk(name)
		c.Out.Double(it.Score())
	}
	z.RemoveRange(from, to)
	removed(c, z, event, key)
}

func pop(c *command.Ctx, at end) {
	count, single := int64(1), len(c.Args) == 2
	if len(c.Args) > 3 {
		c.Out.Error(command.ErrSyntax)
		return
	}
	if !single {
		var ok bool
		if count, ok = store.ParseInt(c.Args[2]); !ok || count < 0 {
			c.Out.Error(notPositive)
			return
		}
	}
	z, ok := edit(c, c.Args[1])
	if !ok {
		return
	}
	n := int(min(count, int64(z.Len())))
	if n == 0 {
		c.Out.EmptyArray()
		return
	}
	nested := c.Out.Proto == 3 && !single
	if nested {
		c.Out.Array(n)
	} else {
		c.Out.Array(2 * n)
	}
	take(c, &z, c.Args[1], at, n, nested)
}

// popRequest is what a ZMPOP asks for.
type popRequest struct {
	keys  [][]byte
	at    end
	count int64
}

// parseManyPop reads the arguments of ZMPOP, which begin at argument i with the number of keys.
func parseManyPop(c *command.Ctx, i int) (r popRequest, ok bool) {
	keys, ok := store.ParseInt(c.Args[i])
	if !ok || keys < 1 {
		c.Out.Error("ERR numkeys should be greater than 0")
		return r, false
	}
	if keys >= int64(len(c.Args)-i-1) {
		c.Out.Error(command.ErrSyntax)
		return r, false
	}
	r.keys, r.count = c.Args[i+1:int64(i)+1+keys], 1
	rest := c.Args[int64(i)+1+keys:]
	switch {
	case command.EqualFold(rest[0], "min"):
	case command.EqualFold(rest[0], "max"):
		r.at = highest
	default:
		c.Out.Error(command.ErrSyntax)
		return r, false
	}
	if len(rest) == 1 {
		return r, true
	}
	if len(rest) < 3 || !command.EqualFold(rest[1], "count") {
		c.Out.Error(command.ErrSyntax)
		return r, false
	}
	if r.count, ok = store.ParseInt(rest[2]); !ok || r.count < 1 {
		c.Out.Error("ERR count should be greater than 0")
		return r, false
	}
	if len(rest) > 3 {
		c.Out.Error(command.ErrSyntax)
		return r, false
	}
	return r, true
}

// zmpop logs what it pops from which key.
func zmpop(c *command.Ctx) {
	r, ok := parseManyPop(c, 1)
	if ok && !popFirst(c, &r) {
		c.Out.NullArray()
	}
}

// popFirst pops from the first of the sorted sets that exists, and replies what with its key, or an error. It reports whether
// it replied.
func popFirst(c *command.Ctx, r *popRequest) bool {
	for _, key := range r.keys {
		e := c.Tx.Write(key)
		if e == nil {
			continue
		}
		if !c.Want(e, store.ZSetKind) {
			return true
		}
		z := c.Tx.EditZSet(key, e, limits(c), 0)
		n := int(min(r.count, int64(z.Len())))
		c.Out.Array(2)
		c.Out.Bulk(key)
		c.Out.Array(n)
		take(c, &z, key, r.at, n, true)
		c.Tx.Effect(popNames[r.at], key, store.AppendInt(nil, int64(n)))
		return true
	}
	return false
}
