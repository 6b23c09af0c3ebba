package geo

import (
	"strconv"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/zset"
)

var addSpecs = []command.Spec{
	{Name: "geoadd", Group: command.Geo, Summary: "Adds members with their positions, or moves them; a missing set is created.",
		Since: "3.2.0", Complexity: "O(log(N)) for each member, with N the number of members in the set", Arity: -5,
		Flags: command.Write | command.DenyOOM, Keys: command.KeyAt(1, command.RW|command.Update),
		Syntax: "key [NX | XX] [change:CH] longitude:double latitude:double member [longitude latitude member ...]", Run: geoadd},
}

// addRequest is what a GEOADD asks for.
type addRequest struct {
	rule   zset.Rule
	change bool // CH: count the members that moved, too
	begin  int  // the argument where the positions begin: three for each member
}

func parseAdd(c *command.Ctx) (r addRequest, ok bool) {
	r.begin = 2
options:
	for ; r.begin < len(c.Args); r.begin++ {
		switch word := c.Args[r.begin]; {
		case command.EqualFold(word, "nx"):
			r.rule |= zset.OnlyNew
		case command.EqualFold(word, "xx"):
			r.rule |= zset.OnlyOld
		case command.EqualFold(word, "ch"):
			r.change = true
		default:
			break options
		}
	}
	n := len(c.Args) - r.begin
	if n == 0 || n%3 != 0 || r.rule == zset.OnlyNew|zset.OnlyOld {
		c.Out.Error(command.ErrSyntax)
		return r, false
	}
	return r, true
}

func geoadd(c *command.Ctx) {
	r, ok := parseAdd(c)
	if !ok {
		return
	}
	var few [8]float64
	scores := few[:0]
	for i := r.begin; i < len(c.Args); i += 3 {
		p, ok := parsePosition(c, i)
		if !ok {
			return
		}
		scores = append(scores, float64(p.Score()))
	}
	key := c.Args[1]
	e := c.Tx.Write(key)
	if !c.Want(e, store.ZSetKind) {
		return
	}
	z := c.Tx.EditZSet(key, e, limits(c), len(scores))
	added, moved := 0, 0
	for i, score := range scores {
		switch what, _ := z.Add(c.Args[r.begin+3*i+2], score, r.rule); what {
		case zset.Added:
			added++
		case zset.Updated:
			moved++
		}
	}
	if added+moved > 0 {
		r.log(c, scores)
		c.Tx.Notify(store.EventZSet, "zadd", key)
	}
	if r.change {
		added += moved
	}
	c.Out.Int(int64(added))
}

var zaddName = []byte("ZADD")

// log logs a ZADD of the scores, for any reader to see the same ones.
func (r *addRequest) log(c *command.Ctx, scores []float64) {
	var few [16][]byte
	effect := append(append(few[:0], zaddName), c.Args[1:r.begin]...)
	text := c.Scratch[:0]
	for i, score := range scores {
		from := len(text)
		text = strconv.AppendUint(text, uint64(score), 10)
		effect = append(effect, text[from:], c.Args[r.begin+3*i+2]) // text that moves leaves its first parts as they are
	}
	c.Scratch = text
	c.Tx.Effect(effect...)
}
