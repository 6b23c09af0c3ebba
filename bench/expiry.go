package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/lateness"
	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// probeEvery is how often a server is asked while something else happens to it.
const probeEvery = time.Millisecond

// expiry measures how late a server removes keys that nobody reads.
type expiry struct {
	keys              int
	lead, span, grace time.Duration
}

// expiryResult is how a server removes keys; see package lateness.
type expiryResult struct {
	Server     string        `json:"server"`
	P50        stats.Summary `json:"p50_ms"`
	P99        stats.Summary `json:"p99_ms"`
	Max        stats.Summary `json:"max_ms"`
	StaleSeen  stats.Summary `json:"stale_seen_percent"`
	StaleBound stats.Summary `json:"stale_bound_percent"`
	Left       stats.Summary `json:"left"`
	Gap        stats.Summary `json:"longest_gap_ms"`
}

func (o *expiry) declare(fs *flag.FlagSet) {
	fs.IntVar(&o.keys, "keys", 1_000_000, "how many keys")
	fs.DurationVar(&o.span, "span", 10*time.Second, "over what time their deadlines are spread")
	fs.DurationVar(&o.lead, "lead", 0, "how long before the first deadline writing begins; it must be done by then;\n"+
		"0 for an estimate from the server's speed")
	fs.DurationVar(&o.grace, "grace", 30*time.Second, "how long after the last deadline the server may take")
}

func (o *expiry) check() error {
	if o.keys < 1 || o.span < time.Millisecond {
		return errors.New("--keys must be at least 1 and --span at least 1ms")
	}
	return nil
}

func (o *expiry) run(ctx context.Context, b *bench) (outcome, error) {
	rounds := map[string][]lateness.Result{}
	err := b.each(ctx, func(spec proc.Spec) error {
		p, err := load.StartReady(ctx, spec, b.cores.Server)
		if err != nil {
			return err
		}
		r, err := o.measure(ctx, p)
		if err != nil {
			p.Stop()
			return fmt.Errorf("%s: %w", spec.Name, err)
		}
		rounds[spec.Name] = append(rounds[spec.Name], r)
		return p.Stop()
	})
	if err != nil {
		return outcome{}, err
	}
	var results []expiryResult
	for _, s := range b.servers {
		results = append(results, summarizeExpiry(s.Name, rounds[s.Name]))
	}
	bars := b.bars("Lateness of removal, p99", "ms", []string{"expiry"}, func(server, _ int) stats.Summary {
		return results[server].P99
	})
	bars.Log = true
	return outcome{results, bars}, o.print(b, results)
}

// measure writes the keys, then counts them until they are gone.
func (o *expiry) measure(ctx context.Context, p *proc.Process) (lateness.Result, error) {
	c, err := load.Dial(p.Addr)
	if err != nil {
		return lateness.Result{}, err
	}
	defer c.Close()
	lead, err := o.leadFor(c)
	if err != nil {
		return lateness.Result{}, err
	}
	begin := time.Now().Add(lead)
	deadlines := lateness.Uniform(begin.UnixMilli(), int(o.span.Milliseconds()), o.keys)
	// In random order, or neighbours in time would be neighbours in memory.
	order := rand.New(rand.NewPCG(1, 2)).Perm(o.keys)
	err = c.Pipeline(o.keys, 500, func(i int) error {
		return c.Queue("SET", "key:"+strconv.Itoa(i), "value", "PXAT", strconv.FormatInt(deadlines[order[i]], 10))
	})
	if err != nil {
		return lateness.Result{}, err
	}
	if !time.Now().Before(begin) {
		return lateness.Result{}, fmt.Errorf("writing the keys took until after the first deadline; raise --lead above %v", lead)
	}
	samples, err := o.sample(ctx, c, begin)
	if err != nil {
		return lateness.Result{}, err
	}
	exact := make([]float64, o.keys)
	for i, d := range deadlines {
		exact[i] = float64(d)
	}
	return lateness.Derive(exact, samples)
}

// leadFor is the lead, if need be by writing some of the keys without deadline: three times what all of them should take.
func (o *expiry) leadFor(c *load.Conn) (time.Duration, error) {
	if o.lead > 0 {
		return o.lead, nil
	}
	some := min(o.keys, 20_000)
	start := time.Now()
	err := c.Pipeline(some, 500, func(i int) error { return c.Queue("SET", "key:"+strconv.Itoa(i), "value") })
	return time.Second + 3*time.Since(start)*time.Duration(o.keys)/time.Duration(some), err
}

// sample counts the keys from shortly before the first deadline on, until there are none or the grace is over.
func (o *expiry) sample(ctx context.Context, c *load.Conn, begin time.Time) ([]lateness.Sample, error) {
	var samples []lateness.Sample
	end := begin.Add(o.span + o.grace)
	time.Sleep(time.Until(begin.Add(-100 * time.Millisecond)))
	err := probe(ctx, func() (bool, error) {
		asked := time.Now()
		keys, err := c.Int("DBSIZE")
		answered := time.Now()
		if err != nil {
			return false, err
		}
		if len(samples) == 0 && keys != o.keys {
			return false, fmt.Errorf("%d keys were written, but DBSIZE says %d before the first deadline", o.keys, keys)
		}
		samples = append(samples, lateness.Sample{Asked: milliseconds(asked), Answered: milliseconds(answered), Keys: keys})
		return keys > 0 && answered.Before(end), nil
	})
	return samples, err
}

// probe calls ask every probeEvery until it returns false. A call that takes longer delays the next; none is made up for.
func probe(ctx context.Context, ask func() (more bool, err error)) error {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		if more, err := ask(); err != nil || !more {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// milliseconds is the time since the epoch, as a float: exact to a quarter of a microsecond.
func milliseconds(t time.Time) float64 { return float64(t.UnixNano()) / 1e6 }

func summarizeExpiry(server string, rounds []lateness.Result) expiryResult {
	of := func(figure func(lateness.Result) float64) stats.Summary {
		var values []float64
		for _, r := range rounds {
			values = append(values, figure(r))
		}
		return stats.Summarize(values)
	}
	return expiryResult{
		Server:     server,
		P50:        of(func(r lateness.Result) float64 { return r.P50 }),
		P99:        of(func(r lateness.Result) float64 { return r.P99 }),
		Max:        of(func(r lateness.Result) float64 { return r.Max }),
		StaleSeen:  of(func(r lateness.Result) float64 { return 100 * r.StaleSeen }),
		StaleBound: of(func(r lateness.Result) float64 { return 100 * r.StaleBound }),
		Left:       of(func(r lateness.Result) float64 { return float64(r.Left) }),
		Gap:        of(func(r lateness.Result) float64 { return r.Gap }),
	}
}

func (o *expiry) print(b *bench, results []expiryResult) error {
	fmt.Fprintf(b.stdout, "%d keys with deadlines over %v; lateness of removal in ms; stale keys in %% of all, seen and at the worst between two counts\n\n",
		o.keys, o.span)
	ref := 0.0
	for _, r := range results {
		if r.Server == reference {
			ref = r.P99.Median
		}
	}
	t := table.New("server", ">p50", ">p99", ">ratio", ">max", ">stale, seen", ">stale, at worst", ">never removed", ">longest gap, ms")
	for _, r := range results {
		t.Row(r.Server, table.Spread(r.P50), table.Spread(r.P99), table.Ratio(stats.Ratio(r.P99.Median, ref)), table.Spread(r.Max),
			table.Spread(r.StaleSeen), table.Spread(r.StaleBound), table.Number(r.Left.Median), table.Spread(r.Gap))
	}
	_, err := t.WriteTo(b.stdout)
	return err
}
