package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// fullCore is the share of its core from which on the load generator, not the server, sets the throughput.
const fullCore = 0.95

// idleCore is the share below which a core is not what limits the throughput. A run's beginning and end cost some percent.
const idleCore = 0.8

// wire measures servers under redis-benchmark.
type wire struct {
	tests, pipelines, program      string
	clients, value, keys, requests int
	cases                          []wireCase // set by check
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
	Server     string        `json:"server"`
	Test       string        `json:"test"`
	Pipeline   int           `json:"pipeline"`
	Requests   int           `json:"requests"`
	CPU        stats.Summary `json:"cpu_us_per_request"`
	CPURatio   float64       `json:"cpu_ratio"`
	RPS        stats.Summary `json:"requests_per_second"`
	RPSRatio   float64       `json:"requests_ratio"`
	LoadBusy   stats.Summary `json:"load_busy"`   // share of its core that the load generator used
	ServerBusy stats.Summary `json:"server_busy"` // the same of the server
	Failed     string        `json:"failed,omitempty"`
}

func (o *wire) declare(fs *flag.FlagSet) {
	fs.StringVar(&o.tests, "tests", "set,get", "which `commands`, with commas: "+load.TestNames())
	fs.StringVar(&o.pipelines, "pipeline", "1,16", "how many requests are sent at once, `numbers` with commas")
	fs.IntVar(&o.clients, "clients", 50, "connections")
	fs.IntVar(&o.value, "value", 64, "size of the values, in bytes")
	fs.IntVar(&o.keys, "keys", 100_000, "how many keys the requests choose from")
	fs.IntVar(&o.requests, "requests", 200_000, "requests of a measurement without pipeline; with one of P, min(P, 8) times as many")
	fs.StringVar(&o.program, "redis-benchmark", "redis-benchmark", "the `program` that makes the load")
}

// check makes the cases: every combination of tests and pipelines.
func (o *wire) check() error {
	if _, err := exec.LookPath(o.program); err != nil {
		return fmt.Errorf("the load generator: %w", err)
	}
	if min(o.clients, o.value, o.keys, o.requests) < 1 {
		return errors.New("--clients, --value, --keys and --requests must be at least 1")
	}
	for test := range strings.SplitSeq(o.tests, ",") {
		if _, ok := load.Tests[test]; !ok {
			return fmt.Errorf("--tests: %q is not known; there are: %s", test, load.TestNames())
		}
		for p := range strings.SplitSeq(o.pipelines, ",") {
			n, err := strconv.Atoi(p)
			if err != nil || n < 1 {
				return fmt.Errorf("--pipeline: %q is no number of requests", p)
			}
			if c := (wireCase{test, n}); !slices.Contains(o.cases, c) {
				o.cases = append(o.cases, c)
			}
		}
	}
	return nil
}

func (o *wire) run(ctx context.Context, b *bench) (any, error) {
	w := wireRun{
		wire: o, bench: b, failed: map[wireKey]string{},
		cpu: series[wireKey]{}, rps: series[wireKey]{}, loadBusy: series[wireKey]{}, serverBusy: series[wireKey]{},
	}
	if err := b.each(ctx, func(spec proc.Spec) error { return w.round(ctx, spec) }); err != nil {
		return nil, err
	}
	results := w.results()
	return results, w.print(results)
}

// load is the run of redis-benchmark for a case. The requests are whole pipelines, or redis-benchmark would make more than
// it was told.
func (o *wire) load(c wireCase) load.Benchmark {
	n := o.requests * min(c.pipeline, 8)
	n = (n + c.pipeline - 1) / c.pipeline * c.pipeline
	return load.Benchmark{
		Program: o.program, Test: load.Tests[c.test].Option, Clients: o.clients, Pipeline: c.pipeline, Requests: n, Value: o.value, Keys: o.keys,
	}
}

