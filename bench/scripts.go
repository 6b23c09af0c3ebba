package main

import (
	"context"
	"flag"

	"github.com/miniredisd/miniredisd/bench/internal/load"
)

// scripts is wire for scripts and functions.
type scripts struct{ wire }

// scriptTests are what it measures if none are named.
const scriptTests = "evalsha_return,evalsha_unlock,evalsha_calls,evalsha_json,fcall_return"

func (o *scripts) declare(fs *flag.FlagSet) {
	o.generator.kind = loadOwn
	o.declareSizes(fs, 50_000)
	fs.StringVar(&o.tests, "tests", scriptTests, "which `tests`, with commas: "+load.TestNames())
	fs.StringVar(&o.pipelines, "pipeline", "1,16", "how many requests are sent at once, `numbers` with commas")
}

// run draws the scripts with the longest pipeline alone, where the least is the network's.
func (o *scripts) run(ctx context.Context, b *bench) (outcome, error) {
	return o.runDrawingLongest(ctx, b)
}
