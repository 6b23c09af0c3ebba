package zsets

import (
	"fmt"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/zset"
)

const (
	unionComplexity = "O(N)+O(M*log(M)) with N the sum of the sizes of the inputs, and M the size of the result"
	interComplexity = "O(N*K)+O(M*log(M)) at worst with N the size of the smallest input, K the number of inputs, and M the size of the result"
	diffComplexity  = "O(L+M*log(M)) at worst with L the sum of the sizes of the inputs, and M the size of the result"

	inputs      = "numkeys:integer key [key ...]"
	weighted    = " [WEIGHTS weight:integer [weight ...]] [AGGREGATE <SUM | MIN | MAX>]"
	scored      = " [WITHSCORES]"
	destination = "destination:key "
)

var combineSpecs = []command.Spec{
	combination("zunion", "6.2.0", "Returns the union of sorted sets.", unionComplexity, inputs+weighted+scored, union),
	combination("zinter", "6.2.0", "Returns the intersection of sorted sets.", interComplexity, inputs+weighted+scored, inter),
	combination("zdiff", "6.2.0", "Returns what is in the first of sorted sets and in no other.", diffComplexity, inputs+scored, diff),
	storedCombination("zunionstore", "2.0.0", "Stores the union of sorted sets under a key.", unionComplexity, inputs+weighted, union),
	storedCombination("zinterstore", "2.0.0", "Stores the intersection of sorted sets under a key.", interComplexity, inputs+weighted, inter),
	storedCombination("zdiffstore", "6.2.0", "Stores what is in the first of sorted sets and in no other under a key.", diffComplexity, inputs, diff),
	combination("zintercard", "7.0.0", "Returns the number of members in the intersection of sorted sets.",
		"O(N*K) at worst with N the size of the smallest input, and K the number of inputs", inputs+" [LIMIT limit:integer]", interCard),
}

// operation is what is done with the inputs.
type operation uint8

const (
	union operation = iota
	inter
	diff
	interCard // the number of members that inter would have
)

// stored names the event of a result that is stored.
func (o operation) stored() string {
	return [...]string{union: "zunionstore", inter: "zinterstore", diff: "zdiffstore"}[o]
}

func inputKeys(i int) command.KeySpec {
	return command.KeySpec{Flags: command.RO | command.Access, Index: i, KeyNum: true, FirstAt: 1, Step: 1}
}

func combination(name, since, summary, complexity, syntax string, o operation) command.Spec {
	return command.Spec{Name: name, Group: command.SortedSet, Summary: summary, Since: since, Complexity: complexity, Arity: -3,
		Flags: command.ReadOnly, Syntax: syntax, Keys: []command.KeySpec{inputKeys(1)}, Run: func(c *command.Ctx) { combine(c, o) }}
}

func storedCombination(name, since, summary, complexity, syntax string, o operation) command.Spec {
	return command.Spec{Name: name, Group: command.SortedSet, Summary: summary, Since: since, Complexity: complexity, Arity: -4,
		Flags: command.Write | command.DenyOOM, Syntax: destination + syntax,
		Keys: []command.KeySpec{{Flags: command.OW | command.Update, Index: 1, Step: 1}, inputKeys(2)},
		Run:  func(c *command.Ctx) { combineStore(c, o) }}
}

// combineRequest is what is to be done with which inputs.
type combineRequest struct {
	operation
	inputs     []input
	aggregate  func(a, b float64) float64
	withScores bool
	limit      int64 // of interCard; 0: none
	stored     bool
}

// parseCombine reads the number of inputs at argument i and what follows it.
func parseCombine(c *command.Ctx, i int, o operation, stored bool) (r combineRequest, ok bool) {
	r = combineRequest{operation: o, aggregate: sum, stored: stored}
	n, ok := c.Int(i)
	if !ok {
		return r, false
	}
	if n < 1 {
		c.Out.Error(fmt.Sprintf("ERR at least 1 input key is needed for '%s' command", c.Spec.FullName()))
		return r, false
	}
	if n > int64(len(c.Args)-i-1) {
		c.Out.Error(command.ErrSyntax)
		return r, false
	}
	i++
	rest := i + int(n)
	r.inputs = make([]input, n)
	for k, key := range c.Args[i:rest] {
		if !r.inputs[k].open(c, key) {
			return r, false
		}
	}
	for rest < len(c.Args) {
		used := r.option(c, rest)
		if used == 0 {
			return r, false
		}
		rest += used
	}
	return r, true
}

// option reads the option at argument i and returns how many arguments it takes. It replies an error and returns 0 when there
// is no such option here.
func (r *combineRequest) option(c *command.Ctx, i int) (used int) {
	word, left := c.Args[i], len(c.Args)-i
	weighs := r.operation == union || r.operation == inter
	switch {
	case weighs && left > len(r.inputs) && command.EqualFold(word, "weights"):
		for k := range r.inputs {
			weight, ok := command.ParseDouble(c.Args[i+1+k])
			if !ok {
				c.Out.Error("ERR weight value is not a float")
				return 0
			}
			r.inputs[k].weight = weight
		}
		return 1 + len(r.inputs)
	case weighs && left >= 2 && command.EqualFold(word, "aggregate"):
		if r.aggregate = aggregates(c.Args[i+1]); r.aggregate != nil {
			return 2
		}
	case !r.stored && r.operation != interCard && command.EqualFold(word, "withscores"):
		r.withScores = true
		return 1
	case r.operation == interCard && left >= 2 && command.EqualFold(word, "limit"):
		var ok bool
		if r.limit, ok = store.ParseInt(c.Args[i+1]); !ok || r.limit < 0 {
			c.Out.Error("ERR LIMIT can't be negative")
			return 0
		}
		return 2
	}
	c.Out.Error(command.ErrSyntax)
	return 0
}

// aggregates is the function of a name, nil when there is none.
func aggregates(name []byte) func(a, b float64) float64 {
	switch {
	case command.EqualFold(name, "sum"):
		return sum
	case command.EqualFold(name, "min"):
		return func(a, b float64) float64 {
			if b < a {
				return b
			}
			return a
		}
	case command.EqualFold(name, "max"):
		return func(a, b float64) float64 {
			if b > a {
				return b
			}
			return a
		}
	}
	return nil
}

// sum is 0 where infinities cancel each other out.
func sum(a, b float64) float64 { return number(a + b) }

// number is 0 for what is no number.
func number(f float64) float64 {
	if f != f {
		return 0
	}
	return f
}

func combine(c *command.Ctx, o operation) {
	r, ok := parseCombine(c, 1, o, false)
	if !ok {
		return
	}
	if o == interCard {
		c.Out.Int(r.interCard())
		return
	}
	s := r.result().Build()
	it := s.Iter(0, s.Len(), false)
	replyMembers(c, &it, r.withScores)
	s.Release()
}

func combineStore(c *command.Ctx, o operation) {
	if r, ok := parseCombine(c, 2, o, true); ok {
		storeBuilt(c, c.Args[1], r.result(), o.stored())
	}
}

func (r *combineRequest) result() *zset.Builder {
	switch r.operation {
	case union:
		return r.union()
	case inter:
		return r.inter()
	}
	return r.diff()
}
