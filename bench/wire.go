package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/bench/internal/chart"
	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// wire measures servers under load.
type wire struct {
	workload
	tests, pipelines string
	cases            []wireCase // set by check
}

// wireCase is one thing that is measured of every server.
type wireCase struct {
	test     string
	pipeline int
}

// wireKey is a case of a server.
type wireKey struct {
	wireCase
	server string
}

// wireResult is what was measured of a case of a server.
type wireResult struct {
	Server   string `json:"server"`
	Test     string `json:"test"`
	Pipeline int    `json:"pipeline"`
	Requests int    `json:"requests"`
	Load     string `json:"load"`
	drivenFigures
	Failed string `json:"failed,omitempty"`
}

func (o *wire) declare(fs *flag.FlagSet) {
	o.workload.declare(fs, loadAuto, 200_000)
	fs.StringVar(&o.tests, "tests", "set,get", "which `commands`, with commas: "+load.TestNames())
	fs.StringVar(&o.pipelines, "pipeline", "1,16,128", "how many requests are sent at once, `numbers` with commas")
}

// check makes the cases: every combination of tests and pipelines.
func (o *wire) check() error {
	pipelines, err := numbers("--pipeline", o.pipelines)
	tests, testsErr := testsOf(o.tests)
	if err := errors.Join(err, testsErr, o.workload.check(pipelines...)); err != nil {
		return err
	}
	for _, test := range tests {
		for _, p := range pipelines {
			o.cases = append(o.cases, wireCase{test, p})
		}
	}
	return nil
}

func (o *wire) run(ctx context.Context, b *bench) (outcome, error) {
	w := wireRun{wire: o, bench: b, failed: map[wireKey]string{}, rounds: newDrivenRounds[wireKey]()}
	if err := b.each(ctx, func(spec proc.Spec) error { return w.round(ctx, spec) }); err != nil {
		return outcome{}, err
	}
	results := w.results()
	return outcome{results, w.chart(results)}, w.print(results)
}

// declareOwn declares the options of those that are wire with other tests, under our own load.
func (o *wire) declareOwn(fs *flag.FlagSet, tests string) {
	o.generator.kind = loadOwn
	o.declareSizes(fs, 50_000)
	fs.StringVar(&o.tests, "tests", tests, "which `tests`, with commas: "+load.TestNames())
	fs.StringVar(&o.pipelines, "pipeline", "1,16", "how many requests are sent at once, `numbers` with commas")
}

// runDrawingLongest is run with a drawing of the longest pipeline alone: for many tests, with which it would be too wide otherwise.
func (o *wire) runDrawingLongest(ctx context.Context, b *bench) (outcome, error) {
	found, err := o.run(ctx, b)
	if err != nil {
		return outcome{}, err
	}
	results, longest := found.results.([]wireResult), 0
	for _, c := range o.cases {
		longest = max(longest, c.pipeline)
	}
	var groups []string
	for _, c := range o.cases {
		if c.pipeline == longest {
			groups = append(groups, strings.ToUpper(c.test))
		}
	}
	drawn := slices.DeleteFunc(slices.Clone(results), func(r wireResult) bool { return r.Pipeline != longest })
	found.chart = b.bars(fmt.Sprintf("CPU time of the server, P=%d", longest), "µs per request", groups, func(server, group int) stats.Summary {
		return drawn[group*len(b.servers)+server].CPU
	})
	found.chart.Log = true
	return found, nil
}

// wireRun collects the measurements of a run.
type wireRun struct {
	*wire
	*bench
	rounds drivenRounds[wireKey]
	failed map[wireKey]string
}

// round measures all cases of a server in a fresh process. No other server runs meanwhile.
func (w *wireRun) round(ctx context.Context, spec proc.Spec) error {
	p, err := load.StartReady(ctx, spec, w.cores.Server)
	if err != nil {
		return err
	}
	for _, c := range w.cases {
		k := wireKey{c, spec.Name}
		if w.failed[k] != "" {
			continue
		}
		d, err := w.drive(ctx, p, w.benchmark(c.test, c.pipeline), w.cores.Load)
		if err != nil {
			if dead := p.Exited(); dead != nil || ctx.Err() != nil {
				p.Stop()
				return errors.Join(dead, ctx.Err())
			}
			w.failed[k] = err.Error() // the server does not know the command, most likely
			continue
		}
		w.rounds.add(k, d)
	}
	return p.Stop()
}

func (w *wireRun) results() []wireResult {
	var results []wireResult
	for _, c := range w.cases {
		for _, s := range w.servers {
			k, ref := wireKey{c, s.Name}, wireKey{c, reference}
			results = append(results, wireResult{
				Server: s.Name, Test: c.test, Pipeline: c.pipeline, Requests: w.benchmark(c.test, c.pipeline).Requests, Load: w.generator.name(c.pipeline),
				drivenFigures: w.rounds.figures(k, ref), Failed: w.failed[k],
			})
		}
	}
	return results
}

func (w *wireRun) chart(results []wireResult) chart.Chart {
	var groups []string
	for _, c := range w.cases {
		groups = append(groups, fmt.Sprintf("%s P=%d", strings.ToUpper(c.test), c.pipeline))
	}
	return w.bars("CPU time of the server", "µs per request", groups, func(server, group int) stats.Summary {
		return results[group*len(w.servers)+server].CPU
	})
}

func (w *wireRun) print(results []wireResult) error {
	fmt.Fprintf(w.stdout, "%d connections, values of %d bytes, %d keys; %s\n\n", w.clients, w.value, w.keys, w.generators(results))
	t := table.New(append([]string{"command", ">P", "server"}, drivenHead...)...)
	var all []drivenFigures
	for _, r := range results {
		row := []string{strings.ToUpper(r.Test), strconv.Itoa(r.Pipeline), r.Server}
		if r.Failed != "" {
			t.Row(append(row, "failed")...)
			continue
		}
		all = append(all, r.drivenFigures)
		t.Row(append(row, r.cells()...)...)
	}
	if _, err := t.WriteTo(w.stdout); err != nil {
		return err
	}
	for _, r := range results {
		if r.Failed != "" {
			fmt.Fprintf(w.stdout, "\n%s at P=%d failed on %s: %s\n", strings.ToUpper(r.Test), r.Pipeline, r.Server, r.Failed)
		}
	}
	w.warn(all)
	return nil
}

// generators says which generator made the load for which pipelines.
func (w *wireRun) generators(results []wireResult) string {
	var said []string
	for _, r := range results {
		if words := fmt.Sprintf("P=%d by %s", r.Pipeline, r.Load); !slices.Contains(said, words) {
			said = append(said, words)
		}
	}
	return "load of " + strings.Join(said, ", ")
}
