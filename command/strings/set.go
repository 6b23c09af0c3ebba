package strings

// Commands that store one string, whatever was there before.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var setSpecs = []command.Spec{
	{Name: "set", Group: command.String, Summary: "Stores a string under a key, whatever its type was before.",
		Since: "1.0.0", Complexity: "O(1)", Arity: -3, Flags: command.Write | command.DenyOOM,
		Syntax: "key value [NX | XX] [GET] [EX seconds:integer | PX milliseconds:integer | " +
			"EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | KEEPTTL]",
		Keys: []command.KeySpec{{Flags: command.RW | command.Access | command.Update | command.VariableFlags, Index: 1,
			Step: 1, Notes: "The old value is read only with the option GET"}},
		KeyFlags: setKeyFlags, Run: set},
	{Name: "setnx", Group: command.String, Summary: "Stores a string only if the key does not exist.", Since: "1.0.0",
		Complexity: "O(1)", Arity: 3, Flags: command.Write | command.DenyOOM | command.Fast, Syntax: "key value",
		Keys: command.KeyAt(1, command.OW|command.Insert), Deprecated: "2.6.12", ReplacedBy: "`SET` with the `NX` argument", Run: setnx},
	{Name: "setex", Group: command.String, Summary: "Stores a string that lives for so many seconds.", Since: "2.0.0",
		Complexity: "O(1)", Arity: 4, Flags: command.Write | command.DenyOOM, Syntax: "key seconds:integer value",
		Keys: command.KeyAt(1, command.OW|command.Update), Deprecated: "2.6.12", ReplacedBy: "`SET` with the `EX` argument",
		Run: func(c *command.Ctx) { setLiving(c, seconds) }},
	{Name: "psetex", Group: command.String, Summary: "Stores a string that lives for so many milliseconds.", Since: "2.6.0",
		Complexity: "O(1)", Arity: 4, Flags: command.Write | command.DenyOOM, Syntax: "key milliseconds:integer value",
		Keys: command.KeyAt(1, command.OW|command.Update), Deprecated: "2.6.12", ReplacedBy: "`SET` with the `PX` argument",
		Run: func(c *command.Ctx) { setLiving(c, milliseconds) }},
	{Name: "getset", Group: command.String, Summary: "Stores a string and returns the one that was there before.",
		Since: "1.0.0", Complexity: "O(1)", Arity: 3, Flags: command.Write | command.DenyOOM | command.Fast,
		Syntax: "key value", Keys: command.KeyAt(1, command.RW|command.Access|command.Update), Deprecated: "6.2.0",
		ReplacedBy: "`SET` with the `!GET` argument", Run: getset},
}

var (
	setName     = []byte("SET")
	pxatName    = []byte("PXAT")
	keepTTLName = []byte("KEEPTTL")
)

// setKeyFlags: without the option GET nobody sees the old value.
func setKeyFlags(args [][]byte) command.KeyFlags {
	for _, a := range args[3:] {
		if command.EqualFold(a, "get") {
			return command.RW | command.Access | command.Update
		}
	}
	return command.OW | command.Update
}

// setOptions are the options of SET.
type setOptions struct {
	life   lifetime
	absent bool // NX: only if there is no such key
	exists bool // XX: only if there is
	get    bool // reply the old value
}

func (o *setOptions) parse(c *command.Ctx) bool {
	for i := 3; i < len(c.Args); i++ {
		arg, used := c.Args[i], o.life.option(c, i)
		switch {
		case used > 0:
			i += used - 1
		case command.EqualFold(arg, "nx") && !o.exists:
			o.absent = true
		case command.EqualFold(arg, "xx") && !o.absent:
			o.exists = true
		case command.EqualFold(arg, "get"):
			o.get = true
		case command.EqualFold(arg, "keepttl") && o.life.choose(keepTTL):
		default:
			c.Out.Error(command.ErrSyntax)
			return false
		}
	}
	return true
}

func set(c *command.Ctx) {
	key, val := c.Args[1], c.Args[2]
	if len(c.Args) == 3 {
		c.Tx.SetString(key, val, false)
		c.Tx.Notify(store.EventString, "set", key)
		c.Out.OK()
		return
	}
	var opt setOptions
	if !opt.parse(c) {
		return
	}
	at, ok := opt.life.deadline(c)
	if !ok {
		return
	}
	if opt.get {
		if _, ok := replyValue(c); !ok {
			return
		}
	}
	if (opt.absent || opt.exists) && (c.Tx.Write(key) != nil) != opt.exists {
		if !opt.get {
			c.Out.Null()
		}
		return
	}
	opt.life.store(c, key, val, at)
	if !opt.get {
		c.Out.OK()
		return
	}
	switch opt.life.unit { // what is logged must not reply a value
	case none:
		c.Tx.Effect(setName, key, val)
	case keepTTL:
		c.Tx.Effect(setName, key, val, keepTTLName)
	}
}

// store stores val with the deadline at. A deadline is logged as the time that it is.
func (l *lifetime) store(c *command.Ctx, key, val []byte, at int64) {
	if !l.timed() {
		c.Tx.SetString(key, val, l.unit == keepTTL)
		c.Tx.Notify(store.EventString, "set", key)
		return
	}
	c.Tx.SetStringUntil(key, val, at)
	c.Tx.Notify(store.EventString, "set", key)
	var text [maxIntText]byte
	c.Tx.Effect(setName, key, val, pxatName, store.AppendInt(text[:0], at))
	c.Tx.Notify(store.EventGeneric, "expire", key)
}

func setnx(c *command.Ctx) {
	key := c.Args[1]
	if c.Tx.Write(key) != nil {
		c.Out.Int(0)
		return
	}
	c.Tx.SetString(key, c.Args[2], false)
	c.Tx.Notify(store.EventString, "set", key)
	c.Out.Int(1)
}

// setLiving is SETEX and PSETEX.
func setLiving(c *command.Ctx, u unit) {
	life := lifetime{unit: u, text: c.Args[2]}
	at, ok := life.deadline(c)
	if !ok {
		return
	}
	life.store(c, c.Args[1], c.Args[3], at)
	c.Out.OK()
}

func getset(c *command.Ctx) {
	key, val := c.Args[1], c.Args[2]
	if _, ok := replyValue(c); !ok {
		return
	}
	c.Tx.SetString(key, val, false)
	c.Tx.Effect(setName, key, val)
	c.Tx.Notify(store.EventString, "set", key)
}
