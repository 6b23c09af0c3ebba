package keys

// OBJECT: how a value is kept, and how it is used.

import (
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

var object = command.Spec{Name: "object", Group: command.Generic, Summary: "Tells how values are kept in memory.", Since: "2.2.3",
	Complexity: "Depends on subcommand.", Arity: -2,
	Subcommands: []*command.Spec{
		objectSpec("encoding", "2.2.3", "Tells the encoding of a value.", encoding),
		objectSpec("freq", "4.0.0", "Tells how often a key is used, on a logarithmic scale.", frequency),
		objectSpec("idletime", "2.2.3", "Tells the seconds since a key was used.", idleTime),
		objectSpec("refcount", "2.2.3", "Tells how many references a value has.", references),
		{Name: "help", Summary: "Lists the subcommands.", Since: "6.2.0", Complexity: "O(1)", Arity: 2,
			Flags: command.Loading | command.Stale, Categories: command.CatKeyspace, Run: help},
	},
}

func objectSpec(name, since, summary string, reply func(*command.Ctx, *store.Entry)) *command.Spec {
	return &command.Spec{Name: name, Summary: summary, Since: since, Complexity: "O(1)", Arity: 3, Flags: command.ReadOnly,
		Categories: command.CatKeyspace, Syntax: "key", Keys: command.KeyAt(2, command.RO), Tips: varying,
		Run: func(c *command.Ctx) {
			e := c.Tx.Peek(c.Args[2])
			if e == nil {
				c.Out.Null()
				return
			}
			reply(c, e)
		}}
}

func encoding(c *command.Ctx, e *store.Entry) { c.Out.BulkString(e.Encoding()) }

const mayNeedTime = " Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust."

func frequency(c *command.Ctx, e *store.Entry) {
	if !c.Tx.Store().LFU() {
		c.Out.Error("ERR An LFU maxmemory policy is not selected, access frequency not tracked." + mayNeedTime)
		return
	}
	c.Out.Int(c.Tx.Frequency(e))
}

func idleTime(c *command.Ctx, e *store.Entry) {
	if c.Tx.Store().LFU() {
		c.Out.Error("ERR An LFU maxmemory policy is selected, idle time not tracked." + mayNeedTime)
		return
	}
	c.Out.Int(c.Tx.IdleSeconds(e))
}

const (
	// sharedIntegers is the number of small integers that Redis keeps once for all keys, and sharedReferences the number
	// of references that it tells of them.
	sharedIntegers   = 10000
	sharedReferences = 1<<31 - 1
)

// references tells what Redis would: values here are never shared.
func references(c *command.Ctx, e *store.Entry) {
	if e.Kind() == store.String && e.Encoding() == "int" && sharesIntegers(c.Host.Config()) {
		if n, _ := e.Int(); n >= 0 && n < sharedIntegers {
			c.Out.Int(sharedReferences)
			return
		}
	}
	c.Out.Int(1)
}

// sharesIntegers reports whether Redis would share small integers: not when each key's use must be known for eviction.
func sharesIntegers(cfg *config.Config) bool {
	policy := cfg.EnumName(config.MaxMemoryPolicy)
	return cfg.Uint(config.MaxMemory) == 0 || !strings.HasSuffix(policy, "-lru") && !strings.HasSuffix(policy, "-lfu")
}

var helpLines = []string{
	"OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
	"ENCODING <key>",
	"    Tell how the value of the key is encoded in memory.",
	"FREQ <key>",
	"    Tell how often the key is used, on a logarithmic scale.",
	"IDLETIME <key>",
	"    Tell the seconds since the key was used.",
	"REFCOUNT <key>",
	"    Tell how many references the value of the key has.",
	"HELP",
	"    Print this help.",
}

func help(c *command.Ctx) {
	c.Out.Array(len(helpLines))
	for _, line := range helpLines {
		c.Out.Status(line)
	}
}
