package keys

// Giving a value another name or another database.

import (
	"bytes"
	"math"
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var moving = []command.Spec{
	{Name: "rename", Group: command.Generic, Summary: "Renames a key; a key of the new name is overwritten.", Since: "1.0.0",
		Complexity: "O(1)", Arity: 3, Flags: command.Write, Categories: command.CatKeyspace, Syntax: "key newkey:key",
		Keys: twoKeys(command.RW|command.Access|command.Delete, command.OW|command.Update), Run: renameAny},
	{Name: "renamenx", Group: command.Generic, Summary: "Renames a key unless the new name is taken.", Since: "1.0.0",
		Complexity: "O(1)", Arity: 3, Flags: command.Write | command.Fast, Categories: command.CatKeyspace, Syntax: "key newkey:key",
		Keys: twoKeys(command.RW|command.Access|command.Delete, command.OW|command.Insert), Run: renameNew},
	{Name: "move", Group: command.Generic, Summary: "Moves a key to another database.", Since: "1.0.0",
		Complexity: "O(1)", Arity: 3, Flags: command.Write | command.Fast, Categories: command.CatKeyspace, Syntax: "key db:integer",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Update), Run: move},
	{Name: "copy", Group: command.Generic, Summary: "Copies a key's value to another key.", Since: "6.2.0",
		Complexity: "O(N) with N the number of elements, O(1) for strings", Arity: -3, Flags: command.Write | command.DenyOOM,
		Categories: command.CatKeyspace, Syntax: "source:key destination:key [DB destination-db:integer] [REPLACE]",
		Keys: twoKeys(command.RO|command.Access, command.OW|command.Update), Run: copyKey},
}

const (
	errSameObject = "ERR source and destination objects are the same"
	errDB         = "ERR DB index is out of range"
)

func twoKeys(first, second command.KeyFlags) []command.KeySpec {
	return slices.Concat(command.KeyAt(1, first), command.KeyAt(2, second))
}

func renameAny(c *command.Ctx) {
	if rename(c, true) {
		c.Out.OK()
	}
}

func renameNew(c *command.Ctx) {
	if rename(c, false) {
		c.Out.Int(1)
	}
}

// rename reports whether it has renamed a key; it has replied when not. It logs the request.
func rename(c *command.Ctx, replace bool) bool {
	from, to := c.Args[1], c.Args[2]
	if c.Tx.Write(from) == nil {
		c.Out.Error(command.ErrNoKey)
		return false
	}
	same := bytes.Equal(from, to)
	if same && replace {
		c.Out.OK()
		return false
	}
	if same || c.Tx.Write(to) != nil && !replace {
		c.Out.Int(0)
		return false
	}
	replaced := c.Tx.Give(to, c.Tx.Take(from))
	c.Tx.AddDirty(-1) // one change, as clients count it
	c.Tx.Notify(store.EventGeneric, "rename_from", from)
	c.Tx.Notify(store.EventGeneric, "rename_to", to)
	c.Tx.NotifyReplaced(to, replaced)
	return true
}

// database reads argument i as the number of a database, and replies the error when there is none of it.
func database(c *command.Ctx, i int) (db int, ok bool) {
	n, ok := c.Int(i)
	switch {
	case !ok:
	case n < math.MinInt32 || n > math.MaxInt32:
		c.Out.Errorf("ERR value is out of range, value must between %d and %d", math.MinInt32, math.MaxInt32)
		return 0, false
	case n < 0 || n >= int64(c.Tx.Store().Databases()):
		c.Out.Error(errDB)
		return 0, false
	}
	return int(n), ok
}

func move(c *command.Ctx) {
	key, source := c.Args[1], c.Tx.DB()
	target, ok := database(c, 2)
	if !ok {
		return
	}
	if target == source {
		c.Out.Error(errSameObject)
		return
	}
	if c.Tx.Write(key) == nil || existsIn(c, target, key) {
		c.Out.Int(0)
		return
	}
	e := c.Tx.Take(key)
	c.Tx.Notify(store.EventGeneric, "move_from", key)
	c.Tx.Select(target)
	c.Tx.Give(key, e)
	c.Tx.Notify(store.EventGeneric, "move_to", key)
	c.Tx.Select(source)
	c.Tx.AddDirty(-1) // one change, as clients count it
	c.Out.Int(1)
}

// existsIn reports whether database db has the key. The key's shard is the same one there.
func existsIn(c *command.Ctx, db int, key []byte) bool {
	was := c.Tx.DB()
	c.Tx.Select(db)
	e := c.Tx.Write(key)
	c.Tx.Select(was)
	return e != nil
}

func copyKey(c *command.Ctx) {
	source, from, to := c.Tx.DB(), c.Args[1], c.Args[2]
	target, replace, ok := parseCopy(c)
	if !ok {
		return
	}
	if target == source && bytes.Equal(from, to) {
		c.Out.Error(errSameObject)
		return
	}
	e := c.Tx.Read(from)
	if e == nil || existsIn(c, target, to) && !replace {
		c.Out.Int(0)
		return
	}
	clone := e.Clone()
	c.Tx.Select(target)
	replaced := c.Tx.Give(to, clone)
	c.Tx.Notify(store.EventGeneric, "copy_to", to)
	c.Tx.NotifyReplaced(to, replaced)
	c.Tx.Select(source)
	c.Out.Int(1)
}

func parseCopy(c *command.Ctx) (target int, replace, ok bool) {
	target = c.Tx.DB()
	for i := 3; i < len(c.Args); i++ {
		switch {
		case command.EqualFold(c.Args[i], "replace"):
			replace = true
		case command.EqualFold(c.Args[i], "db") && i+1 < len(c.Args):
			i++
			if target, ok = database(c, i); !ok {
				return 0, false, false
			}
		default:
			c.Out.Error(command.ErrSyntax)
			return 0, false, false
		}
	}
	return target, replace, true
}
