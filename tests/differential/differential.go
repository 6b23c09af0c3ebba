// Package differential sends random sequences of commands to two servers, compares what they reply and what is in them
// afterwards, and shrinks what differs to the shortest sequence that shows it.
//
// The commands come from the declarations: generator draws from a Spec's syntax tree what looks like a call, and now and
// then what does not. What is special about a command (an order that is free, a reply that is random, a form that would
// end the connection) stands in the table in special.go, with its reason; nothing is left out but by that table, or
// because the other server does not document it.
//
// All is determined by a seed: a sequence is drawn from the seed and its number alone, so that one of them can be
// played again without those before it. The tests run two of our servers against each other; with the build tag compat
// the other one is a real redis-server.
package differential

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// Request is one command with its arguments.
type Request []string

// Sequence is what is run from an empty server on.
type Sequence struct {
	Seed   uint64
	Index  int
	Proto  int         // the protocol's version
	Config [][2]string // options that are set before
	Calls  []Request
}

// requests lists the calls with those that some of them need before or behind them: where an effect is random, what makes
// both servers equal again.
func (c *Catalog) requests(s *Sequence) []Request {
	var all []Request
	for _, r := range s.Calls {
		if e := c.find(r); e != nil && e.special.around != nil {
			all = append(all, e.special.around(r)...)
			continue
		}
		all = append(all, r)
	}
	return all
}

// Lengths of sequences in calls. Many are short, since a run begins with empty keys and ends with a look at all of them.
const (
	minCalls = 20
	maxCalls = 200
)

// Draw makes the sequence of that number.
func (c *Catalog) Draw(seed uint64, index int) *Sequence {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, uint64(index))), catalog: c}
	s := &Sequence{Seed: seed, Index: index, Proto: 2}
	if g.chance(3) {
		s.Proto = 3
	}
	if g.chance(2) {
		s.Config = g.config()
	}
	g.focus = c.groups[g.IntN(len(c.groups))]
	s.Calls = g.opening()
	n := minCalls + g.IntN(maxCalls-minCalls)
	for len(s.Calls) < n {
		s.Calls = append(s.Calls, g.calls()...)
	}
	return s
}

// thresholds are the options that decide about encodings, each with values that are reached soon.
var thresholds = []struct {
	name   string
	values []string
}{
	{"hash-max-listpack-entries", []string{"0", "2", "4"}},
	{"hash-max-listpack-value", []string{"1", "8"}},
	{"list-max-listpack-size", []string{"1", "2", "-1", "5"}},
	{"list-compress-depth", []string{"1", "2"}},
	{"set-max-intset-entries", []string{"0", "2", "4"}},
	{"zset-max-listpack-entries", []string{"0", "2", "4"}},
	{"zset-max-listpack-value", []string{"1", "8"}},
	{"hll-sparse-max-bytes", []string{"0", "30", "100"}},
	{"stream-node-max-entries", []string{"1", "3"}},
	{"stream-node-max-bytes", []string{"1", "64"}},
}

func (g *generator) config() [][2]string {
	var set [][2]string
	for _, o := range thresholds {
		if g.chance(2) {
			set = append(set, [2]string{o.name, g.pick(o.values)})
		}
	}
	return set
}

// Difference is what two servers do not agree on.
type Difference struct {
	Request Request // whose reply differs, or that asks for the state that differs
	DB      string  // the database in which the state differs; empty when a reply does
	Want    string  // what the other server replies, in the notation of transcripts
	Got     string
}

// String describes the difference in three lines.
func (d *Difference) String() string {
	return fmt.Sprintf("%.300q\n  redis: %s\n  ours:  %s", d.Request, d.Want, d.Got)
}

// clone copies a sequence so deep that its calls may be changed.
func (s *Sequence) clone() *Sequence {
	c := *s
	c.Config = slices.Clone(s.Config)
	c.Calls = make([]Request, len(s.Calls))
	for i, r := range s.Calls {
		c.Calls[i] = slices.Clone(r)
	}
	return &c
}
