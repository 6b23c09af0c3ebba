// Package zsets holds the commands on sorted sets.
//
// A sorted set is a store.ZSet: small ones are packed into the record of their key, large ones are a zset.Set. Whatever a
// command is asked for, by place, by score or by member, becomes a range of ranks first, which is then replied, stored or
// removed. An empty sorted set does not exist.
package zsets

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

// Commands of the group.
var Commands = slices.Concat(addSpecs, readSpecs, rankSpecs, rangeSpecs, oldRangeSpecs, removeSpecs, popSpecs, blockingSpecs, randomSpecs, combineSpecs, scanSpecs)

const (
	readFast  = command.ReadOnly | command.Fast
	writeFast = command.Write | command.Fast

	notPositive = "ERR value is out of range, must be positive"
)

// limits are the options that apply now to a set that is about to change.
func limits(c *command.Ctx) store.ZSetLimits { return command.ZSetLimits(c.Host.Config()) }

// lookup returns the sorted set under key for a command that reads it: the empty one when there is none. It replies an
// error, and returns false, when the key holds another kind of value.
func lookup(c *command.Ctx, key []byte) (z store.ZSet, ok bool) {
	e := c.Tx.Read(key)
	if !c.Want(e, store.ZSetKind) {
		return z, false
	}
	return e.ZSet(), true
}

// edit is lookup for a command that takes members away.
func edit(c *command.Ctx, key []byte) (z store.ZSetEditor, ok bool) {
	e := c.Tx.Write(key)
	if !c.Want(e, store.ZSetKind) {
		return z, false
	}
	return c.Tx.EditZSet(key, e, limits(c), 0), true
}

// removed tells of members that have gone, and of the key, if it has gone with them.
func removed(c *command.Ctx, z *store.ZSetEditor, event string, key []byte) {
	c.Tx.Notify(store.EventZSet, event, key)
	if !z.Exists() {
		c.Tx.Notify(store.EventGeneric, "del", key)
	}
}
