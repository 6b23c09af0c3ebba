// Package strings holds the commands on string values.
//
// Like every group it sees the keyspace through the context's Tx and replies through its writer. Changes in place are
// the store's (store/stringvalue.go); here arguments are parsed, in Redis's order of checks, and replies written.
package strings

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

// Commands of the group.
var Commands = slices.Concat(getSpecs, setSpecs, manySpecs, incrSpecs, conditionSpecs, floatSpecs, editSpecs, lcsSpecs)

const errTooLong = "ERR string exceeds maximum allowed size (proto-max-bulk-len)"

// maxReplayed is how long a string may become while a log is replayed, in bytes: the limit may have been higher when the
// log was written.
const maxReplayed = 4 << 30

// fits replies an error when a string of size+more bytes would be too long.
func fits(c *command.Ctx, size, more int64) bool {
	limit := c.Host.Config().Int(config.ProtoMaxBulkLen)
	if c.Tx.Loading {
		limit = max(limit, maxReplayed)
	}
	if size > limit-more {
		c.Out.Error(errTooLong)
		return false
	}
	return true
}

// lookup returns the string under key for a command that reads it: nil when there is none. It replies an error, and
// returns false, when the key holds another kind of value.
func lookup(c *command.Ctx, key []byte) (e *store.Entry, ok bool) {
	e = c.Tx.Read(key)
	return e, c.Want(e, store.String)
}
