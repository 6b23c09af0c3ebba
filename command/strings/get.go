package strings

// Commands that read one string, and those that read it and take or prolong its life: GETDEL, GETEX.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var getSpecs = []command.Spec{
	{Name: "get", Group: command.String, Summary: "Returns the string value of a key.", Since: "1.0.0",
		Complexity: "O(1)", Arity: 2, Flags: command.ReadOnly | command.Fast, Syntax: "key",
		Keys: command.KeyAt(1, command.RO|command.Access), Run: get},
	{Name: "getdel", Group: command.String, Summary: "Returns the string value of a key and deletes the key.", Since: "6.2.0",
		Complexity: "O(1)", Arity: 2, Flags: command.Write | command.Fast, Syntax: "key",
		Keys: command.KeyAt(1, command.RW|command.Access|command.Delete), Run: getdel},
	{Name: "getex", Group: command.String, Summary: "Returns the string value of a key and sets or removes its deadline.",
		Since: "6.2.0", Complexity: "O(1)", Arity: -2, Flags: command.Write | command.Fast,
		Syntax: "key [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time | " +
			"PXAT unix-time-milliseconds:unix-time | PERSIST]",
		Keys: []command.KeySpec{{Flags: command.RW | command.Access | command.Update, Index: 1, Step: 1,
			Notes: "The deadline may change, the value does not"}},
		Run: getex},
	{Name: "strlen", Group: command.String, Summary: "Returns the length of a string value in bytes.", Since: "2.2.0",
		Complexity: "O(1)", Arity: 2, Flags: command.ReadOnly | command.Fast, Syntax: "key",
		Keys: command.KeyAt(1, command.RO), Run: strlen},
	{Name: "getrange", Group: command.String, Summary: "Returns the bytes of a string value between two offsets.", Since: "2.4.0",
		Complexity: "O(N) where N is the length of the returned string", Arity: 4, Flags: command.ReadOnly,
		Syntax: "key start:integer end:integer", Keys: command.KeyAt(1, command.RO|command.Access), Run: getrange},
	{Name: "substr", Group: command.String, Summary: "The former name of GETRANGE.", Since: "1.0.0", Deprecated: "2.0.0", ReplacedBy: "`GETRANGE`",
		Complexity: "O(N) where N is the length of the returned string", Arity: 4, Flags: command.ReadOnly,
		Syntax: "key start:integer end:integer", Keys: command.KeyAt(1, command.RO|command.Access), Run: getrange},
}

var (
	delName       = []byte("DEL")
	persistName   = []byte("PERSIST")
	pexpireatName = []byte("PEXPIREAT")
)

func get(c *command.Ctx) { replyValue(c) }

// replyValue replies the string under the first key, null when there is none. It returns false, with an error replied,
// when the key holds another kind of value.
func replyValue(c *command.Ctx) (e *store.Entry, ok bool) {
	e, ok = lookup(c, c.Args[1])
	switch {
	case !ok:
	case e == nil:
		c.Out.Null()
	default:
		c.Out.Bulk(c.StringValue(e))
	}
	return e, ok
}

func getdel(c *command.Ctx) {
	key := c.Args[1]
	if e, ok := replyValue(c); ok && e != nil {
		remove(c, key)
	}
}

func remove(c *command.Ctx, key []byte) {
	c.Tx.Delete(key)
	c.Tx.Effect(delName, key)
	c.Tx.Notify(store.EventGeneric, "del", key)
}

func getex(c *command.Ctx) {
	life, ok := getexOptions(c)
	if !ok {
		return
	}
	key := c.Args[1]
	e, ok := lookup(c, key)
	if !ok {
		return
	}
	if e == nil {
		c.Out.Null()
		return
	}
	at, ok := life.deadline(c)
	if !ok {
		return
	}
	c.Out.Bulk(c.StringValue(e))
	switch {
	case life.unit == persist:
		if c.Tx.Persist(e) {
			c.Tx.Effect(persistName, key)
			c.Tx.Notify(store.EventGeneric, "persist", key)
		}
	case life.unit == none:
	case at <= c.Now() && !c.Tx.Loading:
		remove(c, key)
	default:
		c.Tx.Expire(e, at)
		var text [maxIntText]byte
		c.Tx.Effect(pexpireatName, key, store.AppendInt(text[:0], at))
		c.Tx.Notify(store.EventGeneric, "expire", key)
	}
}

func getexOptions(c *command.Ctx) (life lifetime, ok bool) {
	for i := 2; i < len(c.Args); i++ {
		used := life.option(c, i)
		switch {
		case used > 0:
			i += used - 1
		case command.EqualFold(c.Args[i], "persist") && life.choose(persist):
		default:
			c.Out.Error(command.ErrSyntax)
			return life, false
		}
	}
	return life, true
}

func strlen(c *command.Ctx) {
	e, ok := lookup(c, c.Args[1])
	switch {
	case !ok:
	case e == nil:
		c.Out.Int(0)
	default:
		c.Out.Int(int64(e.StringLen()))
	}
}

func getrange(c *command.Ctx) {
	from, ok := c.Int(2)
	if !ok {
		return
	}
	to, ok := c.Int(3)
	if !ok {
		return
	}
	e, ok := lookup(c, c.Args[1])
	switch {
	case !ok:
	case e == nil:
		c.Out.Bulk(nil)
	default:
		c.Out.Bulk(slice(c.StringValue(e), from, to))
	}
}

// slice returns the bytes of b from offset from to offset to, both included; negative ones count from the end.
func slice(b []byte, from, to int64) []byte {
	if from < 0 && to < 0 && from > to {
		return nil
	}
	n := int64(len(b))
	if from < 0 {
		from = max(from+n, 0)
	}
	if to < 0 {
		to = max(to+n, 0) // before the beginning: the first byte, as Redis has it
	}
	to = min(to, n-1)
	if from > to {
		return nil
	}
	return b[from : to+1]
}
