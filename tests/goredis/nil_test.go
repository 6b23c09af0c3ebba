package goredis

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// TestNil checks that what is not there is redis.Nil, whatever kind of reply the client expects.
func TestNil(t *testing.T) {
	bothProtocols(t, func(t *testing.T, e *env) {
		for _, cmd := range []redis.Cmder{e.rdb.Get(ctx, "k"), e.rdb.GetDel(ctx, "k"), e.rdb.GetEx(ctx, "k", time.Second),
			e.do("getset", "new", "v"), e.rdb.LPop(ctx, "k"), e.rdb.RPop(ctx, "k"), e.rdb.LPopCount(ctx, "k", 2),
			e.rdb.RPopCount(ctx, "k", 2), e.rdb.LIndex(ctx, "k", 0), e.rdb.ObjectEncoding(ctx, "k"), e.rdb.ObjectIdleTime(ctx, "k"),
			e.rdb.ObjectRefCount(ctx, "k"), e.rdb.ClientGetName(ctx), e.do("get", "k"), e.do("lpop", "k", 2),
			e.rdb.SetArgs(ctx, "k", "v", redis.SetArgs{Mode: "XX"})} {
			require.Equal(t, redis.Nil, cmd.Err(), "%v", cmd)
		}
	})
}
