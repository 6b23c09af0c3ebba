package main

import (
	"context"
	"flag"
)

// scripts is wire for scripts and functions.
type scripts struct{ wire }

// scriptTests are what it measures if none are named.
const scriptTests = "evalsha_return,evalsha_unlock,evalsha_calls,evalsha_json,fcall_return"

func (o *scripts) declare(fs *flag.FlagSet) {
	o.declareOwn(fs, scriptTests)
}

// run draws the scripts with the longest pipeline alone, where the least is the network's.
func (o *scripts) run(ctx context.Context, b *bench) (outcome, error) {
	return o.runDrawingLongest(ctx, b)
}
