// Package hashes holds the commands on hashes, and those on the deadlines of their fields.
//
// A hash is a listpack in the record of its key, or a table (store/hash.go). An empty one does not exist: who takes the last
// field deletes the key.
package hashes

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/hash"
)

// Commands of the group.
var Commands = slices.Concat(setSpecs, counterSpecs, getSpecs, deleteSpecs, allSpecs, randomSpecs, expireSpecs, ttlSpecs, getexSpecs, setexSpecs)

// number is room for the text of a value that is stored as a number.
type number [hash.MaxInt]byte

// lookup returns the hash under the first key for a command that reads it; found is false when there is none. It replies an
// error, and returns ok as false, when the key holds another kind of value.
func lookup(c *command.Ctx) (h store.Hash, found, ok bool) {
	return open(c, c.Tx.Read(c.Args[1]))
}

// lookupWrite is lookup for a command that may change the hash.
func lookupWrite(c *command.Ctx) (h store.Hash, found, ok bool) {
	return open(c, c.Tx.Write(c.Args[1]))
}

func open(c *command.Ctx, e *store.Entry) (h store.Hash, found, ok bool) {
	if !c.Want(e, store.HashKind) {
		return h, false, false
	}
	if e == nil {
		return h, false, true
	}
	return c.Tx.GrowingHash(e, command.HashLimits(c.Host.Config())), true, true
}

// created is the hash that a command sets fields of: the one that it has found, or a new one.
func created(c *command.Ctx, h store.Hash, found bool) store.Hash {
	if found {
		return h
	}
	return c.Tx.MakeHash(c.Args[1], command.HashLimits(c.Host.Config()))
}
