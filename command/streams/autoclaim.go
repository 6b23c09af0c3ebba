package streams

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

var autoClaimSpecs = []command.Spec{
	{Name: "xautoclaim", Group: command.Stream, Since: "6.2.0", Complexity: "O(1) if COUNT is small", Arity: -6,
		Summary: "Makes a consumer the owner of entries that others have had pending for long.",
		Flags:   command.Write | command.Fast,
		Syntax:  "key group consumer min-idle-time start [COUNT count:integer] [JUSTID]",
		Keys:    command.KeyAt(1, command.RW|command.Delete), Tips: varyingOutput, Run: xautoclaim},
}

const (
	// defaultClaims is how many entries one call claims when it does not say.
	defaultClaims = 100
	// looksPerClaim is how many pending entries are looked at for each that may be claimed.
	looksPerClaim = 10
	// maxClaims is the highest COUNT.
	maxClaims = math.MaxInt64 / 16
)

func xautoclaim(c *command.Ctx) {
	c.Tx.NoEffect() // what was claimed is logged
	o := claimOptions{count: -1, time: c.Now()}
	idle, ok := minIdle(c)
	if !ok {
		return
	}
	o.minIdle = idle
	start, ok := from(c, 5)
	if !ok {
		return
	}
	count := int64(defaultClaims)
	for i := 6; i < len(c.Args); i++ {
		switch {
		case i+1 < len(c.Args) && command.EqualFold(c.Args[i], "count"):
			i++
			if count, ok = store.ParseInt(c.Args[i]); !ok || count < 1 || count > maxClaims {
				c.Out.Error("ERR COUNT must be > 0")
				return
			}
		case command.EqualFold(c.Args[i], "justid"):
			o.justID = true
		default:
			c.Out.Error(command.ErrSyntax)
			return
		}
	}
	e, s, g, ok := groupOf(c)
	if !ok {
		return
	}
	ch := changes{c: c, e: e, groups: true}
	cons := consumer(c, &ch, c.Args[1], g, c.Args[3])
	claimed, deleted, next := o.choose(s, g, c.Now(), start, count)

	c.Out.Array(3)
	replyID(c, next)
	c.Out.Array(len(claimed))
	for _, id := range claimed {
		o.claim(c, &ch, s, g, cons, id)
	}
	c.Out.Array(len(deleted))
	for _, id := range deleted {
		replyID(c, id)
		drop(c, &ch, g, id)
	}
}

// choose lists up to count pending entries from start on that may be claimed, with those that were deleted, and where to go
// on; zero at the end.
func (o *claimOptions) choose(s *stream.Stream, g *stream.Group, now int64, start stream.ID, count int64) (claimed, deleted []stream.ID, next stream.ID) {
	looks := count * looksPerClaim
	for id, p := range g.EachPending(start) {
		if looks == 0 || count == 0 {
			return claimed, deleted, id
		}
		looks--
		switch {
		case !s.Contains(id):
			deleted = append(deleted, id)
			count--
		case now-p.Time >= o.minIdle:
			claimed = append(claimed, id)
			count--
		}
	}
	return claimed, deleted, stream.ID{}
}
