package main

import (
	"context"
	"errors"
	"flag"
)

// types is wire for the commands of all data types. The load is always our own: redis-benchmark lacks some of the commands.
type types struct{ wire }

// typeTests are the commands that it measures if none are named.
const typeTests = "lpush,lrange_100,lrange_600,sadd,hset,zadd,zpopmin,xadd,zrange_100,zrank"

func (o *types) declare(fs *flag.FlagSet) {
	o.declareOwn(fs, typeTests)
	fs.IntVar(&o.members, "members", 1_000_000, "members of the sorted set that zrange and zrank ask")
}

func (o *types) check() error {
	if o.members < 1 {
		return errors.New("--members must be at least 1")
	}
	return o.wire.check()
}

func (o *types) run(ctx context.Context, b *bench) (outcome, error) {
	return o.runDrawingLongest(ctx, b)
}
