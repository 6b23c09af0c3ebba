package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
)

// types is wire for the commands of all data types. The load is always our own: redis-benchmark lacks some of the commands.
type types struct{ wire }

// typeTests are the commands that it measures if none are named.
const typeTests = "lpush,lrange_100,lrange_600,sadd,hset,zadd,zpopmin,xadd,zrange_100,zrank"

func (o *types) declare(fs *flag.FlagSet) {
	o.generator.kind = loadOwn
	o.declareSizes(fs, 50_000)
	fs.IntVar(&o.members, "members", 1_000_000, "members of the sorted set that zrange and zrank ask")
	fs.StringVar(&o.tests, "tests", typeTests, "which `commands`, with commas: "+load.TestNames())
	fs.StringVar(&o.pipelines, "pipeline", "1,16", "how many requests are sent at once, `numbers` with commas")
}

func (o *types) check() error {
	if o.members < 1 {
		return errors.New("--members must be at least 1")
	}
	return o.wire.check()
}

// run draws the commands with the longest pipeline alone: the drawing would be too wide otherwise.
func (o *types) run(ctx context.Context, b *bench) (outcome, error) {
	found, err := o.wire.run(ctx, b)
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
