package main

import (
	"context"
	"flag"

	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// startupResult is a server's time until it answers.
type startupResult struct {
	Server string        `json:"server"`
	Ready  stats.Summary `json:"ready_ms"`
	Ratio  float64       `json:"ratio"`
}

// startup measures the time from the start of the process, the creation of the process included, until PING is answered,
// with an empty directory.
type startup struct{}

func (startup) declare(*flag.FlagSet) {}

func (startup) check() error { return nil }

func (startup) run(ctx context.Context, b *bench) (outcome, error) {
	took := series[string]{}
	err := b.each(ctx, func(spec proc.Spec) error {
		p, err := proc.Start(ctx, spec, b.cores.Server)
		if err != nil {
			return err
		}
		ready, err := load.Ready(ctx, p)
		if err != nil {
			p.Stop()
			return err
		}
		took.add(spec.Name, ready.Sub(p.Started).Seconds()*1e3)
		return p.Stop()
	})
	if err != nil {
		return outcome{}, err
	}
	var results []startupResult
	t := table.New("server", ">ready after, ms", ">ratio")
	for _, s := range b.servers {
		r := startupResult{s.Name, took.summary(s.Name), took.ratio(s.Name, reference)}
		results = append(results, r)
		t.Row(r.Server, table.Spread(r.Ready), table.Ratio(r.Ratio))
	}
	_, err = t.WriteTo(b.stdout)
	bars := b.bars("From start of the process to answer", "ms", []string{"startup"}, func(server, _ int) stats.Summary {
		return results[server].Ready
	})
	return outcome{results, bars}, err
}
