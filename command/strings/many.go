package strings

// Commands on many strings at once.

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var manySpecs = []command.Spec{
	{Name: "mget", Group: command.String, Summary: "Returns the string values of several keys at one time.", Since: "1.0.0",
		Complexity: "O(N) where N is the number of keys", Arity: -2, Flags: command.ReadOnly | command.Fast,
		Syntax: "key [key ...]", Keys: command.KeysFrom(1, 1, command.RO|command.Access),
		Tips: []string{"request_policy:multi_shard"}, Run: mget},
	{Name: "mset", Group: command.String, Summary: "Stores several strings at one time.", Since: "1.0.1",
		Complexity: "O(N) where N is the number of keys", Arity: -3, Flags: command.Write | command.DenyOOM,
		Syntax: "key value [key value ...]", Keys: command.KeysFrom(1, 2, command.OW|command.Update),
		Tips: []string{"request_policy:multi_shard", "response_policy:all_succeeded"}, Run: mset},
	{Name: "msetnx", Group: command.String, Summary: "Stores several strings, if none of the keys exists.", Since: "1.0.1",
		Complexity: "O(N) where N is the number of keys", Arity: -3, Flags: command.Write | command.DenyOOM,
		Syntax: "key value [key value ...]", Keys: command.KeysFrom(1, 2, command.OW|command.Insert), Run: msetnx},
	{Name: "msetex", Group: command.String, Summary: "Stores several strings with one deadline, if all of the keys exist or none does.",
		Since: "8.4.0", Complexity: "O(N) where N is the number of keys", Arity: -4, Flags: command.Write | command.DenyOOM,
		Syntax: "numkeys:integer <key value> [<key value> ...] [NX | XX] [EX seconds:integer | PX milliseconds:integer | " +
			"EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | KEEPTTL]",
		Keys: []command.KeySpec{{Flags: command.OW | command.Update, Index: 1, Step: 2, KeyNum: true, FirstAt: 1}},
		Tips: []string{"request_policy:multi_shard", "response_policy:all_succeeded"}, Run: msetex},
}

func mget(c *command.Ctx) {
	c.Out.Array(len(c.Args) - 1)
	for _, key := range c.Args[1:] {
		if e := c.Tx.Read(key); e == nil || e.Kind() != store.String {
			c.Out.Null()
		} else {
			c.Out.Bulk(c.StringValue(e))
		}
	}
}

func mset(c *command.Ctx) {
	if !inPairs(c) {
		return
	}
	storePairs(c)
	c.Out.OK()
}

func msetnx(c *command.Ctx) {
	if !inPairs(c) {
		return
	}
	for i := 1; i < len(c.Args); i += 2 {
		if c.Tx.Write(c.Args[i]) != nil {
			c.Out.Int(0)
			return
		}
	}
	storePairs(c)
	c.Out.Int(1)
}

func msetex(c *command.Ctx) {
	n, ok := store.ParseInt(c.Args[1])
	if !ok || n < 1 || n > math.MaxInt32 {
		c.Out.Error("ERR invalid numkeys value")
		return
	}
	if 2*n > int64(len(c.Args)-2) {
		c.Out.Error("ERR wrong number of key-value pairs")
		return
	}
	pairs, opt := c.Args[2:2+2*n], setOptions{}
	for i := 2 + len(pairs); i < len(c.Args); i++ {
		used := opt.shared(c, i)
		if used == 0 {
			c.Out.Error(command.ErrSyntax)
			return
		}
		i += used - 1
	}
	at, ok := opt.life.deadline(c)
	if !ok {
		return
	}
	for i := 0; i < len(pairs); i += 2 {
		if met, _ := opt.met(c, pairs[i]); !met {
			c.Out.Int(0)
			return
		}
	}
	for i := 0; i < len(pairs); i += 2 {
		opt.life.store(c, pairs[i], pairs[i+1], at)
	}
	c.Out.Int(1)
}

// inPairs replies an error when a key has no value.
func inPairs(c *command.Ctx) bool {
	if len(c.Args)%2 == 0 {
		c.WrongArity()
		return false
	}
	return true
}

func storePairs(c *command.Ctx) {
	for i := 1; i < len(c.Args); i += 2 {
		c.Tx.SetString(c.Args[i], c.Args[i+1], false)
		c.Tx.Notify(store.EventString, "set", c.Args[i])
	}
}
