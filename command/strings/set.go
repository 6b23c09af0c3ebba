package strings

// Commands that store one string, whatever was there before.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var setSpecs = []command.Spec{
	{Name: "set", Group: command.String, Summary: "Stores a string under a key, whatever its type was before.",
		Since: "1.0.0", Complexity: "O(1)", Arity: -3, Flags: command.Write | command.DenyOOM,
		Syntax: "key value condition:[NX | XX | IFEQ ifeq-value | IFNE ifne-value | IFDEQ ifdeq-digest:integer | " +
			"IFDNE ifdne-digest:integer] [GET] [EX seconds:integer | PX milliseconds:integer | " +
			"EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | KEEPTTL]",
		Keys: []command.KeySpec{{Flags: command.RW | command.Access | command.Update | command.VariableFlags, Index: 1,
			Step: 1, Notes: "The old value is read only with the option GET and those of a condition"}},
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

// setKeyFlags: only with the option GET somebody sees the old value; a condition looks at it.
func setKeyFlags(args [][]byte) command.KeyFlags {
	for _, a := range args[3:] {
		if command.EqualFold(a, "get") {
			return command.RW | command.Access | command.Update
		}
	}
	if compares(args[3:]) {
		return command.RW | command.Update
	}
	return command.OW | command.Update
}

// setOptions are the options of SET.
type setOptions struct {
	life   lifetime
	absent bool      // NX: only if there is no such key
	exists bool      // XX: only if there is
	when   condition // IFEQ and the like
	get    bool      // reply the old value
}

// parse reads the options of SET.
func (o *setOptions) parse(c *command.Ctx) bool {
	for i := 3; i < len(c.Args); i++ {
		used := o.shared(c, i)
		switch {
		case used > 0:
			i += used - 1
		case command.EqualFold(c.Args[i], "get"):
			o.get = true
		case o.compare(c, i):
			i++
		default:
			c.Out.Error(command.ErrSyntax)
			return false
		}
	}
	return true
}

// shared reads argument i as an option that MSETEX has too. It returns how many arguments it took, 0 when it is none or must not
// stand here.
func (o *setOptions) shared(c *command.Ctx, i int) (used int) {
	arg, used := c.Args[i], o.life.option(c, i)
	switch {
	case used > 0:
		return used
	case command.EqualFold(arg, "nx") && !o.exists:
		o.absent = true
	case command.EqualFold(arg, "xx") && !o.absent:
		o.exists = true
	case command.EqualFold(arg, "keepttl") && o.life.choose(keepTTL):
	default:
		return 0
	}
	return 1
}

// compare reads argument i as an option of a condition, with what to compare behind it. There may be one. As in Redis NX and XX may
// follow it, and then must be met as well, but not precede it.
func (o *setOptions) compare(c *command.Ctx, i int) bool {
	asked := comparisonOf(c.Args[i])
	if asked == always || i+1 == len(c.Args) || o.absent || o.exists || o.when.comparison != always && o.when.comparison != asked {
		return false
	}
	o.when = condition{asked, c.Args[i+1]}
	return true
}

// met reports whether the conditions are met. It replies an error, and returns false, when what is there can't be compared.
func (o *setOptions) met(c *command.Ctx, key []byte) (met, ok bool) {
	if o.when.comparison == always && !o.absent && !o.exists {
		return true, true
	}
	e := c.Tx.Write(key)
	switch {
	case e == nil:
		return !o.exists && o.when.missing(), true
	case o.absent:
		return false, true
	case o.when.comparison == always:
		return true, true
	case !c.Want(e, store.String):
		return false, false
	}
	return o.when.holds(c, c.StringValue(e))
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
	met, ok := opt.met(c, key)
	if !ok {
		return
	}
	if opt.get {
		if _, ok := replyValue(c); !ok {
			return
		}
	}
	if !met {
		if !opt.get {
			c.Out.Null()
		}
		return
	}
	opt.life.store(c, key, val, at)
	if !opt.get {
		c.Out.OK()
	}
}

// store stores val with the deadline at, and logs no more than that: no condition, which may not hold again, no reply of the old
// value, and a deadline as the time that it is.
func (l *lifetime) store(c *command.Ctx, key, val []byte, at int64) {
	if !l.timed() {
		c.Tx.SetString(key, val, l.unit == keepTTL)
		if l.unit == keepTTL {
			c.Tx.Effect(setName, key, val, keepTTLName)
		} else {
			c.Tx.Effect(setName, key, val)
		}
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
