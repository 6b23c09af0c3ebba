package strings

// Conditions on the string that is there (Redis 8.4): SET and DELEX take effect only if it equals a value, or if its digest
// equals one. With them a lock is prolonged and released without a script: DELEX lock IFEQ token.

import (
	"bytes"
	"strconv"

	"github.com/zeebo/xxh3"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var conditionSpecs = []command.Spec{
	{Name: "delex", Group: command.String, Summary: "Deletes a key, if its string value or the digest of it fits.", Since: "8.4.0",
		Complexity: "O(1) for a value, O(N) for a digest where N is the length of the string", Arity: -2,
		Flags:    command.Write | command.Fast,
		Syntax:   "key condition:[IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest:integer | IFDNE ifdne-digest:integer]",
		Keys:     []command.KeySpec{{Flags: command.RW | command.Delete | command.VariableFlags, Index: 1, Step: 1}},
		KeyFlags: delexKeyFlags, Run: delex},
	{Name: "digest", Group: command.String, Summary: "Returns the digest of a string value.", Since: "8.4.0",
		Complexity: "O(N) where N is the length of the string", Arity: 2, Flags: command.ReadOnly | command.Fast,
		Syntax: "key", Keys: command.KeyAt(1, command.RO|command.Access), Run: digest},
}

// digestLen is the length of a digest's text: 64 bits in hexadecimal.
const digestLen = 16

const errDigestLength = "ERR must be exactly 16 hexadecimal characters"

// comparison says what a condition compares.
type comparison uint8

const (
	always        comparison = iota // no condition
	equal                           // IFEQ
	differs                         // IFNE
	digestEqual                     // IFDEQ
	digestDiffers                   // IFDNE
)

// comparisonNames are the options, by comparison.
var comparisonNames = [...]string{equal: "ifeq", differs: "ifne", digestEqual: "ifdeq", digestDiffers: "ifdne"}

// comparisonOf is what the option arg asks for, always when it is none of a condition.
func comparisonOf(arg []byte) comparison {
	for c := equal; c <= digestDiffers; c++ {
		if command.EqualFold(arg, comparisonNames[c]) {
			return c
		}
	}
	return always
}

// compares reports whether an option of a condition is among args.
func compares(args [][]byte) bool {
	for _, a := range args {
		if comparisonOf(a) != always {
			return true
		}
	}
	return false
}

// condition is a comparison and what to compare with: a value or a digest's text.
type condition struct {
	comparison comparison
	with       []byte
}

// missing reports whether a key that does not exist meets the condition.
func (w *condition) missing() bool { return w.comparison != equal && w.comparison != digestEqual }

// holds compares val. It replies an error, and returns false, when the digest to compare with is none; as in Redis its length
// alone tells.
func (w *condition) holds(c *command.Ctx, val []byte) (holds, ok bool) {
	switch w.comparison {
	case always:
		return true, true
	case equal, differs:
		return bytes.Equal(val, w.with) == (w.comparison == equal), true
	}
	if len(w.with) != digestLen {
		c.Out.Error(errDigestLength)
		return false, false
	}
	var text [digestLen]byte
	same := bytes.EqualFold(appendDigest(text[:0], val), w.with)
	return same == (w.comparison == digestEqual), true
}

// appendDigest appends XXH3 of val, 64 bits without a seed, in lower-case hexadecimal with leading zeros.
func appendDigest(to, val []byte) []byte {
	var text [digestLen]byte
	t := strconv.AppendUint(text[:0], xxh3.Hash(val), 16)
	for range digestLen - len(t) {
		to = append(to, '0')
	}
	return append(to, t...)
}

// delexKeyFlags: without a condition nobody looks at the value.
func delexKeyFlags(args [][]byte) command.KeyFlags {
	if compares(args[2:]) {
		return command.RW | command.Delete
	}
	return command.RM | command.Delete
}

func delex(c *command.Ctx) {
	key := c.Args[1]
	switch len(c.Args) {
	case 2:
		if c.Tx.Write(key) == nil {
			c.Out.Int(0)
			return
		}
	case 4:
		if !delexMay(c, key) {
			return
		}
	default:
		c.WrongArity()
		return
	}
	remove(c, key)
	c.Out.Int(1)
}

// delexMay reports whether the key is to be deleted, and replies when it is not. A word that is no condition is found last,
// as in Redis.
func delexMay(c *command.Ctx, key []byte) bool {
	e := c.Tx.Read(key)
	if e == nil {
		c.Out.Int(0)
		return false
	}
	if e.Kind() != store.String {
		c.Out.Error("ERR Key should be of string type if conditions are specified")
		return false
	}
	when := condition{comparisonOf(c.Args[2]), c.Args[3]}
	if when.comparison == always {
		c.Out.Error("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE")
		return false
	}
	holds, ok := when.holds(c, c.StringValue(e))
	if ok && !holds {
		c.Out.Int(0)
	}
	return holds
}

func digest(c *command.Ctx) {
	e, ok := lookup(c, c.Args[1])
	switch {
	case !ok:
	case e == nil:
		c.Out.Null()
	default:
		var text [digestLen]byte
		c.Out.Bulk(appendDigest(text[:0], c.StringValue(e)))
	}
}
