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
var Commands = slices.Concat(pushSpecs, popSpecs, readSpecs, editSpecs, searchSpecs, moveSpecs, blockingSpecs)

// end is an end of a list.
type end bool

const (
	left  end = true  // the first element's
	right end = false // the last element's
)

// endOf reads LEFT or RIGHT, and replies an error when arg is neither.
func endOf(c *command.Ctx, arg []byte) (at end, ok bool) {
	switch {
	case command.EqualFold(arg, "left"):
		return left, true
	case command.EqualFold(arg, "right"):
		return right, true
	}
	c.Out.Error(command.ErrSyntax)
	return left, false
}

// pop and push name the events of what happens at the end.
func (at end) pop() string {
	if at == left {
		return "lpop"
	}
	return "rpop"
}

func (at end) push() string {
	if at == left {
		return "lpush"
	}
	return "rpush"
}

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

// clampIndex brings an index that may be far outside of a list of n elements near it, so that it fits an int.
func clampIndex(i int64, n int) int { return int(max(int64(-n)-1, min(i, int64(n)))) }

// change returns the list under key for a command that changes it, with the options that apply; nil when there is none. It
// replies an error, and returns false, when the key holds another kind of value.
func change(c *command.Ctx, key []byte) (e *store.Entry, l *quicklist.List, ok bool) {
	e = c.Tx.Write(key)
	if e == nil || !c.Want(e, store.ListKind) {
		return nil, nil, e == nil
	}
	l = e.List()
	configure(c, l)
	return e, l, true
}

// shortened tells of count elements that a command has taken from the list under key, which Tx.Mutate has counted as one
// change, and deletes the key with the last one.
func shortened(c *command.Ctx, key []byte, l *quicklist.List, event string, count int) {
	c.Tx.AddDirty(count - 1)
	c.Tx.Notify(store.EventList, event, key)
	if l.Len() == 0 {
		c.Tx.Delete(key)
		c.Tx.AddDirty(-1)
		c.Tx.Notify(store.EventGeneric, "del", key)
	}
}
