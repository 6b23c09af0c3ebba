package hashes

// Fields that are numbers.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/longdouble"
	"github.com/miniredisd/miniredisd/store"
)

var counterSpecs = []command.Spec{
	{Name: "hincrby", Group: command.Hash, Summary: "Adds a number to the integer in a field of a hash; a missing one counts as 0.",
		Since: "2.0.0", Complexity: "O(1)", Arity: 4, Flags: writeFlags, Syntax: "key field increment:integer",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Update), Run: hincrby},
	{Name: "hincrbyfloat", Group: command.Hash,
		Summary: "Adds a number to the floating point number in a field of a hash; a missing one counts as 0.",
		Since:   "2.6.0", Complexity: "O(1)", Arity: 4, Flags: writeFlags, Syntax: "key field increment:double",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Update), Run: hincrbyfloat},
}

// counter looks up the field that a counting command changes. has is false when there is no such field, and found when there
// is no hash.
func counter(c *command.Ctx, scratch []byte) (h store.Hash, value []byte, has, found, ok bool) {
	h, found, ok = lookupWrite(c)
	if !ok || !found {
		return h, nil, false, found, ok
	}
	value, has = h.Get(c.Args[2], scratch)
	if h.Reap() {
		found = false
	}
	return h, value, has, found, true
}

func hincrby(c *command.Ctx) {
	delta, ok := c.Int(3)
	if !ok {
		return
	}
	var n number
	h, value, has, found, ok := counter(c, n[:])
	if !ok {
		return
	}
	var old int64
	if has {
		if old, ok = store.ParseInt(value); !ok {
			c.Out.Error("ERR hash value is not an integer")
			return
		}
	}
	sum := old + delta
	if delta > 0 && sum < old || delta < 0 && sum > old {
		c.Out.Error("ERR increment or decrement would overflow")
		return
	}
	h = created(c, h, found)
	h.Set(c.Args[2], store.AppendInt(n[:0], sum), true)
	c.Tx.Notify(store.EventHash, "hincrby", c.Args[1])
	c.Out.Int(sum)
}

var (
	hsetName    = []byte("HSET")
	hsetexName  = []byte("HSETEX")
	keepTTLName = []byte("KEEPTTL")
	fieldsName  = []byte("FIELDS")
	oneText     = []byte("1")
)

// hincrbyfloat logs its result instead of itself, so that who replays it need not compute the same digits.
func hincrbyfloat(c *command.Ctx) {
	delta, ok := longdouble.Parse(c.Args[3])
	if !ok {
		c.Out.Error(command.ErrNotFloat)
		return
	}
	if delta.IsInf() {
		c.Out.Error("ERR value is NaN or Infinity")
		return
	}
	var n number
	h, value, has, found, ok := counter(c, n[:])
	if !ok {
		return
	}
	sum := longdouble.Zero()
	if has {
		if sum, ok = longdouble.Parse(value); !ok {
			c.Out.Error("ERR hash value is not a float")
			return
		}
	}
	if !longdouble.Add(sum, delta) {
		c.Out.Error("ERR increment would produce NaN or Infinity")
		return
	}
	key, field, text := c.Args[1], c.Args[2], longdouble.Append(nil, sum)
	h = created(c, h, found)
	h.Set(field, text, true)
	if at, _ := h.Deadline(field); at != 0 {
		c.Tx.Effect(hsetexName, key, keepTTLName, fieldsName, oneText, field, text)
	} else {
		c.Tx.Effect(hsetName, key, field, text)
	}
	c.Tx.Notify(store.EventHash, "hincrbyfloat", key)
	c.Out.Bulk(text)
}
