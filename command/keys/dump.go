package keys

// Values as bytes that another server reads: DUMP and RESTORE.

import (
	"slices"
	"strconv"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/rdb"
	"github.com/miniredisd/miniredisd/store"
)

const restoreSyntax = "key ttl:integer serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds:integer] [FREQ frequency:integer]"

var dumping = []command.Spec{
	{Name: "dump", Group: command.Generic, Summary: "Returns the value of a key as bytes that RESTORE takes.", Since: "2.6.0",
		Complexity: "O(N) with N the number of elements", Arity: 2, Flags: command.ReadOnly, Categories: command.CatKeyspace,
		Syntax: "key", Keys: command.KeyAt(1, command.RO|command.Access), Tips: []string{"nondeterministic_output"}, Run: dump},
	{Name: "restore", Group: command.Generic, Summary: "Makes a key from the bytes that DUMP returned.", Since: "2.6.0",
		Complexity: "O(N) with N the number of elements; O(N*log(N)) for sorted sets", Arity: -4,
		Flags: command.Write | command.DenyOOM, Categories: command.CatKeyspace | command.CatDangerous,
		Syntax: restoreSyntax, Keys: command.KeyAt(1, command.OW|command.Update), Run: restore},
	{Name: "restore-asking", Group: command.ServerGroup, Summary: "RESTORE as servers of a cluster send it to each other.",
		Since: "3.0.0", Complexity: "O(N) with N the number of elements; O(N*log(N)) for sorted sets", Arity: -4,
		Flags: command.Write | command.DenyOOM | command.Asking | command.System, Categories: command.CatKeyspace | command.CatDangerous,
		Syntax: restoreSyntax, Keys: command.KeyAt(1, command.OW|command.Update), Run: restore},
}

// maxKeptScratch is how large a scratch buffer may stay with its client.
const maxKeptScratch = 64 << 10

func dump(c *command.Ctx) {
	e := c.Tx.Read(c.Args[1])
	if e == nil {
		c.Out.Null()
		return
	}
	o := rdb.Options{Compress: c.Host.Config().Bool(config.RDBCompression)}
	c.Scratch = o.Dump(c.Scratch[:0], e)
	c.Out.Bulk(c.Scratch)
	if cap(c.Scratch) > maxKeptScratch {
		c.Scratch = nil
	}
}

// restoreRequest is what RESTORE is told beside the payload.
type restoreRequest struct {
	replace, absolute bool
	idle, frequency   int64 // -1: not told
	ttl               int64 // ms, from now or since the epoch; 0: none
}

func parseRestore(c *command.Ctx) (r restoreRequest, ok bool) {
	r.idle, r.frequency = -1, -1
	for i := 4; i < len(c.Args); i++ {
		word, last := c.Args[i], i+1 == len(c.Args)
		switch {
		case command.EqualFold(word, "replace"):
			r.replace = true
		case command.EqualFold(word, "absttl"):
			r.absolute = true
		case command.EqualFold(word, "idletime") && !last && r.frequency == -1:
			i++
			if r.idle, ok = c.Int(i); !ok {
				return r, false
			}
			if r.idle < 0 {
				c.Out.Error("ERR Invalid IDLETIME value, must be >= 0")
				return r, false
			}
		case command.EqualFold(word, "freq") && !last && r.idle == -1:
			i++
			if r.frequency, ok = c.Int(i); !ok {
				return r, false
			}
			if r.frequency < 0 || r.frequency > 255 {
				c.Out.Error("ERR Invalid FREQ value, must be >= 0 and <= 255")
				return r, false
			}
		default:
			c.Out.Error(command.ErrSyntax)
			return r, false
		}
	}
	if !r.replace && c.Tx.Write(c.Args[1]) != nil {
		c.Out.Error("BUSYKEY Target key name already exists.")
		return r, false
	}
	if r.ttl, ok = c.Int(2); !ok {
		return r, false
	}
	if r.ttl < 0 {
		c.Out.Error("ERR Invalid TTL value, must be >= 0")
		return r, false
	}
	return r, true
}

func restore(c *command.Ctx) {
	r, ok := parseRestore(c)
	if !ok {
		return
	}
	v, err := rdb.Restore(c.Args[3], command.RDBLimits(c.Host.Config()))
	if err != nil {
		c.Out.Error("ERR " + err.Error())
		return
	}
	key, at := c.Args[1], r.ttl
	if at != 0 && !r.absolute {
		at += c.Now()
	}
	if at != 0 && at <= c.Now() && !c.Tx.Loading {
		v.Release()
		if r.replace && c.Tx.Delete(key) {
			c.Tx.Notify(store.EventGeneric, "del", key)
			c.Tx.Effect(c.RemovalName(), key)
		}
		c.Out.OK()
		return
	}
	v.SetDeadline(at)
	replaced := c.Tx.Give(key, v)
	if e := c.Tx.Peek(key); r.idle >= 0 || r.frequency >= 0 {
		c.Tx.SetAccess(e, r.idle, r.frequency)
	}
	if at != 0 && !r.absolute { // the time that is left is another one where the log is read
		args := slices.Clone(c.Args)
		args[2] = strconv.AppendInt(nil, at, 10)
		c.Tx.Effect(append(args, []byte("ABSTTL"))...)
	}
	c.Tx.Notify(store.EventGeneric, "restore", key)
	c.Tx.NotifyReplaced(key, replaced)
	c.Out.OK()
}
