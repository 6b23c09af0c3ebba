package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// maxGrowth bounds --keys, for the sake of the machine's memory.
const maxGrowth = 10_000_000

// growthBatch is how many keys the writer adds at a time; a PING waits for such a batch at least now and then.
const growthBatch = 100

// growth measures the longest wait of a client that sends PING while another adds keys: what the growth of tables and the
// collection of garbage cost those who do not take part in it.
type growth struct{ keys, value int }

// growthResult is what a second client sees while the first adds keys.
type growthResult struct {
	Server  string        `json:"server"`
	P50     stats.Summary `json:"ping_p50_ms"`
	P99     stats.Summary `json:"ping_p99_ms"`
	Longest stats.Summary `json:"ping_longest_ms"`
	Ratio   float64       `json:"longest_ratio"`
	Writes  stats.Summary `json:"writes_per_second"`
}

func (o *growth) declare(fs *flag.FlagSet) {
	fs.IntVar(&o.keys, "keys", 2_000_000, "how many keys are added, 10 million at the most")
	fs.IntVar(&o.value, "value", 64, "size of the values, in bytes")
}

func (o *growth) check() error {
	if o.keys < 1 || o.keys > maxGrowth || o.value < 0 {
		return errors.New("--keys must be 1 to 10 million, --value not negative")
	}
	return nil
}

func (o *growth) run(ctx context.Context, b *bench) (outcome, error) {
	p50, p99, longest, writes := series[string]{}, series[string]{}, series[string]{}, series[string]{}
	err := b.each(ctx, func(spec proc.Spec) error {
		p, err := load.StartReady(ctx, spec, b.cores.Server)
		if err != nil {
			return err
		}
		waits, rate, err := o.measure(ctx, p)
		if err != nil {
			p.Stop()
			return fmt.Errorf("%s: %w", spec.Name, err)
		}
		slices.Sort(waits)
		p50.add(spec.Name, stats.Percentile(waits, 50))
		p99.add(spec.Name, stats.Percentile(waits, 99))
		longest.add(spec.Name, stats.Percentile(waits, 100))
		writes.add(spec.Name, rate)
		return p.Stop()
	})
	if err != nil {
		return outcome{}, err
	}
	fmt.Fprintf(b.stdout, "PING every %v while %d keys with values of %d bytes are added; waits in ms\n\n", probeEvery, o.keys, o.value)
	var results []growthResult
	t := table.New("server", ">p50", ">p99", ">longest", ">ratio", ">keys/s")
	for _, s := range b.servers {
		r := growthResult{
			s.Name, p50.summary(s.Name), p99.summary(s.Name), longest.summary(s.Name), longest.ratio(s.Name, reference), writes.summary(s.Name),
		}
		results = append(results, r)
		t.Row(r.Server, table.Spread(r.P50), table.Spread(r.P99), table.Spread(r.Longest), table.Ratio(r.Ratio), table.Spread(r.Writes))
	}
	_, err = t.WriteTo(b.stdout)
	bars := b.bars("Longest wait of another client while keys are added", "ms", []string{"growth"}, func(server, _ int) stats.Summary {
		return results[server].Longest
	})
	return outcome{results, bars}, err
}

// measure adds the keys on one connection and sends PING on another. Both are goroutines of this process: as processes they
// would compete for the core, and the probe would see the scheduler's time slices.
func (o *growth) measure(ctx context.Context, p *proc.Process) (waits []float64, rate float64, err error) {
	writer, err := load.Dial(p.Addr)
	if err != nil {
		return nil, 0, err
	}
	defer writer.Close()
	prober, err := load.Dial(p.Addr)
	if err != nil {
		return nil, 0, err
	}
	defer prober.Close()
	var written atomic.Bool
	done := make(chan error, 1)
	start := time.Now()
	go func() {
		defer written.Store(true)
		value := strings.Repeat("x", o.value)
		err := writer.Pipeline(o.keys, growthBatch, func(i int) error { return writer.Queue("SET", "key:"+strconv.Itoa(i), value) })
		rate = float64(o.keys) / time.Since(start).Seconds()
		done <- err
	}()
	err = probe(ctx, func() (bool, error) {
		asked := time.Now()
		_, err := prober.Do("PING")
		waits = append(waits, time.Since(asked).Seconds()*1e3)
		return !written.Load(), err
	})
	if err != nil {
		writer.Close() // ends the writer, if it is still at work
	}
	return waits, rate, errors.Join(err, <-done)
}
