package admin

// LATENCY: what took longer than latency-monitor-threshold of late, and how long the calls of each command took. What DOCTOR
// says stands in latencyreport.go.

import (
	"bytes"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/latency"
)

const latencyFlags = command.Admin | command.NoScript | command.Loading | command.Stale

var latencyTips = []string{"nondeterministic_output", "request_policy:all_nodes", "response_policy:special"}

var latencySpec = command.Spec{Name: "latency", Group: command.ServerGroup, Summary: "Tells what took long.",
	Since: "2.8.13", Complexity: "Depends on the subcommand", Arity: -2, Subcommands: []*command.Spec{
		{Name: "doctor", Summary: "Reports in words what took long, and what might help.", Since: "2.8.13", Complexity: "O(1)",
			Arity: 2, Flags: latencyFlags, Tips: latencyTips, Run: latencyDoctor},
		{Name: "graph", Summary: "Draws the times of an event.", Since: "2.8.13", Complexity: "O(1)", Arity: 3,
			Flags: latencyFlags, Syntax: "event", Tips: latencyTips, Run: latencyGraph},
		{Name: "histogram", Summary: "Tells how many calls of commands took no longer than times that double.", Since: "7.0.0",
			Complexity: "O(N) where N is the number of commands", Arity: -2, Flags: latencyFlags, Syntax: "[command [command ...]]",
			Tips: latencyTips, Run: latencyHistogram},
		{Name: "history", Summary: "Lists the times of an event, the worst of each second.", Since: "2.8.13", Complexity: "O(1)",
			Arity: 3, Flags: latencyFlags, Syntax: "event", Tips: latencyTips, Run: latencyHistory},
		{Name: "latest", Summary: "Lists the events with the last and the worst time of each.", Since: "2.8.13", Complexity: "O(1)",
			Arity: 2, Flags: latencyFlags, Tips: latencyTips, Run: latencyLatest},
		{Name: "reset", Summary: "Forgets events, or all of them.", Since: "2.8.13", Complexity: "O(1)", Arity: -2,
			Flags: latencyFlags, Syntax: "[event [event ...]]",
			Tips: []string{"request_policy:all_nodes", "response_policy:agg_sum"}, Run: latencyReset},
		{Name: "help", Summary: "Describes the subcommands.", Since: "2.8.13", Complexity: "O(1)", Arity: 2,
			Flags: command.Loading | command.Stale, Run: command.Help},
	}}

func latencyGraph(c *command.Ctx) {
	s, ok := c.Host.LatencyEvents().Of(string(c.Args[2]))
	if !ok {
		c.Out.Errorf("ERR No samples available for event '%s'", c.Args[2])
		return
	}
	c.Out.Verbatim("txt", s.Graph(c.Now()/1000))
}

func latencyHistory(c *command.Ctx) {
	s, _ := c.Host.LatencyEvents().Of(string(c.Args[2]))
	c.Out.Array(len(s.Samples))
	for _, sample := range s.Samples {
		c.Out.Array(2)
		c.Out.Int(sample.At)
		c.Out.Int(sample.Millis)
	}
}

func latencyLatest(c *command.Ctx) {
	all := c.Host.LatencyEvents().All()
	c.Out.Array(len(all))
	for _, s := range all {
		c.Out.Array(4)
		c.Out.BulkString(s.Event)
		c.Out.Int(s.Last().At)
		c.Out.Int(s.Last().Millis)
		c.Out.Int(s.Worst)
	}
}

func latencyReset(c *command.Ctx) {
	events := c.Host.LatencyEvents()
	if len(c.Args) == 2 {
		c.Out.Int(int64(events.Reset("")))
		return
	}
	forgotten := 0
	for _, name := range c.Args[2:] {
		if len(name) > 0 { // which would stand for all
			forgotten += events.Reset(string(name))
		}
	}
	c.Out.Int(int64(forgotten))
}

func latencyHistogram(c *command.Ctx) {
	specs := c.Host.Registry().All()
	if len(c.Args) > 2 {
		specs = nil
		for _, name := range c.Args[2:] {
			if spec := namedCommand(c.Host.Registry(), name); spec != nil {
				specs = append(append(specs, spec), spec.Subcommands...)
			}
		}
	}
	mark, n := c.Out.DeferMap(), 0
	for _, spec := range specs {
		if took := c.Host.CommandLatency(spec); took != nil {
			c.Out.BulkString(spec.FullName())
			replyDistribution(c, took)
			n++
		}
	}
	c.Out.EndMap(mark, n)
}

// namedCommand finds a command or, by the names of both with a bar between them, a subcommand.
func namedCommand(r *command.Registry, name []byte) *command.Spec {
	top, sub, isSub := bytes.Cut(name, []byte("|"))
	spec := r.Lookup(top)
	if spec != nil && isSub {
		spec = spec.Subcommand(string(bytes.ToLower(sub)))
	}
	return spec
}

func replyDistribution(c *command.Ctx, took *latency.Distribution) {
	c.Out.Map(2)
	c.Out.BulkString("calls")
	c.Out.Int(took.Total)
	c.Out.BulkString("histogram_usec")
	mark, n := c.Out.DeferMap(), 0
	took.Steps(func(micros, count int64) {
		c.Out.Int(micros)
		c.Out.Int(count)
		n++
	})
	c.Out.EndMap(mark, n)
}
