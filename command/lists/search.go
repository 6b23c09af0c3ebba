package lists

import (
	"math"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

var searchSpecs = []command.Spec{
	{Name: "lpos", Group: command.List, Summary: "Returns the places in a list where a value stands.", Since: "6.0.6",
		Complexity: "O(N) where N is the number of elements looked at", Arity: -3, Flags: command.ReadOnly,
		Syntax: "key element [RANK rank:integer] [COUNT num-matches:integer] [MAXLEN len:integer]",
		Keys:   command.KeyAt(1, command.RO|command.Access), Run: lpos},
}

// query is what LPOS is asked for.
type query struct {
	back   bool  // from the end
	skip   int64 // matches to pass over
	count  int64 // matches to reply; noCount: one, not in an array
	maxLen int64 // elements to look at
}

const noCount = -1

func lpos(c *command.Ctx) {
	q, ok := parseQuery(c)
	if !ok {
		return
	}
	l, ok := lookup(c, c.Args[1])
	switch {
	case !ok:
	case q.count == noCount:
		replyFirst(c, l, q)
	case l == nil:
		c.Out.EmptyArray()
	default:
		replyMatches(c, l, q)
	}
}

func parseQuery(c *command.Ctx) (q query, ok bool) {
	q = query{count: noCount}
	for i := 3; i < len(c.Args); i += 2 {
		option, more := c.Args[i], i+1 < len(c.Args)
		switch {
		case more && command.EqualFold(option, "rank"):
			ok = q.rank(c, i+1)
		case more && command.EqualFold(option, "count"):
			q.count, ok = atLeast(c, i+1, 0, "ERR COUNT can't be negative")
		case more && command.EqualFold(option, "maxlen"):
			q.maxLen, ok = atLeast(c, i+1, 0, "ERR MAXLEN can't be negative")
		default:
			c.Out.Error(command.ErrSyntax)
			ok = false
		}
		if !ok {
			return q, false
		}
	}
	if q.maxLen == 0 {
		q.maxLen = math.MaxInt64
	}
	return q, true
}

// rank reads the rank from argument i: the how manieth match, from the end if negative.
func (q *query) rank(c *command.Ctx, i int) bool {
	rank, ok := negatable(c, i)
	if ok && rank == 0 {
		c.Out.Error("ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... " +
			"or use negative to start from the end of the list")
		return false
	}
	q.back, q.skip = rank < 0, max(rank, -rank)-1
	return ok
}

// atLeast reads argument i as an integer that is not below least; complaint is the error for whatever else it is.
func atLeast(c *command.Ctx, i int, least int64, complaint string) (n int64, ok bool) {
	n, ok = store.ParseInt(c.Args[i])
	if !ok || n < least {
		c.Out.Error(complaint)
		return 0, false
	}
	return n, true
}

// replyFirst replies one index, or null. l may be nil.
func replyFirst(c *command.Ctx, l *quicklist.List, q query) {
	found := -1
	if l != nil {
		q.each(l, c.Args[2], func(i int) bool {
			found = i
			return false
		})
	}
	if found < 0 {
		c.Out.Null()
		return
	}
	c.Out.Int(int64(found))
}

// replyMatches replies an array of indexes.
func replyMatches(c *command.Ctx, l *quicklist.List, q query) {
	mark, n := c.Out.DeferArray(), 0
	q.each(l, c.Args[2], func(i int) bool {
		c.Out.Int(int64(i))
		n++
		return q.count == 0 || int64(n) < q.count
	})
	c.Out.EndArray(mark, n)
}

// each calls visit with the indexes of the matches, but for those to pass over.
func (q *query) each(l *quicklist.List, element []byte, visit func(i int) bool) {
	skip := q.skip
	l.Find(element, q.back, int(min(q.maxLen, int64(l.Len()))), func(i int) bool {
		if skip > 0 {
			skip--
			return true
		}
		return visit(i)
	})
}
