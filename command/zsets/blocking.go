package zsets

// The commands that wait for a sorted set to have something.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

const blockingPopComplexity = "O(log(N)) with N the number of members in the set"

var blockingSpecs = []command.Spec{
	{Name: "bzpopmin", Group: command.SortedSet, Summary: "Removes the member with the lowest score of the first sorted set that exists and returns it; waits for one.",
		Since: "5.0.0", Complexity: blockingPopComplexity, Arity: -3, Flags: writeFast | command.Blocking,
		Syntax: "key [key ...] timeout:double",
		Keys:   []command.KeySpec{{Flags: command.RW | command.Access | command.Delete, Index: 1, Last: -2, Step: 1}},
		Run:    func(c *command.Ctx) { blockingPop(c, lowest) }},
	{Name: "bzpopmax", Group: command.SortedSet, Summary: "Removes the member with the highest score of the first sorted set that exists and returns it; waits for one.",
		Since: "5.0.0", Complexity: blockingPopComplexity, Arity: -3, Flags: writeFast | command.Blocking,
		Syntax: "key [key ...] timeout:double",
		Keys:   []command.KeySpec{{Flags: command.RW | command.Access | command.Delete, Index: 1, Last: -2, Step: 1}},
		Run:    func(c *command.Ctx) { blockingPop(c, highest) }},
	{Name: "bzmpop", Group: command.SortedSet, Summary: "Removes members with the lowest or highest scores from the first sorted set that is not empty, and returns them; waits for some.",
		Since: "7.0.0", Complexity: "O(K)+O(log(N)+M) with K the number of keys, N the number of members in the set, and M of those returned",
		Arity: -5, Flags: command.Write | command.Blocking, Syntax: "timeout:double numkeys:integer key [key ...] <MIN | MAX> [COUNT count:integer]",
		Keys: []command.KeySpec{{Flags: command.RW | command.Access | command.Delete, Index: 2, KeyNum: true, FirstAt: 1, Step: 1}}, Run: bzmpop},
}

// blockingPop is BZPOPMIN and BZPOPMAX. The log gets the pop, from the set that it was.
func blockingPop(c *command.Ctx, at end) {
	c.PopOrWait(store.ZSetKind, func(key []byte, e *store.Entry) {
		z := c.Tx.EditZSet(key, e, limits(c), 0)
		c.Out.Array(3)
		c.Out.Bulk(key)
		take(c, &z, key, at, 1, false)
		c.Tx.Effect(popNames[at], key)
	})
}

func bzmpop(c *command.Ctx) {
	r, ok := parseManyPop(c, 2)
	if !ok {
		return
	}
	until, ok := c.Timeout(1)
	if !ok {
		return
	}
	if !popFirst(c, &r) {
		c.WaitFor(store.ZSetKind, r.keys, until)
	}
}
