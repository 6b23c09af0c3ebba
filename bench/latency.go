package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/gctrace"
	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// lateGenerator is how late, in ms, the generator may be with one request in a hundred before the output warns.
const lateGenerator = 1.0

// latency measures how long requests take at a fixed rate; see load.Rate.
type latency struct {
	keys, value, clients int
	rate                 float64
	duration, warmup     time.Duration
}

// latencyResult is how long requests take in a server. Times are in ms.
type latencyResult struct {
	Server    string        `json:"server"`
	Rate      float64       `json:"requests_per_second"`
	P50       stats.Summary `json:"p50_ms"`
	P99       stats.Summary `json:"p99_ms"`
	P999      stats.Summary `json:"p999_ms"`
	P999Ratio float64       `json:"p999_ratio"`
	Max       stats.Summary `json:"max_ms"`
	LateP99   stats.Summary `json:"generator_late_p99_ms"`
	LateMax   stats.Summary `json:"generator_late_max_ms"`
	// Of miniredisd alone: the collections of garbage in a round, the longest stop of all goroutines, the longest marking.
	Collections *stats.Summary `json:"gc_cycles,omitempty"`
	Pause       *stats.Summary `json:"gc_longest_pause_ms,omitempty"`
	Mark        *stats.Summary `json:"gc_longest_mark_ms,omitempty"`
}

func (o *latency) declare(fs *flag.FlagSet) {
	fs.IntVar(&o.keys, "keys", 5_000_000, "how many keys there are")
	fs.IntVar(&o.value, "value", 64, "size of the values, in bytes")
	fs.IntVar(&o.clients, "clients", 50, "connections")
	fs.Float64Var(&o.rate, "rate", 0, "requests per second; 0 for half of what redis-server can do, which is measured first")
	fs.DurationVar(&o.duration, "duration", 10*time.Second, "how long each server is measured in a round")
	fs.DurationVar(&o.warmup, "warmup", time.Second, "how long the same load is made before")
}

func (o *latency) check() error {
	if o.keys < 1 || o.keys > maxMemoryKeys || o.value < 0 || o.clients < 1 || o.rate < 0 || o.duration <= 0 || o.warmup <= 0 {
		return errors.New("--keys must be 1 to 100 million, --clients at least 1, --duration and --warmup positive")
	}
	return nil
}

// load is the load at the rate.
func (o *latency) load(d time.Duration) load.Rate {
	return load.Rate{Clients: o.clients, Keys: o.keys, Value: o.value, PerSecond: o.rate, Duration: d}
}

// latencyRun collects the measurements of a run.
type latencyRun struct {
	*latency
	*bench
	p50, p99, p999, max, lateP99, lateMax series[string]
	cycles, pause, mark                   series[string]
}

func (o *latency) run(ctx context.Context, b *bench) (outcome, error) {
	if o.rate == 0 {
		if err := o.halve(ctx, b); err != nil {
			return outcome{}, err
		}
	}
	l := latencyRun{
		latency: o, bench: b, p50: series[string]{}, p99: series[string]{}, p999: series[string]{}, max: series[string]{},
		lateP99: series[string]{}, lateMax: series[string]{}, cycles: series[string]{}, pause: series[string]{}, mark: series[string]{},
	}
	if err := b.each(ctx, func(spec proc.Spec) error { return l.round(ctx, spec) }); err != nil {
		return outcome{}, err
	}
	results := l.results()
	figures := []func(latencyResult) stats.Summary{
		func(r latencyResult) stats.Summary { return r.P50 }, func(r latencyResult) stats.Summary { return r.P99 },
		func(r latencyResult) stats.Summary { return r.P999 }, func(r latencyResult) stats.Summary { return r.Max },
	}
	title := fmt.Sprintf("%s requests/s, %s keys", table.Number(o.rate), table.Number(float64(o.keys)))
	bars := b.bars(title, "ms", []string{"p50", "p99", "p99.9", "max"}, func(server, group int) stats.Summary {
		return figures[group](results[server])
	})
	bars.Log = true
	return outcome{results, bars}, l.print(results)
}

// halve measures what the reference can do, or the first server if there is none, and sets the rate to half of it. What it
// can do is taken from the CPU time that a request takes under as much load as we can make: so it is right even where the
// generator, or what else the machine does, kept the server's core from being full.
func (o *latency) halve(ctx context.Context, b *bench) error {
	spec := b.servers[max(slices.IndexFunc(b.servers, func(s proc.Spec) bool { return s.Name == reference }), 0)]
	p, err := load.StartReady(ctx, spec, b.cores.Server)
	if err != nil {
		return err
	}
	perRequest, busy, err := o.saturate(ctx, p)
	if err := errors.Join(err, p.Stop()); err != nil {
		return fmt.Errorf("%s: %w", spec.Name, err)
	}
	o.rate = 1 / perRequest / 2
	fmt.Fprintf(b.stdout, "%s takes %s µs of CPU time per request at full load (its core %.0f %% busy), so it can do %s a second; the rate is half of that\n\n",
		spec.Name, table.Number(perRequest*1e6), 100*busy, table.Number(1/perRequest))
	return nil
}

// saturationRuns is how often the saturation is measured; the median counts.
const saturationRuns = 5

