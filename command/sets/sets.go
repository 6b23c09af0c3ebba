// Package sets holds the commands on sets.
//
// A set (store/ds/set) is an intset, a listpack or a table. An empty one does not exist: who takes the last member deletes
// the key.
package sets

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/set"
)

// Commands of the group.
var Commands = slices.Concat(changeSpecs, readSpecs, randomSpecs, combineSpecs)

// limits say how far sets are packed.
func limits(c *command.Ctx) set.Limits { return command.SetLimits(c.Host.Config()) }

// lookup lets s be the set under key, for a command that reads it; found is false when there is none. It replies an error,
// and returns false, when the key holds another kind of value.
func lookup(c *command.Ctx, key []byte, s *set.Set) (found, ok bool) {
	e := c.Tx.Read(key)
	if e == nil || !c.Want(e, store.SetKind) {
		return false, e == nil
	}
	e.Set(s)
	return true, true
}

// deleteEmpty deletes a key whose last member went.
func deleteEmpty(c *command.Ctx, key []byte) {
	c.Tx.Delete(key)
	c.Tx.AddDirty(-1) // the members that went are counted
	c.Tx.Notify(store.EventGeneric, "del", key)
}
