// Package clients runs the Go libraries that programs put on top of Redis against a server: job queues, locks, rate
// limits, and clients that speak to it in other ways than go-redis. What they do is checked to the end: every job once,
// one holder of a lock, the exact number of calls that a limit allows.
//
// The server is one that this process starts, or the one whose address the variable CLIENTS_SERVER holds: any
// miniredisd or redis-server, whose data these tests delete.
package clients

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/miniredis"
)

const (
	// patience is how long something may take that happens by itself, and tick how often it is looked at.
	patience, tick = 60 * time.Second, 5 * time.Millisecond
)

var ctx = context.Background()

// own is the server that this process starts when it is told of no other. Time in it passes as on the machine: the
// libraries wait by their own clocks, which no test can move.
var own = sync.OnceValues(func() (string, error) {
	s := miniredis.NewMiniRedis(miniredis.WithRunningClock())
	if err := s.Start(); err != nil {
		return "", err
	}
	return s.Addr(), nil
})

// start returns the address of a server that holds no data.
func start(t *testing.T) string {
	t.Helper()
	addr := os.Getenv("CLIENTS_SERVER")
	if addr == "" {
		var err error
		addr, err = own()
		require.NoError(t, err)
	}
	require.NoError(t, connect(t, addr).FlushAll(ctx).Err())
	return addr
}

// connect returns a client of the server at addr.
func connect(t *testing.T, addr string) *redis.Client {
	t.Helper()
	rdb := redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { rdb.Close() })
	return rdb
}

// fieldOf returns the value of a line "name:value" of INFO.
func fieldOf(info, name string) string {
	for line := range strings.Lines(info) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