// saturate makes as much load as the server takes. It returns the CPU time per request in seconds, and the share of the core
// that the server used.
func (o *latency) saturate(ctx context.Context, p *proc.Process) (perRequest, busy float64, err error) {
	if err := o.fill(ctx, p); err != nil {
		return 0, 0, err
	}
	l := o.load(max(o.duration/10, time.Millisecond))
	l.PerSecond = 0
	var perRequests, busies []float64
	for range saturationRuns {
		before, err := p.CPU()
		if err != nil {
			return 0, 0, err
		}
		r, err := l.Run(ctx, p.Addr)
		if err != nil {
			return 0, 0, err
		}
		after, err := p.CPU()
		if err != nil {
			return 0, 0, err
		}
		used := (after - before).Seconds()
		perRequests = append(perRequests, used/float64(len(r.Latencies)))
		busies = append(busies, perRequests[len(perRequests)-1]*r.PerSecond)
	}
	perRequest, busy = stats.Summarize(perRequests).Median, stats.Summarize(busies).Median
	if perRequest <= 0 {
		return 0, 0, errors.New("it used no CPU time that could be measured: raise --duration, or set --rate")
	}
	return perRequest, busy, nil
}

func (o *latency) fill(ctx context.Context, p *proc.Process) error {
	return load.Fill{Keys: o.keys, Value: o.value}.Run(ctx, p.Addr)
}

// round measures a server in a fresh process.
func (l *latencyRun) round(ctx context.Context, spec proc.Spec) error {
	if spec.Name == ours {
		spec.Env = append(slices.Clip(spec.Env), gctrace.Env)
	}
	p, err := load.StartReady(ctx, spec, l.cores.Server)
	if err != nil {
		return err
	}
	if err := l.measure(ctx, p); err != nil {
		p.Stop()
		return fmt.Errorf("%s: %w", spec.Name, err)
	}
	return p.Stop()
}

func (l *latencyRun) measure(ctx context.Context, p *proc.Process) error {
	if err := l.fill(ctx, p); err != nil {
		return err
	}
	if _, err := l.load(l.warmup).Run(ctx, p.Addr); err != nil {
		return err
	}
	before, err := p.Log()
	if err != nil {
		return err
	}
	r, err := l.load(l.duration).Run(ctx, p.Addr)
	if err != nil {
		return err
	}
	after, err := p.Log()
	if err != nil {
		return err
	}
	slices.Sort(r.Latencies)
	slices.Sort(r.Late)
	l.p50.add(p.Name, stats.Percentile(r.Latencies, 50))
	l.p99.add(p.Name, stats.Percentile(r.Latencies, 99))
	l.p999.add(p.Name, stats.Percentile(r.Latencies, 99.9))
	l.max.add(p.Name, stats.Percentile(r.Latencies, 100))
	l.lateP99.add(p.Name, stats.Percentile(r.Late, 99))
	l.lateMax.add(p.Name, stats.Percentile(r.Late, 100))
	if p.Name == ours {
		gc := gctrace.Parse(after[min(len(before), len(after)):])
		l.cycles.add(p.Name, float64(gc.Cycles))
		l.pause.add(p.Name, gc.Pause)
		l.mark.add(p.Name, gc.Mark)
	}
	return nil
}

func (l *latencyRun) results() []latencyResult {
	var results []latencyResult
	for _, s := range l.servers {
		r := latencyResult{
			Server: s.Name, Rate: l.rate, P50: l.p50.summary(s.Name), P99: l.p99.summary(s.Name), P999: l.p999.summary(s.Name),
			P999Ratio: l.p999.ratio(s.Name, reference), Max: l.max.summary(s.Name), LateP99: l.lateP99.summary(s.Name), LateMax: l.lateMax.summary(s.Name),
		}
		if s.Name == ours {
			cycles, pause, mark := l.cycles.summary(s.Name), l.pause.summary(s.Name), l.mark.summary(s.Name)
			r.Collections, r.Pause, r.Mark = &cycles, &pause, &mark
		}
		results = append(results, r)
	}
	return results
}

func (l *latencyRun) print(results []latencyResult) error {
	fmt.Fprintf(l.stdout, "%s requests/s for %v, half GET and half SET, on %d connections; %d keys with values of %d bytes; times in ms\n\n",
		table.Number(l.rate), l.duration, l.clients, l.keys, l.value)
	late := false
	t := table.New("server", ">p50", ">p99", ">p99.9", ">ratio", ">max", ">generator late, p99", ">generator late, max")
	for _, r := range results {
		late = late || r.LateP99.Median > lateGenerator
		t.Row(r.Server, table.Spread(r.P50), table.Spread(r.P99), table.Spread(r.P999), table.Ratio(r.P999Ratio), table.Spread(r.Max),
			table.Spread(r.LateP99), table.Spread(r.LateMax))
	}
	if _, err := t.WriteTo(l.stdout); err != nil {
		return err
	}
	for _, r := range results {
		switch {
		case r.Pause == nil:
		case r.Collections.Max == 0:
			fmt.Fprintf(l.stdout, "\n%s collected no garbage while it was measured.\n", r.Server)
		default:
			fmt.Fprintf(l.stdout, "\n%s collected garbage %s times a round; the longest pause was %s ms, the longest marking beside requests %s ms.\n",
				r.Server, table.Spread(*r.Collections), table.Number(r.Pause.Max), table.Number(r.Mark.Max))
		}
	}
	if late {
		fmt.Fprintln(l.stdout, "\nThe generator was late: it did not have its core, or the rate is too high for it, and the latencies are not the server's.")
	}
	return nil
}
