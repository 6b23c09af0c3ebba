package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// push measures what requests cost that have something sent to other clients: PUBLISH, and RPUSH to who waits in BLPOP.
type push struct {
	requests, groups, value int
	audiences               string
	cases                   []pushCase // set by check
}

// pushCase is one thing that is measured of every server: PUBLISH to so many subscribers, or BLPOP where there are none.
type pushCase struct{ subscribers int }

func (c pushCase) String() string {
	if c.subscribers == 0 {
		return "BLPOP"
	}
	return "PUBLISH to " + strconv.Itoa(c.subscribers)
}

type pushKey struct {
	pushCase
	server string
}

// pushResult is what was measured of a case of a server.
type pushResult struct {
	Server      string `json:"server"`
	Test        string `json:"test"`
	Subscribers int    `json:"subscribers"`
	Requests    int    `json:"requests"`
	drivenFigures
}

func (o *push) declare(fs *flag.FlagSet) {
	fs.IntVar(&o.requests, "requests", 50_000, "times that something is sent to a single client; to N at once, an N-th as often, and at least 100 times")
	fs.IntVar(&o.groups, "groups", 50, "connections that publish, each to a channel of its own, as long as there are no more subscribers than that;\n"+
		"and those that push, each to a client of its own")
	fs.IntVar(&o.value, "value", 64, "size of messages and elements, in bytes")
	fs.StringVar(&o.audiences, "subscribers", "1,100,1000", "of a channel, `numbers` with commas")
}

func (o *push) check() error {
	audiences, err := numbers("--subscribers", o.audiences)
	if o.requests < 1 || o.groups < 1 || o.value < 1 {
		err = errors.Join(err, errors.New("--requests, --groups and --value must be at least 1"))
	}
	for _, n := range audiences {
		o.cases = append(o.cases, pushCase{n})
	}
	o.cases = append(o.cases, pushCase{})
	return err
}

// load is the load of a case, and how many requests it takes.
func (o *push) load(c pushCase) (load.Push, int) {
	n := max(c.subscribers, 1)
	return load.Push{Groups: max(o.groups/n, 1), Subscribers: c.subscribers, Value: o.value}, max(o.requests/n, min(100, o.requests))
}

func (o *push) run(ctx context.Context, b *bench) (outcome, error) {
	if _, err := proc.OpenFiles(); err != nil {
		return outcome{}, fmt.Errorf("raising the limit of open files: %w", err)
	}
	rounds := newDrivenRounds[pushKey]()
	err := b.each(ctx, func(spec proc.Spec) error {
		p, err := load.StartReady(ctx, spec, b.cores.Server)
		if err != nil {
			return err
		}
		for _, c := range o.cases {
			d, err := o.measure(ctx, p, c)
			if err != nil {
				p.Stop()
				return fmt.Errorf("%s, %s: %w", spec.Name, c, err)
			}
			rounds.add(pushKey{c, spec.Name}, d)
		}
		return p.Stop()
	})
	if err != nil {
		return outcome{}, err
	}
	return o.report(b, rounds)
}

// measure makes a tenth of the load to warm up, then the load that counts.
func (o *push) measure(ctx context.Context, p *proc.Process, c pushCase) (driven, error) {
	l, requests := o.load(c)
	open, err := l.Open(ctx, p.Addr)
	if err != nil {
		return driven{}, err
	}
	defer open.Close()
	if _, err := open.Run(max(requests/10, 1)); err != nil {
		return driven{}, err
	}
	before, err := p.CPU()
	if err != nil {
		return driven{}, err
	}
	r, err := open.Run(requests)
	if err != nil {
		return driven{}, err
	}
	after, err := p.CPU()
	return newDriven(after-before, requests, r), err
}

func (o *push) report(b *bench, rounds drivenRounds[pushKey]) (outcome, error) {
	fmt.Fprintf(b.stdout, "messages and elements of %d bytes; a PUBLISH is sent when all subscribers of the channel have the last one\n\n", o.value)
	t := table.New(append([]string{"what", "server"}, drivenHead...)...)
	var results []pushResult
	var groups []string
	for _, c := range o.cases {
		groups = append(groups, c.String())
		for _, s := range b.servers {
			_, requests := o.load(c)
			name, _, _ := strings.Cut(c.String(), " ")
			r := pushResult{
				Server: s.Name, Test: strings.ToLower(name), Subscribers: c.subscribers, Requests: requests,
				drivenFigures: rounds.figures(pushKey{c, s.Name}, pushKey{c, reference}),
			}
			results = append(results, r)
			t.Row(append([]string{c.String(), s.Name}, r.cells()...)...)
		}
	}
	if _, err := t.WriteTo(b.stdout); err != nil {
		return outcome{}, err
	}
	chart := b.bars("CPU time of the server", "µs per request", groups, func(server, group int) stats.Summary {
		return results[group*len(b.servers)+server].CPU
	})
	chart.Log = true
	return outcome{results, chart}, nil
}
