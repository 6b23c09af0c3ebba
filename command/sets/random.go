package sets

// Members that chance picks: to look at, and to take.

import (
	"bytes"
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/set"
)

var randomSpecs = []command.Spec{
	{Name: "srandmember", Group: command.Set, Summary: "Returns random members of a set.", Since: "1.0.0",
		Complexity: "O(N) where N is the absolute value of count; O(1) without", Arity: -2, Flags: command.ReadOnly,
		Syntax: "key [count:integer]", Keys: command.KeyAt(1, command.RO|command.Access),
		Tips: []string{"nondeterministic_output"}, Run: srandmember},
	{Name: "spop", Group: command.Set, Summary: "Takes random members out of a set and returns them.", Since: "1.0.0",
		Complexity: "O(N) where N is count; O(1) without", Arity: -2, Flags: command.Write | command.Fast,
		Syntax: "key [count:integer]", Keys: command.KeyAt(1, command.RW|command.Access|command.Delete),
		Tips: []string{"nondeterministic_output"}, Run: spop},
}

const (
	errSRandCount = "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"
	errSPopCount  = "ERR value is out of range, must be positive"

	// removeBatch is how many members one SREM of the log names.
	removeBatch = 1024
)

func srandmember(c *command.Ctx) {
	if len(c.Args) > 3 {
		c.Out.Error(command.ErrSyntax)
		return
	}
	count, alone := int64(1), len(c.Args) == 2
	if !alone {
		var ok bool
		if count, ok = c.Int(2); !ok {
			return
		}
		if count == math.MinInt64 {
			c.Out.Error(errSRandCount)
			return
		}
	}
	var s set.Set
	found, ok := lookup(c, c.Args[1], &s)
	switch {
	case !ok:
	case !found && alone:
		c.Out.Null()
	case !found:
		c.Out.EmptyArray()
	case alone:
		c.Out.Bulk(random(c, &s))
	case count < 0:
		replyRepeats(c, &s, -count)
	default:
		n := int(min(count, int64(s.Len())))
		c.Out.Array(n)
		s.Sample(n, c.Tx.Rand, c.Out.Bulk)
	}
}

func replyRepeats(c *command.Ctx, s *set.Set, count int64) {
	if c.RefuseRepeats(count) {
		return
	}
	c.Out.Array(int(count))
	for range count {
		c.Out.Bulk(random(c, s))
	}
}

// random is any member of the set, in the scratch memory.
func random(c *command.Ctx, s *set.Set) []byte {
	c.Scratch = s.AppendRandom(c.Scratch[:0], c.Tx.Rand)
	return c.Scratch
}

func spop(c *command.Ctx) {
	switch len(c.Args) {
	case 2:
		popOne(c)
	case 3:
		popMany(c)
	default:
		c.Out.Error(command.ErrSyntax)
	}
}

func popOne(c *command.Ctx) {
	key := c.Args[1]
	e := c.Tx.Write(key)
	if e == nil {
		c.Out.Null()
		return
	}
	if !c.Want(e, store.SetKind) {
		return
	}
	var s set.Set
	e.Set(&s)
	member := random(c, &s)
	c.Out.Bulk(member)
	c.Tx.Effect(sremName, key, member)
	c.Tx.Mutate(e)
	s.Remove(member)
	c.Tx.SaveSet(e, &s)
	c.Tx.Notify(store.EventSet, "spop", key)
	if s.Len() == 0 {
		deleteEmpty(c, key)
	}
}

var sremName = []byte("SREM")

func popMany(c *command.Ctx) {
	key := c.Args[1]
	count, ok := store.ParseInt(c.Args[2])
	if !ok || count < 0 {
		c.Out.Error(errSPopCount)
		return
	}
	e := c.Tx.Write(key)
	if !c.Want(e, store.SetKind) {
		return
	}
	if e == nil || count == 0 {
		c.Out.Set(0)
		return
	}
	var s set.Set
	e.Set(&s)
	c.Tx.Notify(store.EventSet, "spop", key)
	if count >= int64(s.Len()) {
		n := s.Len()
		replyAll(c, &s)
		c.Tx.Delete(key)
		c.Tx.AddDirty(n - 1)
		c.Tx.Notify(store.EventGeneric, "del", key)
		c.Tx.Effect(c.RemovalName(), key)
		return
	}
	c.Tx.Mutate(e)
	c.Tx.AddDirty(int(count) - 1)
	c.Out.Set(int(count))
	if keep := s.Len() - int(count); s.Enc == set.Hashtable && keep < int(count)/keepShare {
		keepFew(c, key, e, &s, keep)
	} else {
		takeSome(c, key, e, &s, int(count))
	}
}

// keepShare is how many times as many must go as stay for a table to be left behind, and those that stay to be put in a new
// set.
const keepShare = 5

// takeSome takes count random members out of the set.
func takeSome(c *command.Ctx, key []byte, e *store.Entry, s *set.Set, count int) {
	taken := make([][]byte, 0, min(count, removeBatch)+2)
	s.Sample(count, c.Tx.Rand, func(member []byte) { taken = append(taken, bytes.Clone(member)) })
	for _, m := range taken {
		c.Out.Bulk(m)
		s.Remove(m)
	}
	c.Tx.SaveSet(e, s)
	logRemoved(c, key, taken)
}

// keepFew leaves keep random members of the set, in a new one, and replies the others. The deadline stays.
func keepFew(c *command.Ctx, key []byte, e *store.Entry, s *set.Set, keep int) {
	var kept *set.Set
	s.Sample(keep, c.Tx.Rand, func(member []byte) {
		if kept == nil {
			kept = set.New(member, 1, limits(c))
		}
		kept.Insert(member, limits(c))
	})
	var gone [][]byte
	s.Each(func(member []byte) bool {
		if !kept.Has(member) {
			c.Out.Bulk(member)
			gone = append(gone, bytes.Clone(member))
		}
		return true
	})
	c.Tx.ReplaceSet(e, kept)
	logRemoved(c, key, gone)
}

// logRemoved says to the log which members went.
func logRemoved(c *command.Ctx, key []byte, members [][]byte) {
	for len(members) > 0 {
		n := min(len(members), removeBatch)
		c.Tx.Effect(append([][]byte{sremName, key}, members[:n]...)...)
		members = members[n:]
	}
}
