package strings

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/longdouble"
	"github.com/miniredisd/miniredisd/store"
)

var floatSpecs = []command.Spec{
	{Name: "incrbyfloat", Group: command.String, Summary: "Adds a number to the floating point number under a key; a missing one counts as 0.",
		Since: "2.6.0", Complexity: "O(1)", Arity: 3, Flags: counterFlags, Syntax: "key increment:double",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Update), Run: incrbyfloat},
}

// incrbyfloat logs its result instead of itself, so that who replays it need not compute the same digits.
func incrbyfloat(c *command.Ctx) {
	key := c.Args[1]
	e := c.Tx.Write(key)
	if !c.Want(e, store.String) {
		return
	}
	sum := longdouble.Zero()
	if e != nil {
		var ok bool
		if sum, ok = longdouble.Parse(c.StringValue(e)); !ok {
			c.Out.Error(command.ErrNotFloat)
			return
		}
	}
	delta, ok := longdouble.Parse(c.Args[2])
	if !ok {
		c.Out.Error(command.ErrNotFloat)
		return
	}
	if !longdouble.Add(sum, delta) {
		c.Out.Error("ERR increment would produce NaN or Infinity")
		return
	}
	text := longdouble.Append(nil, sum)
	c.Tx.SetText(key, text)
	c.Tx.Effect(setName, key, text, keepTTLName)
	c.Tx.Notify(store.EventString, "incrbyfloat", key)
	c.Out.Bulk(text)
}
