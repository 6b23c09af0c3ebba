// Package lists holds the commands on lists.
//
// A list is a quicklist (store/ds/quicklist). An empty one does not exist: who takes the last element deletes the key.
package lists

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

// Commands of the group.
var Commands = slices.Concat(pushSpecs, popSpecs, readSpecs)

// end is an end of a list.
type end bool

const (
	left  end = true  // the first element's
	right end = false // the last element's
)

// configure passes the options that apply now to a list that is about to change.
func configure(c *command.Ctx, l *quicklist.List) {
	cfg := c.Host.Config()
	l.SetFill(int(cfg.Int(config.ListMaxListpackSize)))
	l.SetCompressDepth(int(cfg.Int(config.ListCompressDepth)))
}

// lookup returns the list under key for a command that reads it: nil when there is none. It replies an error, and returns
// false, when the key holds another kind of value.
func lookup(c *command.Ctx, key []byte) (l *quicklist.List, ok bool) {
	e := c.Tx.Read(key)
	if e == nil || !c.Want(e, store.ListKind) {
		return nil, e == nil
	}
	return e.List(), true
}
