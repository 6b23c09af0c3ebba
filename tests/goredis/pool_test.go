package goredis

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

func TestPipeline(t *testing.T) {
	const commands = 1000
	bothProtocols(t, func(t *testing.T, e *env) {
		cmds, err := e.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i := range commands {
				p.Incr(ctx, "counter")
				p.Set(ctx, fmt.Sprint("key", i), strings.Repeat("x", i), 0)
				p.Get(ctx, fmt.Sprint("key", i))
			}
			return nil
		})
		require.NoError(t, err)
		require.Len(t, cmds, 3*commands)
		for i := range commands {
			want(t, int64(i+1), cmds[3*i].(*redis.IntCmd))
			want(t, strings.Repeat("x", i), cmds[3*i+2].(*redis.StringCmd))
		}
		cmds, err = e.rdb.Pipelined(ctx, func(p redis.Pipeliner) error { // an error is one reply among others
			p.Incr(ctx, "key1")
			p.Get(ctx, "none")
			p.Incr(ctx, "counter")
			return nil
		})
		require.EqualError(t, err, "ERR value is not an integer or out of range")
		require.Equal(t, redis.Nil, cmds[1].Err())
		want(t, commands+1, cmds[2].(*redis.IntCmd))
	})
}

func TestPool(t *testing.T) {
	const goroutines, rounds, connections = 50, 20, 10
	bothProtocols(t, func(t *testing.T, e *env) {
		rdb := e.client(t, func(o *redis.Options) { o.PoolSize, o.PoolTimeout = connections, patience })
		var group sync.WaitGroup
		for g := range goroutines {
			group.Go(func() {
				own := fmt.Sprint("own", g)
				for i := range rounds {
					if n, err := rdb.Incr(ctx, own).Result(); err != nil || n != int64(i+1) {
						t.Errorf("%s is %d after %d increments: %v", own, n, i+1, err)
					}
					if err := rdb.Incr(ctx, "shared").Err(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		want(t, fmt.Sprint(goroutines*rounds), rdb.Get(ctx, "shared"))
		stats := rdb.PoolStats()
		require.LessOrEqual(t, stats.TotalConns, uint32(connections))
		require.Zero(t, stats.Timeouts)
		require.Equal(t, int(stats.TotalConns), e.s.CurrentConnectionCount())
	})
}

// TestContextTimeout has a server that does not answer, since it is paused, and a client that does not wait for ever.
func TestContextTimeout(t *testing.T) {
	const short = 20 * time.Millisecond
	bothProtocols(t, func(t *testing.T, e *env) {
		rdb := e.client(t, func(o *redis.Options) { o.ContextTimeoutEnabled = true })
		want(t, "OK", rdb.Set(ctx, "k", "before", 0))
		want(t, any("OK"), e.do("client", "pause", 3_600_000, "write"))
		brief, cancel := context.WithTimeout(ctx, short)
		defer cancel()
		wantTimeout(t, rdb.Set(brief, "k", "during", 0).Err())
		want(t, "before", rdb.Get(ctx, "k"))

		want(t, true, e.rdb.ClientUnpause(ctx))
		want(t, true, e.rdb.ClientPause(ctx, time.Hour))
		brief, cancel = context.WithTimeout(ctx, short)
		defer cancel()
		wantTimeout(t, rdb.Get(brief, "k").Err())
		e.s.FastForward(time.Hour)
		want(t, "OK", rdb.Set(ctx, "k", "after", 0))
		want(t, "after", rdb.Get(ctx, "k"))
	})
}

func wantTimeout(t *testing.T, err error) {
	t.Helper()
	var timeout net.Error
	require.Truef(t, errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout(), "%v", err)
}

// patient is a client that tries again, at once, when a connection is gone.
func patient(o *redis.Options) { o.MaxRetries, o.MinRetryBackoff, o.MaxRetryBackoff = 3, -1, -1 }

func TestReconnect(t *testing.T) {
	bothProtocols(t, func(t *testing.T, e *env) {
		rdb := e.client(t, func(o *redis.Options) { patient(o); o.ClientName, o.DB = "worker", 2 })
		want(t, "OK", rdb.Set(ctx, "k", "v", 0))
		for range 5 {
			id := got(t, rdb.ClientID(ctx))
			want(t, 1, e.rdb.ClientKillByFilter(ctx, "id", fmt.Sprint(id)))
			want(t, "v", rdb.Get(ctx, "k")) // of the database that was selected
			require.Greater(t, got(t, rdb.ClientID(ctx)), id)
			want(t, "worker", rdb.ClientGetName(ctx))
		}
		e.s.Close()
		require.NoError(t, e.s.Restart())
		want(t, "v", rdb.Get(ctx, "k"))
	})
}