// wireRun collects the measurements of a run.
type wireRun struct {
	*wire
	*bench
	cpu, rps             series[wireKey]
	loadBusy, serverBusy series[wireKey]
	failed               map[wireKey]string
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
		if err := w.measure(ctx, p, k); err != nil {
			if dead := p.Exited(); dead != nil || ctx.Err() != nil {
				p.Stop()
				return errors.Join(dead, ctx.Err())
			}
			w.failed[k] = err.Error() // the server does not know the command, most likely
		}
	}
	return p.Stop()
}

// measure makes a tenth of the load to warm up, then the load that counts.
func (w *wireRun) measure(ctx context.Context, p *proc.Process, k wireKey) error {
	full := w.load(k.wireCase)
	warm := full
	warm.Requests = max(full.Requests/10/full.Pipeline, 1) * full.Pipeline
	for _, l := range []load.Benchmark{warm, full} {
		if err := load.Prepare(p.Addr, l); err != nil {
			return err
		}
		before, err := p.CPU()
		if err != nil {
			return err
		}
		r, err := l.Run(ctx, p.Addr, w.cores.Load)
		if err != nil {
			return err
		}
		after, err := p.CPU()
		if err != nil {
			return err
		}
		if l == full {
			w.cpu.add(k, float64((after-before).Nanoseconds())/1e3/float64(l.Requests))
			w.rps.add(k, r.RPS)
			w.loadBusy.add(k, r.Busy())
			w.serverBusy.add(k, (after-before).Seconds()/r.Wall.Seconds())
		}
	}
	return nil
}

func (w *wireRun) results() []wireResult {
	var results []wireResult
	for _, c := range w.cases {
		for _, s := range w.servers {
			k, ref := wireKey{c, s.Name}, wireKey{c, reference}
			results = append(results, wireResult{
				Server: s.Name, Test: c.test, Pipeline: c.pipeline, Requests: w.load(c).Requests,
				CPU: w.cpu.summary(k), CPURatio: w.cpu.ratio(k, ref), RPS: w.rps.summary(k), RPSRatio: w.rps.ratio(k, ref),
				LoadBusy: w.loadBusy.summary(k), ServerBusy: w.serverBusy.summary(k), Failed: w.failed[k],
			})
		}
	}
	return results
}

func (w *wireRun) print(results []wireResult) error {
	fmt.Fprintf(w.stdout, "%d connections, values of %d bytes, %d keys\n\n", w.clients, w.value, w.keys)
	t := table.New("command", ">P", "server", ">CPU µs/request", ">ratio", ">requests/s", ">ratio", ">server's core", ">load's core")
	full, idle := false, false
	for _, r := range results {
		name, pipeline := strings.ToUpper(r.Test), strconv.Itoa(r.Pipeline)
		if r.Failed != "" {
			t.Row(name, pipeline, r.Server, "failed")
			continue
		}
		busy := fmt.Sprintf("%.0f %%", 100*r.LoadBusy.Median)
		if r.LoadBusy.Median > fullCore {
			busy, full = "full "+busy, true
		}
		idle = idle || max(r.LoadBusy.Median, r.ServerBusy.Median) < idleCore
		t.Row(name, pipeline, r.Server, table.Spread(r.CPU), table.Ratio(r.CPURatio), table.Spread(r.RPS), table.Ratio(r.RPSRatio),
			fmt.Sprintf("%.0f %%", 100*r.ServerBusy.Median), busy)
	}
	if _, err := t.WriteTo(w.stdout); err != nil {
		return err
	}
	for _, r := range results {
		if r.Failed != "" {
			fmt.Fprintf(w.stdout, "\n%s at P=%d failed on %s: %s\n", strings.ToUpper(r.Test), r.Pipeline, r.Server, r.Failed)
		}
	}
	if idle {
		fmt.Fprintln(w.stdout, "\nWhere neither core was busy, something else used the machine: requests/s is not to be trusted there.")
	}
	if full {
		fmt.Fprintln(w.stdout, "\nfull: the load generator used its whole core, so requests/s is its limit, not the server's.")
	}
	return nil
}
