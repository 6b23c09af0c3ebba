package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// scale measures servers on one core and on several.
type scale struct {
	workload
	tests, coreList, pipelines string
	cores                      []int       // set by check
	cases                      []scaleCase // set by check
}

type scaleCase struct {
	wireCase
	cores int
}

type scaleKey struct {
	scaleCase
	server string
}

// scaleRounds are the measurements of all rounds. The series lockWait is empty for servers that do not tell it.
type scaleRounds struct {
	drivenRounds[scaleKey]
	lockWait series[scaleKey]
}

// scaleResult is what a server does on a number of cores.
type scaleResult struct {
	Server   string `json:"server"`
	Test     string `json:"test"`
	Pipeline int    `json:"pipeline"`
	Cores    int    `json:"cores"`
	Shared   bool   `json:"shared"` // the load ran on one of the server's cores
	Requests int    `json:"requests"`
	Load     string `json:"load"`
	drivenFigures
	Speedup float64 `json:"speedup"` // requests/s, relative to the same server on the first number of cores
	// LockWait is the time that loops waited for locks, in ms per million requests; only miniredisd tells it. Waits that end
	// before the waiting loop is put aside are not in it but in the CPU time.
	LockWait *stats.Summary `json:"lock_wait_ms_per_million,omitempty"`
}

func (o *scale) declare(fs *flag.FlagSet) {
	o.workload.declare(fs, loadOwn, 200_000)
	fs.StringVar(&o.coreList, "cores", "1,2", "how many cores the server has, `numbers` with commas")
	fs.StringVar(&o.tests, "tests", "set,get", "which `commands`, with commas: "+load.TestNames())
	fs.StringVar(&o.pipelines, "pipeline", "1,64", "how many requests are sent at once, `numbers` with commas")
}

// check makes the cases: every combination of tests, pipelines and numbers of cores.
func (o *scale) check() (err error) {
	o.cores, err = numbers("--cores", o.coreList)
	pipelines, pipelinesErr := numbers("--pipeline", o.pipelines)
	tests, testsErr := testsOf(o.tests)
	if err := errors.Join(err, pipelinesErr, testsErr, o.workload.check(pipelines...)); err != nil {
		return err
	}
	for _, test := range tests {
		for _, p := range pipelines {
			for _, n := range o.cores {
				o.cases = append(o.cases, scaleCase{wireCase{test, p}, n})
			}
		}
	}
	return nil
}

func (o *scale) run(ctx context.Context, b *bench) (outcome, error) {
	if err := o.limit(b); err != nil {
		return outcome{}, err
	}
	defer b.cores.Load.Enter()
	rounds := scaleRounds{newDrivenRounds[scaleKey](), series[scaleKey]{}}
	err := b.each(ctx, func(spec proc.Spec) error {
		for _, n := range o.cores {
			if err := o.round(ctx, b, spec, n, rounds); err != nil {
				return fmt.Errorf("%s on %d cores: %w", spec.Name, n, err)
			}
		}
		return nil
	})
	if err != nil {
		return outcome{}, err
	}
	results := o.results(b, rounds)
	var groups []string
	for _, c := range o.cases {
		groups = append(groups, fmt.Sprintf("%s P=%d on %d", strings.ToUpper(c.test), c.pipeline, c.cores))
	}
	bars := b.bars("Throughput by cores of the server", "requests/s", groups, func(server, group int) stats.Summary {
		return results[group*len(b.servers)+server].RPS
	})
	return outcome{results, bars}, o.print(b, results)
}

// limit leaves out what needs more cores than there are, and says so.
func (o *scale) limit(b *bench) error {
	have := b.cores.Count()
	tooMany := func(n int) bool { return n > have }
	for _, n := range o.cores {
		if tooMany(n) {
			fmt.Fprintf(b.stderr, "%d cores are left out: processes can be bound to %d here\n", n, have)
		}
	}
	o.cores = slices.DeleteFunc(o.cores, tooMany)
	o.cases = slices.DeleteFunc(o.cases, func(c scaleCase) bool { return tooMany(c.cores) })
	if len(o.cases) == 0 {
		return errors.New("--cores: nothing is left to be measured")
	}
	return nil
}

// round measures all cases of a server on n cores in a fresh process.
func (o *scale) round(ctx context.Context, b *bench, spec proc.Spec, n int, rounds scaleRounds) error {
	server, rest, _ := b.cores.Split(n)
	if err := rest.Enter(); err != nil {
		return err
	}
	p, err := load.StartReady(ctx, spec, server)
	if err != nil {
		return err
	}
	for _, c := range o.cases {
		if c.cores != n {
			continue
		}
		full := o.benchmark(c.test, c.pipeline)
		before, told := load.LockWait(p.Addr)
		d, err := o.drive(ctx, p, full, rest)
		if err != nil {
			p.Stop()
			return err
		}
		if after, still := load.LockWait(p.Addr); told && still {
			millions := float64(full.Requests+warmUp(full)) / 1e6
			rounds.lockWait.add(scaleKey{c, spec.Name}, (after-before).Seconds()*1e3/millions)
		}
		if o.own(c.pipeline) { // redis-benchmark uses one core however many there are
			d.loadBusy /= float64(max(len(rest), 1))
		}
		rounds.add(scaleKey{c, spec.Name}, d)
	}
	return p.Stop()
}

func (o *scale) results(b *bench, rounds scaleRounds) []scaleResult {
	var results []scaleResult
	for _, c := range o.cases {
		_, _, shared := b.cores.Split(c.cores)
		first := c
		first.cores = o.cores[0]
		for _, s := range b.servers {
			k := scaleKey{c, s.Name}
			var wait *stats.Summary
			if len(rounds.lockWait[k]) > 0 {
				w := rounds.lockWait.summary(k)
				wait = &w
			}
			results = append(results, scaleResult{
				LockWait: wait,
				Server:   s.Name, Test: c.test, Pipeline: c.pipeline, Cores: c.cores, Shared: shared, Requests: o.benchmark(c.test, c.pipeline).Requests,
				Load: o.generator.name(c.pipeline), drivenFigures: rounds.figures(k, scaleKey{c, reference}),
				Speedup: rounds.rps.ratio(k, scaleKey{first, s.Name}),
			})
		}
	}
	return results
}

func (o *scale) print(b *bench, results []scaleResult) error {
	fmt.Fprintf(b.stdout, "%d connections, values of %d bytes, %d keys; the server on the first cores, the load on the others\n\n",
		o.clients, o.value, o.keys)
	t := table.New(append([]string{"command", ">P", ">cores", "server", fmt.Sprintf(">speed-up from %d", o.cores[0]),
		">lock wait, ms/million"}, drivenHead...)...)
	shared := 0
	var alone []drivenFigures // those that tell who set the pace
	for _, r := range results {
		cores := strconv.Itoa(r.Cores)
		if r.Shared {
			cores, shared = cores+"*", r.Cores
		} else {
			alone = append(alone, r.drivenFigures)
		}
		wait := "-"
		if r.LockWait != nil {
			wait = table.Spread(*r.LockWait)
		}
		row := []string{strings.ToUpper(r.Test), strconv.Itoa(r.Pipeline), cores, r.Server, table.Ratio(r.Speedup), wait}
		t.Row(append(row, r.cells()...)...)
	}
	if _, err := t.WriteTo(b.stdout); err != nil {
		return err
	}
	if shared > 0 {
		fmt.Fprintf(b.stdout, "\n* There is no core beside these %d, so the load ran on one of them, and server and load together could use no more than %[1]d.\n", shared)
	}
	b.warn(alone)
	return nil
}
