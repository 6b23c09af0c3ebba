// Package streams holds the commands on streams, and on the groups of consumers that read them.
//
// A stream is a store/ds/stream. Unlike other collections an empty one may exist. What is logged of reading with a group
// is not the request but who got which entries: XCLAIM, XGROUP SETID, XGROUP CREATECONSUMER (effects.go).
package streams

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

// Commands of the group.
var Commands = slices.Concat(addSpecs, trimSpecs, deleteSpecs, rangeSpecs, readSpecs, ackSpecs, claimSpecs, autoClaimSpecs,
	pendingSpecs, setIDSpecs, []command.Spec{xgroup, xinfo})

const (
	errNoGroup     = "NOGROUP No such key '%s' or consumer group '%s'"
	errNoGroupName = "NOGROUP No such consumer group '%s' for key name '%s'"
)

var varyingOutput = []string{"nondeterministic_output"}

// limits are when a block of a stream is full.
func limits(c *command.Ctx) stream.Limits {
	cfg := c.Host.Config()
	return stream.Limits{Bytes: int(cfg.Int(config.StreamNodeMaxBytes)), Entries: int(cfg.Int(config.StreamNodeMaxEntries))}
}

// streamOf is the stream of an entry that Want has accepted; nil when there is none.
func streamOf(e *store.Entry) *stream.Stream {
	if e == nil {
		return nil
	}
	return e.Stream()
}

// changes counts the changes of one key by one command. The first passes the store's choke point.
type changes struct {
	c *command.Ctx
	e *store.Entry
	// groups says that only groups change. Redis does not take that for a change of the key, so that a WATCH lasts.
	groups bool
	n      int
}

// add must be called right before each change.
func (ch *changes) add() {
	if ch.n == 0 && !ch.groups {
		ch.c.Tx.Mutate(ch.e)
	} else {
		ch.c.Tx.AddDirty(1)
	}
	ch.n++
}
