package zsets

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/zset"
)

var addSpecs = []command.Spec{
	{Name: "zadd", Group: command.SortedSet, Summary: "Adds members to a sorted set, or changes their scores; a missing set is created.",
		Since: "1.2.0", Complexity: "O(log(N)) for each member, with N the number of members in the set", Arity: -4,
		Flags: writeFast | command.DenyOOM, Keys: command.KeyAt(1, command.RW|command.Update),
		Syntax: "key [NX | XX] [GT | LT] [change:CH] [increment:INCR] score:double member [score member ...]",
		Run:    func(c *command.Ctx) { add(c, 0) }},
	{Name: "zincrby", Group: command.SortedSet, Summary: "Adds a number to the score of a member of a sorted set; a missing one counts as 0.",
		Since: "1.2.0", Complexity: "O(log(N)) with N the number of members in the set", Arity: 4,
		Flags: writeFast | command.DenyOOM, Keys: command.KeyAt(1, command.RW|command.Access|command.Update),
		Syntax: "key increment:integer member", Run: func(c *command.Ctx) { add(c, zset.Increment) }},
}

// addRequest is what a ZADD asks for.
type addRequest struct {
	rule   zset.Rule
	change bool     // CH: count the members that changed, too
	pairs  [][]byte // scores and members by turns
}

func parseAdd(c *command.Ctx, rule zset.Rule) (r addRequest, ok bool) {
	r.rule = rule
	i := 2
options:
	for ; i < len(c.Args); i++ {
		switch word := c.Args[i]; {
		case command.EqualFold(word, "nx"):
			r.rule |= zset.OnlyNew
		case command.EqualFold(word, "xx"):
			r.rule |= zset.OnlyOld
		case command.EqualFold(word, "ch"):
			r.change = true
		case command.EqualFold(word, "incr"):
			r.rule |= zset.Increment
		case command.EqualFold(word, "gt"):
			r.rule |= zset.OnlyGreater
		case command.EqualFold(word, "lt"):
			r.rule |= zset.OnlyLess
		default:
			break options
		}
	}
	r.pairs = c.Args[i:]
	if complaint := r.complaint(); complaint != "" {
		c.Out.Error(complaint)
		return r, false
	}
	return r, true
}

// complaint is the error of options that do not go together, "" if they do.
func (r *addRequest) complaint() string {
	has := func(rules zset.Rule) bool { return r.rule&rules == rules }
	switch {
	case len(r.pairs) == 0 || len(r.pairs)%2 != 0:
		return command.ErrSyntax
	case has(zset.OnlyNew | zset.OnlyOld):
		return "ERR XX and NX options at the same time are not compatible"
	case has(zset.OnlyGreater | zset.OnlyNew), has(zset.OnlyLess | zset.OnlyNew), has(zset.OnlyGreater | zset.OnlyLess):
		return "ERR GT, LT, and/or NX options at the same time are not compatible"
	case has(zset.Increment) && len(r.pairs) > 2:
		return "ERR INCR option supports a single increment-element pair"
	}
	return ""
}

// add adds members by a rule, to which the arguments may add more.
func add(c *command.Ctx, rule zset.Rule) {
	r, ok := parseAdd(c, rule)
	if !ok {
		return
	}
	var few [8]float64
	scores := few[:0]
	for i := 0; i < len(r.pairs); i += 2 {
		score, ok := command.ParseDouble(r.pairs[i])
		if !ok {
			c.Out.Error(command.ErrNotFloat)
			return
		}
		scores = append(scores, score)
	}
	key := c.Args[1]
	e := c.Tx.Write(key)
	if !c.Want(e, store.ZSetKind) {
		return
	}
	z := c.Tx.EditZSet(key, e, limits(c), len(scores))
	var added, updated int
	var last zset.Outcome
	var now float64
	for i, score := range scores {
		last, now = z.Add(r.pairs[2*i+1], score, r.rule)
		switch last {
		case zset.Added:
			added++
		case zset.Updated:
			updated++
		}
	}
	r.reply(c, added, updated, last, now)
	switch {
	case added+updated == 0:
	case r.rule&zset.Increment != 0:
		c.Tx.Notify(store.EventZSet, "zincr", key)
	default:
		c.Tx.Notify(store.EventZSet, "zadd", key)
	}
}

// reply replies how many members were added and updated, or, with INCR, what became of the one.
func (r *addRequest) reply(c *command.Ctx, added, updated int, last zset.Outcome, now float64) {
	switch {
	case last == zset.NaN:
		c.Out.Error("ERR resulting score is not a number (NaN)")
	case r.rule&zset.Increment == 0:
		if r.change {
			added += updated
		}
		c.Out.Int(int64(added))
	case last == zset.Refused:
		c.Out.Null()
	default:
		c.Out.Double(now)
	}
}
