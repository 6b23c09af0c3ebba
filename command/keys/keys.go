// Package keys holds the commands on keys whatever their value is: removing, renaming, copying, deadlines, iterating.
//
// It may use command, store, config, resp and internal, and no other group.
package keys

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

// Commands of the group.
var Commands = slices.Concat(presence, deadlines, remaining, moving, iterating, dumping, sorting, []command.Spec{object})

// look reads a key for a command that asks about it: counted as hit or miss, but no access to the value.
func look(c *command.Ctx, key []byte) *store.Entry {
	was := c.Tx.NoTouch
	c.Tx.NoTouch = true
	e := c.Tx.Read(key)
	c.Tx.NoTouch = was
	return e
}
