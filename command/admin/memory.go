package admin

// MEMORY: what keys take, where the memory of the process is, and how to get it back. What DOCTOR and MALLOC-STATS say stands in
// memoryreport.go.

import (
	"fmt"
	"math"
	"time"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var everyShard = []string{"nondeterministic_output", "request_policy:all_shards", "response_policy:special"}

var memorySpec = command.Spec{Name: "memory", Group: command.ServerGroup, Summary: "Tells what takes memory.",
	Since: "4.0.0", Complexity: "Depends on the subcommand", Arity: -2, Subcommands: []*command.Spec{
		{Name: "doctor", Summary: "Reports what is odd about the memory.", Since: "4.0.0", Complexity: "O(1)", Arity: 2,
			Flags: command.Exclusive, Tips: everyShard, Run: memoryDoctor},
		{Name: "malloc-stats", Summary: "Describes where the memory comes from: arenas, and the heap of Go.", Since: "4.0.0",
			Complexity: "O(1)", Arity: 2, Flags: command.Exclusive, Tips: everyShard, Run: memoryMallocStats},
		{Name: "purge", Summary: "Gives memory back to the system that nothing needs.", Since: "4.0.0",
			Complexity: "Depends on how much is on the heap of Go; in the background when it takes long", Arity: 2,
			Tips: []string{"request_policy:all_shards", "response_policy:all_succeeded"}, Run: memoryPurge},
		{Name: "stats", Summary: "Tells what the memory is used for, in figures.", Since: "4.0.0", Complexity: "O(1)", Arity: 2,
			Flags: command.Exclusive, Tips: everyShard, Run: memoryStats},
		{Name: "usage", Summary: "Tells the bytes that a key and its value take.", Since: "4.0.0", Complexity: "O(1)",
			Arity: -3, Flags: command.ReadOnly, Syntax: "key [SAMPLES count:integer]", Keys: command.KeyAt(2, command.RO), Run: memoryUsage},
		{Name: "help", Summary: "Describes the subcommands.", Since: "4.0.0", Complexity: "O(1)", Arity: 2,
			Flags: command.Loading | command.Stale, Run: command.Help},
	}}

// memoryUsage counts all of a value: SAMPLES, how many of its elements may stand for the others, is checked and then of no
// consequence.
func memoryUsage(c *command.Ctx) {
	for i := 3; i < len(c.Args); i += 2 {
		if !command.EqualFold(c.Args[i], "samples") || i+1 == len(c.Args) {
			c.Out.Error(command.ErrSyntax)
			return
		}
		n, ok := c.Int(i + 1)
		if !ok {
			return
		}
		if n < 0 {
			c.Out.Error(command.ErrSyntax)
			return
		}
	}
	if e := c.Tx.Peek(c.Args[2]); e != nil {
		c.Out.Int(int64(e.Usage()))
	} else {
		c.Out.Null()
	}
}

// purgeWait is how long MEMORY PURGE lets others wait. A heap of Go that takes longer is purged behind the reply.
const purgeWait = 20 * time.Millisecond

func memoryPurge(c *command.Ctx) {
	select {
	case <-store.Purge():
	case <-time.After(purgeWait):
	}
	c.Out.OK()
}

// memoryStats replies a map with Redis's fields. Those about what this server does not have are zero.
func memoryStats(c *command.Ctx) {
	m := c.Host.Memory(c.Tx)
	mark, n := c.Out.DeferMap(), 0
	field := func(name string) {
		c.Out.BulkString(name)
		n++
	}
	number := func(name string, v uint64) {
		field(name)
		c.Out.Int(int64(min(v, math.MaxInt64)))
	}
	perKey, tables, resizing, resize := uint64(0), 0, 0, 0
	if keys := m.Keys(); keys > 0 {
		perKey = m.Dataset() / uint64(keys)
	}
	number("peak.allocated", m.Peak)
	number("total.allocated", m.Used)
	number("startup.allocated", m.Startup)
	number("replication.backlog", 0)
	number("clients.slaves", 0)
	number("clients.normal", m.Clients)
	number("cluster.links", 0)
	number("aof.buffer", m.Log)
	number("lua.caches", 0)
	number("functions.caches", 0)
	for _, db := range m.Databases {
		field(fmt.Sprintf("db.%d", db.DB))
		c.Out.Map(2)
		c.Out.BulkString("overhead.hashtable.main")
		c.Out.Int(int64(db.Tables + db.Headers))
		c.Out.BulkString("overhead.hashtable.expires")
		c.Out.Int(int64(db.Timers))
		tables += db.Tables
		resizing += db.Resizing
		resize += db.Resize
	}
	number("overhead.db.hashtable.lut", uint64(tables))
	number("overhead.db.hashtable.rehashing", uint64(resize))
	number("overhead.total", m.Overhead())
	number("db.dict.rehashing.count", uint64(resizing))
	number("keys.count", uint64(m.Keys()))
	number("keys.bytes-per-key", perKey)
	number("dataset.bytes", m.Dataset())
	field("dataset.percentage")
	c.Out.Double(100 * quotient(m.Dataset(), m.Net()))
	field("peak.percentage")
	c.Out.Double(100 * quotient(m.Used, m.Peak))
	number("allocator.allocated", m.Objects)
	number("allocator.active", m.Active)
	number("allocator.resident", m.Mapped)
	number("allocator.muzzy", 0)
	for _, r := range []struct {
		name  string
		bytes string
		a, b  uint64
	}{
		{"allocator-fragmentation.ratio", "allocator-fragmentation.bytes", m.Active, m.Objects},
		{"allocator-rss.ratio", "allocator-rss.bytes", m.Mapped, m.Active},
		{"rss-overhead.ratio", "rss-overhead.bytes", m.RSS, m.Mapped},
		{"fragmentation", "fragmentation.bytes", m.RSS, m.Used},
	} {
		field(r.name)
		c.Out.Double(quotient(r.a, r.b))
		field(r.bytes)
		c.Out.Int(int64(r.a) - int64(r.b))
	}
	c.Out.EndMap(mark, n)
}

// quotient is how much larger a is than b; 0 when there is no b.
func quotient(a, b uint64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
