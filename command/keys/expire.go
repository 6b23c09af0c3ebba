package keys

// Setting deadlines. All times are turned into milliseconds since the Unix epoch, which is what is stored and logged.

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

const expireConditions = " [NX | XX | GT | LT]"

var deadlines = []command.Spec{
	expireSpec("expire", "1.0.0", "Sets the time to live of a key in seconds.", "seconds:integer", func(c *command.Ctx) {
		setDeadline(c, c.Now(), 1000)
	}),
	expireSpec("pexpire", "2.6.0", "Sets the time to live of a key in milliseconds.", "milliseconds:integer", func(c *command.Ctx) {
		setDeadline(c, c.Now(), 1)
	}),
	expireSpec("expireat", "1.2.0", "Sets the time at which a key expires, in seconds since the Unix epoch.",
		"unix-time-seconds:unix-time", func(c *command.Ctx) { setDeadline(c, 0, 1000) }),
	expireSpec("pexpireat", "2.6.0", "Sets the time at which a key expires, in milliseconds since the Unix epoch.",
		"unix-time-milliseconds:unix-time", func(c *command.Ctx) { setDeadline(c, 0, 1) }),
}

func expireSpec(name, since, summary, when string, run func(*command.Ctx)) command.Spec {
	return command.Spec{Name: name, Group: command.Generic, Summary: summary, Since: since, Complexity: "O(1)", Arity: -3,
		Flags: command.Write | command.Fast, Categories: command.CatKeyspace, Syntax: "key " + when + expireConditions,
		Keys: command.KeyAt(1, command.RW|command.Update), Run: run}
}

// conditions under which a deadline is set.
type conditions uint8

const (
	ifNone    conditions = 1 << iota // NX: the key has no deadline
	ifAny                            // XX: it has one
	ifGreater                        // GT: the new one is later; no deadline is later than all
	ifLess                           // LT: the new one is earlier
)

// parseConditions reads the options behind the time, and replies the error when they make no sense.
func parseConditions(c *command.Ctx) (cond conditions, ok bool) {
	for _, arg := range c.Args[3:] {
		switch {
		case command.EqualFold(arg, "nx"):
			cond |= ifNone
		case command.EqualFold(arg, "xx"):
			cond |= ifAny
		case command.EqualFold(arg, "gt"):
			cond |= ifGreater
		case command.EqualFold(arg, "lt"):
			cond |= ifLess
		default:
			c.Out.Errorf("ERR Unsupported option %s", arg)
			return 0, false
		}
	}
	switch {
	case cond&ifNone != 0 && cond != ifNone:
		c.Out.Error("ERR NX and XX, GT or LT options at the same time are not compatible")
		return 0, false
	case cond&ifGreater != 0 && cond&ifLess != 0:
		c.Out.Error("ERR GT and LT options at the same time are not compatible")
		return 0, false
	}
	return cond, true
}

// hold reports whether the deadline of e may become at.
func (cond conditions) hold(e *store.Entry, at int64) bool {
	current, has := e.ExpireAt()
	switch {
	case cond&ifNone != 0 && has,
		cond&ifAny != 0 && !has,
		cond&ifGreater != 0 && (!has || at <= current),
		cond&ifLess != 0 && has && at >= current:
		return false
	}
	return true
}

// absolute is base + when*unit, when it fits. base is not negative.
func absolute(base, when, unit int64) (at int64, ok bool) {
	if when > math.MaxInt64/unit || when < math.MinInt64/unit {
		return 0, false
	}
	when *= unit
	return base + when, when <= math.MaxInt64-base
}

var (
	delName       = []byte("DEL")
	pexpireatName = []byte("PEXPIREAT")
)

// setDeadline is the four commands: the time in the second argument counts from base, in units of so many milliseconds.
func setDeadline(c *command.Ctx, base, unit int64) {
	cond, ok := parseConditions(c)
	if !ok {
		return
	}
	when, ok := c.Int(2)
	if !ok {
		return
	}
	at, ok := absolute(base, when, unit)
	if !ok {
		c.Out.Errorf("ERR invalid expire time in '%s' command", c.Spec.FullName())
		return
	}
	key := c.Args[1]
	e := c.Tx.Write(key)
	if e == nil || !cond.hold(e, at) {
		c.Out.Int(0)
		return
	}
	c.Out.Int(1)
	// In a log that is replayed, the removal follows by itself.
	if at <= c.Now() && !c.Tx.Loading {
		c.Tx.Delete(key)
		c.Tx.Effect(delName, key)
		c.Tx.Notify(store.EventGeneric, "del", key)
		return
	}
	c.Tx.Expire(e, at)
	if base != 0 || unit != 1 {
		logDeadline(c, at)
	}
	c.Tx.Notify(store.EventGeneric, "expire", key)
}

// logDeadline logs the absolute form of the request, with its options.
func logDeadline(c *command.Ctx, at int64) {
	c.Scratch = store.AppendInt(c.Scratch[:0], at)
	if len(c.Args) == 3 {
		c.Tx.Effect(pexpireatName, c.Args[1], c.Scratch)
		return
	}
	c.Tx.Effect(append([][]byte{pexpireatName, c.Args[1], c.Scratch}, c.Args[3:]...)...)
}
