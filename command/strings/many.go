package strings

// Commands on many strings at once.

import (
	"fmt"

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

// inPairs replies an error when a key has no value.
func inPairs(c *command.Ctx) bool {
	if len(c.Args)%2 == 0 {
		c.Out.Error(fmt.Sprintf("ERR wrong number of arguments for '%s' command", c.Spec.FullName()))
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
