package admin

// The subcommands of DEBUG that look at keys, or make many.

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/dict"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

func debugObject(c *command.Ctx) {
	e := c.Tx.PeekDead(c.Args[2])
	if e == nil {
		c.Out.Error(command.ErrNoKey)
		return
	}
	idle := c.Tx.IdleSeconds(e)
	line := fmt.Sprintf("Value at:%p refcount:1 encoding:%s serializedlength:%d lru:%d lru_seconds_idle:%d",
		e, e.Encoding(), serializedLength(e), lruClock(c.Now()/1000-idle), idle)
	if e.Kind() == store.ListKind && !e.List().IsListpack() {
		line += describeList(e.List())
	}
	c.Out.Status(line)
}

// lruClock is a time in seconds as 24 bits, which is what Redis keeps.
func lruClock(seconds int64) int64 { return seconds & (1<<24 - 1) }

// serializedLength is about how long the value is in a snapshot: as long as in memory, since it is written as it is.
func serializedLength(e *store.Entry) int {
	if e.Kind() == store.String {
		return e.StringLen() + 1
	}
	if obj := e.Object(); obj != nil {
		return obj.Bytes()
	}
	val, _ := e.Packed()
	return len(val)
}

// debugListpack writes the elements to the log, where Redis writes them to its standard output.
func debugListpack(c *command.Ctx) {
	e := c.Tx.Peek(c.Args[2])
	if e == nil {
		c.Out.Error(command.ErrNoKey)
		return
	}
	if !strings.HasPrefix(e.Encoding(), "listpack") {
		c.Out.Error("ERR Not a listpack encoded object.")
		return
	}
	e.Elements(func(parts ...[]byte) bool {
		c.Host.Logf('.', "listpack of %q: %q", c.Args[2], parts)
		return true
	})
	c.Out.Status("Listpack structure written to the log")
}

func describeList(l *quicklist.List) string {
	size, compressed := 0, 0
	l.EachNode(func(data []byte, _ bool) bool {
		size += len(data)
		return true
	})
	if l.CompressDepth() != 0 {
		compressed = 1
	}
	return fmt.Sprintf(" ql_nodes:%d ql_avg_node:%.2f ql_listpack_max:%d ql_compressed:%d ql_uncompressed_size:%d",
		l.Nodes(), float64(l.Len())/float64(max(l.Nodes(), 1)), l.Fill(), compressed, size)
}

const (
	// maxPopulate bounds the keys of one DEBUG POPULATE.
	maxPopulate = 100_000_000
	// populateValue begins each value; its number follows.
	populateValue = "value:"
)

// debugPopulate skips keys that exist. What it makes is not logged.
func debugPopulate(c *command.Ctx) {
	keys, ok := positive(c, 2)
	if !ok {
		return
	}
	prefix, size := []byte("key"), int64(0)
	if len(c.Args) > 3 {
		prefix = c.Args[3]
	}
	if len(c.Args) > 4 {
		if size, ok = positive(c, 4); !ok {
			return
		}
	}
	if keys > maxPopulate || size > c.Host.Config().Int(config.ProtoMaxBulkLen) {
		c.Out.Error("ERR OOM in dictTryExpand")
		return
	}
	c.Tx.NoEffect()
	for i := range keys {
		// A new slice for each key: the unit knows the key it saw last by where its bytes lie.
		key := strconv.AppendInt(append(append([]byte(nil), prefix...), ':'), i, 10)
		if c.Tx.Write(key) != nil {
			continue
		}
		value := strconv.AppendInt([]byte(populateValue), i, 10)
		if size > 0 {
			sized := make([]byte, size)
			copy(sized, value)
			value = sized
		}
		c.Tx.SetString(key, value, false)
	}
	c.Out.OK()
}

// positive reads argument i as a number that is not negative.
func positive(c *command.Ctx, i int) (int64, bool) {
	n, ok := c.Int(i)
	if ok && n < 0 {
		c.Out.Error("ERR value is out of range, must be positive")
		return 0, false
	}
	return n, ok
}

// debugTables describes the tables of a database as if they were one: they are cut into shards.
func debugTables(c *command.Ctx) {
	db, ok := c.Int(2)
	if !ok {
		return
	}
	if db < 0 || db >= int64(c.Tx.Store().Databases()) {
		c.Out.Error("ERR Out of range database")
		return
	}
	selected := c.Tx.DB()
	defer c.Tx.Select(selected)
	c.Tx.Select(int(db))
	var sum [2]dict.TableStats // the tables in use, and those that resizes are filling
	c.Tx.Tables(func(s dict.Stats) {
		for i, t := range s.Tables {
			sum[i].Slots += t.Slots
			sum[i].Buckets += t.Buckets
			sum[i].Used += t.Used
			sum[i].Overflow += t.Overflow
			sum[i].Longest = max(sum[i].Longest, t.Longest)
		}
	})
	var b strings.Builder
	b.WriteString("[Dictionary HT]\n")
	for i, name := range []string{"main hash table", "rehashing target"} {
		if i == 0 || sum[i].Slots > 0 {
			writeTable(&b, i, name, &sum[i])
		}
	}
	fmt.Fprintf(&b, "[Expires]\n number of keys with a deadline: %d\n", c.Tx.SizeExpiring())
	c.Out.Verbatim("txt", b.String())
}

func writeTable(b *strings.Builder, i int, name string, t *dict.TableStats) {
	fmt.Fprintf(b, "Hash table %d stats (%s):\n", i, name)
	if t.Used == 0 {
		b.WriteString("No stats available for empty dictionaries\n")
		return
	}
	fmt.Fprintf(b, " table size: %d\n number of elements: %d\n buckets: %d\n overflow buckets: %d\n max chain length: %d\n",
		t.Slots, t.Used, t.Buckets, t.Overflow, t.Longest)
}
