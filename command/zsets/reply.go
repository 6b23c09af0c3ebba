package zsets

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store/ds/zset"
)

// header begins a reply of n members. With scores, they are pairs in RESP3 and by turns in RESP2.
func header(c *command.Ctx, n int, withScores bool) {
	if withScores && c.Out.Proto != 3 {
		n *= 2
	}
	c.Out.Array(n)
}

// member replies one of them.
func member(c *command.Ctx, name []byte, score float64, withScores bool) {
	if !withScores {
		c.Out.Bulk(name)
		return
	}
	if c.Out.Proto == 3 {
		c.Out.Array(2)
	}
	c.Out.Bulk(name)
	c.Out.Double(score)
}

// replyMembers replies all members to come of an iterator.
func replyMembers(c *command.Ctx, it *zset.Iter, withScores bool) {
	header(c, it.Left(), withScores)
	if withScores {
		for name, ok := it.Next(); ok; name, ok = it.Next() {
			member(c, name, it.Score(), true)
		}
		return
	}
	for name, ok := it.Next(); ok; name, ok = it.Next() {
		c.Out.Bulk(name)
	}
}
