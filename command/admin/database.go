package admin

// Commands on whole databases.

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
)

var databaseSpecs = []command.Spec{
	{Name: "dbsize", Group: command.ServerGroup, Summary: "Counts the keys of the selected database.", Since: "1.0.0",
		Complexity: "O(1)", Arity: 1, Flags: command.ReadOnly | command.Fast | command.LockAll,
		Categories: command.CatKeyspace, Tips: []string{"request_policy:all_shards", "response_policy:agg_sum"}, Run: dbSize},
	{Name: "flushdb", Group: command.ServerGroup, Summary: "Deletes all keys of the selected database.", Since: "1.0.0",
		Complexity: "O(1), memory is reclaimed in the background", Arity: -1, Flags: command.Write | command.Exclusive,
		Categories: command.CatKeyspace | command.CatDangerous, Syntax: "[ASYNC | SYNC]", Tips: flushTips, Run: flushDB},
	{Name: "flushall", Group: command.ServerGroup, Summary: "Deletes all keys of all databases.", Since: "1.0.0",
		Complexity: "O(1), memory is reclaimed in the background", Arity: -1, Flags: command.Write | command.Exclusive,
		Categories: command.CatKeyspace | command.CatDangerous, Syntax: "[ASYNC | SYNC]", Tips: flushTips, Run: flushAll},
	{Name: "swapdb", Group: command.ServerGroup, Summary: "Exchanges two databases: who has selected one sees the other's keys.",
		Since: "4.0.0", Complexity: "O(n) with n the number of watched keys of both", Arity: 3,
		Flags:      command.Write | command.Fast | command.Exclusive,
		Categories: command.CatKeyspace | command.CatDangerous, Syntax: "index1:integer index2:integer", Run: swapDB},
}

var flushTips = []string{"request_policy:all_shards", "response_policy:all_succeeded"}

func dbSize(c *command.Ctx) { c.Out.Int(int64(c.Tx.Size())) }

// flush reads the one word that FLUSHDB and FLUSHALL take, and empties database db, or all when it is -1. The keys are gone
// at once, and the memory is given back in the background: the word makes a difference only for the count in INFO.
func flush(c *command.Ctx, db int) (keys int, ok bool) {
	async := len(c.Args) == 2 && command.EqualFold(c.Args[1], "async")
	if len(c.Args) > 2 || len(c.Args) == 2 && !async && !command.EqualFold(c.Args[1], "sync") {
		c.Out.Error(command.ErrSyntax)
		return 0, false
	}
	keys = c.Tx.Flush(db)
	if async || !c.Client.Multi.Active { // the synchronous one is asynchronous too, but for EXEC
		c.Tx.CountFlushed(keys)
	}
	return keys, true
}

func flushDB(c *command.Ctx) {
	n, ok := flush(c, c.Tx.DB())
	if !ok {
		return
	}
	c.Tx.AddDirty(n)
	c.Tx.Effect(c.Args...) // also when nothing was there
	c.Out.OK()
}

// flushAll also counts as a save, when there are save points: nothing is left that a snapshot could miss.
func flushAll(c *command.Ctx) {
	n, ok := flush(c, -1)
	if !ok {
		return
	}
	c.Tx.Effect(c.Args...)
	if len(c.Host.Config().SavePoints()) > 0 {
		c.Tx.Store().ResetDirty()
	} else {
		c.Tx.AddDirty(n)
	}
	c.Out.OK()
}

func swapDB(c *command.Ctx) {
	if c.Host.Config().Bool(config.ClusterEnabled) {
		c.Out.Error("ERR SWAPDB is not allowed in cluster mode")
		return
	}
	a, ok := dbIndex(c, 1, "ERR invalid first DB index")
	if !ok {
		return
	}
	b, ok := dbIndex(c, 2, "ERR invalid second DB index")
	if !ok {
		return
	}
	if n := c.Tx.Store().Databases(); a < 0 || a >= n || b < 0 || b >= n {
		c.Out.Error("ERR DB index is out of range")
		return
	}
	if a == b {
		c.Tx.AddDirty(1)
	} else {
		c.Tx.Swap(a, b)
	}
	c.Out.OK()
}

// dbIndex reads argument i as a 32-bit number, and replies complaint when it is none.
func dbIndex(c *command.Ctx, i int, complaint string) (int, bool) {
	n, ok := store.ParseInt(c.Args[i])
	if !ok || n < math.MinInt32 || n > math.MaxInt32 {
		c.Out.Error(complaint)
		return 0, false
	}
	return int(n), true
}
