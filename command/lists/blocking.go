package lists

// The commands that wait for a list to have something.

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

const blockingFlags = command.Write | command.Blocking

// allButLast is the spec of keys with a timeout behind them.
func allButLast(flags command.KeyFlags) []command.KeySpec {
	return []command.KeySpec{{Flags: flags, Index: 1, Last: -2, Step: 1}}
}

var blockingSpecs = []command.Spec{
	{Name: "blpop", Group: command.List, Summary: "Removes the first element of the first of several lists that exists and returns it; waits for one.",
		Since: "2.0.0", Complexity: "O(N) where N is the number of keys", Arity: -3, Flags: blockingFlags,
		Syntax: "key [key ...] timeout:double", Keys: allButLast(command.RW | command.Access | command.Delete),
		Run: func(c *command.Ctx) { blockingPop(c, left) }},
	{Name: "brpop", Group: command.List, Summary: "Removes the last element of the first of several lists that exists and returns it; waits for one.",
		Since: "2.0.0", Complexity: "O(N) where N is the number of keys", Arity: -3, Flags: blockingFlags,
		Syntax: "key [key ...] timeout:double", Keys: allButLast(command.RW | command.Access | command.Delete),
		Run: func(c *command.Ctx) { blockingPop(c, right) }},
	{Name: "blmpop", Group: command.List, Summary: "Removes elements from an end of the first of several lists that exists, and returns them; waits for some.",
		Since: "7.0.0", Complexity: "O(N+M) where N is the number of keys and M the number of elements returned", Arity: -5, Flags: blockingFlags,
		Syntax: "timeout:double numkeys:integer key [key ...] where:<LEFT | RIGHT> [COUNT count:integer]",
		Keys:   []command.KeySpec{{Flags: command.RW | command.Access | command.Delete, Index: 2, KeyNum: true, FirstAt: 1, Step: 1}},
		Run:    blmpop},
	{Name: "blmove", Group: command.List, Summary: "Moves an element from an end of a list to an end of another and returns it; waits for one.",
		Since: "6.2.0", Complexity: "O(1)", Arity: 6, Flags: blockingFlags | command.DenyOOM,
		Syntax: "source:key destination:key wherefrom:<LEFT | RIGHT> whereto:<LEFT | RIGHT> timeout:double", Keys: moveKeys, Run: blmove},
	{Name: "brpoplpush", Group: command.List, Summary: "Moves the last element of a list to the front of another and returns it; waits for one.",
		Since: "2.2.0", Deprecated: "6.2.0", ReplacedBy: "`BLMOVE` with the `RIGHT` and `LEFT` arguments", Complexity: "O(1)",
		Arity: 4, Flags: blockingFlags | command.DenyOOM, Syntax: "source:key destination:key timeout:double", Keys: moveKeys,
		Run: brpoplpush},
}

// blockingPop is BLPOP and BRPOP. The log gets the pop, from the list that it was.
func blockingPop(c *command.Ctx, at end) {
	c.PopOrWait(store.ListKind, func(key []byte, e *store.Entry) {
		c.Out.Array(2)
		c.Out.Bulk(key)
		replyOneAndRemove(c, key, e, at)
		c.Tx.Effect(at.popName(), key)
	})
}

func blmpop(c *command.Ctx) {
	keys, at, count, ok := parseMultiPop(c, 2)
	if !ok {
		return
	}
	until, ok := c.Timeout(1)
	if !ok {
		return
	}
	if !popFirst(c, keys, at, count) {
		c.WaitFor(store.ListKind, keys, until)
	}
}

var (
	lmoveName     = []byte("LMOVE")
	rpoplpushName = []byte("RPOPLPUSH")
)

func blmove(c *command.Ctx) {
	from, ok := endOf(c, c.Args[3])
	if !ok {
		return
	}
	to, ok := endOf(c, c.Args[4])
	if !ok {
		return
	}
	if until, ok := c.Timeout(5); ok {
		blockingMove(c, from, to, until, slices.Concat([][]byte{lmoveName}, c.Args[1:5]))
	}
}

func brpoplpush(c *command.Ctx) {
	if until, ok := c.Timeout(3); ok {
		blockingMove(c, right, left, until, [][]byte{rpoplpushName, c.Args[1], c.Args[2]})
	}
}

// blockingMove moves an element, or waits for one. The log gets the move that does not wait.
func blockingMove(c *command.Ctx, from, to end, until int64, effect [][]byte) {
	e := c.Tx.Write(c.Args[1])
	if !c.Want(e, store.ListKind) {
		return
	}
	switch {
	case e != nil:
		if move(c, from, to) {
			c.Tx.Effect(effect...)
		}
	case !c.Wait(command.Wait{Keys: c.Args[1:2], Kind: store.ListKind, Until: until}):
		c.Out.Null()
	}
}
