// Package bitmaps holds the commands that see strings as bits, and as integers of any width. Bit 0 is the highest one of
// the first byte; what lies behind the end of a string is zero.
//
// words.go and integer.go work on plain bytes; the other files read arguments and write replies.
package bitmaps

import (
	"math"
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

// Commands of the group.
var Commands = slices.Concat(bitSpecs, rangeSpecs, bitopSpecs, bitfieldSpecs)

// maxReplayed is how long a string may become while a log is replayed, in bytes: the limit may have been higher when the
// log was written.
const maxReplayed = 4 << 30

// offset reads the number of a bit. It replies an error when the string would be too long.
func offset(c *command.Ctx, arg []byte) (int64, bool) { return scaledOffset(c, arg, 1) }

// scaledOffset is offset in units of width bits.
func scaledOffset(c *command.Ctx, arg []byte, width int64) (int64, bool) {
	limit := c.Host.Config().Int(config.ProtoMaxBulkLen)
	if c.Tx.Loading {
		limit = max(limit, maxReplayed)
	}
	n, ok := store.ParseInt(arg)
	if !ok || n < 0 || n > math.MaxInt64/width || n*width/8 >= limit {
		c.Out.Error("ERR bit offset is not an integer or out of range")
		return 0, false
	}
	return n * width, true
}

// lookup returns the bytes of the string under key for a command that reads them: none when there is no such key. It
// replies an error, and returns false, when the key holds another kind of value.
func lookup(c *command.Ctx, key []byte) (val []byte, found, ok bool) {
	e := c.Tx.Read(key)
	if !c.Want(e, store.String) {
		return nil, false, false
	}
	if e == nil {
		return nil, false, true
	}
	return c.StringValue(e), true, true
}

// bitmap is a string that is to be changed.
type bitmap struct {
	entry *store.Entry // nil: made anew
	bytes []byte
	grown bool // longer than before, or made anew
	// changed: the key is marked as changed, which has counted as one change.
	changed bool
}

// mutate must be called before bytes are changed.
func (b *bitmap) mutate(c *command.Ctx) {
	if !b.changed {
		c.Tx.Mutate(b.entry)
		b.changed = true
	}
}

// writable looks a string up, and makes it reach up to bit last. It replies an error, and returns false, when the key
// holds another kind of value.
func writable(c *command.Ctx, key []byte, last int64) (b bitmap, ok bool) {
	length := int(last/8) + 1
	b.entry = c.Tx.Write(key)
	switch {
	case !c.Want(b.entry, store.String):
		return b, false
	case b.entry == nil:
		b.bytes, b.grown, b.changed = c.Tx.SetZeros(key, length), true, true
		return b, true
	case b.entry.StringLen() < length:
		b.mutate(c)
		b.grown = true
	}
	b.bytes = c.Tx.Raw(b.entry, length)
	return b, true
}
