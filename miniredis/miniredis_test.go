package miniredis_test

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/miniredis"
)

var ctx = context.Background()

// connect returns a client of the server at addr.
func connect(t testing.TB, addr string) *redis.Client {
	client := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1})
	t.Cleanup(func() { client.Close() })
	return client
}

// connectInMemory returns a client that needs no port.
func connectInMemory(t testing.TB, s *miniredis.Miniredis) *redis.Client {
	dial := func(context.Context, string, string) (net.Conn, error) { return s.Dial() }
	client := redis.NewClient(&redis.Options{Dialer: dial, MaxRetries: -1})
	t.Cleanup(func() { client.Close() })
	return client
}

func TestRunT(t *testing.T) {
	s := miniredis.RunT(t)
	host, port, err := net.SplitHostPort(s.Addr())
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1", host)
	require.Equal(t, host, s.Host())
	require.Equal(t, port, s.Port())
	client := connect(t, s.Addr())
	require.Zero(t, s.CurrentConnectionCount())
	require.NoError(t, client.Set(ctx, "k", "v", 0).Err())
	require.Equal(t, 1, s.CurrentConnectionCount())
	s.CheckGet(t, "k", "v")
}

func TestStartAddr(t *testing.T) {
	s := miniredis.NewMiniRedis()
	require.Empty(t, s.Addr())
	require.NoError(t, s.StartAddr("127.0.0.1:0"))
	defer s.Close()
	require.NoError(t, connect(t, s.Addr()).Ping(ctx).Err())
	require.Error(t, s.Start(), "a second start")
	other := miniredis.NewMiniRedis()
	require.Error(t, other.StartAddr(s.Addr()), "a port that is taken")
	require.NoError(t, other.Start())
	other.Close()
	other.Close()
}

func TestCloseAtOnce(t *testing.T) {
	for range 100 {
		s, err := miniredis.Run()
		require.NoError(t, err)
		s.Close()
	}
}

func TestDataOutlivesClose(t *testing.T) {
	s := miniredis.NewMiniRedis()
	require.NoError(t, s.Set("before", "start"))
	require.NoError(t, s.Start())
	s.RequireAuth("secret")
	addr := s.Addr()
	s.SetTTL("before", time.Minute)
	s.DB(3).Push("list", "a", "b")
	s.Set("dies", "soon")
	s.SetTTL("dies", time.Second)
	s.Close()
	s.CheckGet(t, "before", "start")
	_, err := net.Dial("tcp", addr)
	require.Error(t, err)

	s.FastForward(2 * time.Second)
	require.NoError(t, s.Restart())
	defer s.Close()
	require.Equal(t, addr, s.Addr())
	require.Equal(t, []string{"before"}, s.Keys())
	require.Equal(t, 58*time.Second, s.TTL("before"))
	list, err := s.DB(3).List("list")
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, list)
	client := connect(t, addr)
	require.ErrorContains(t, client.Ping(ctx).Err(), "NOAUTH")
	s.RequireAuth("")
	require.NoError(t, client.Ping(ctx).Err())
	s.FastForward(time.Minute)
	require.Empty(t, s.Keys())
}

// The accessors' changes are in the log, like clients'.
func TestDataComesFromTheLog(t *testing.T) {
	config := miniredis.WithConfig("--appendonly", "yes", "--dir", t.TempDir())
	s := miniredis.RunT(t, config)
	for _, v := range []string{"a", "b"} {
		s.Push("list", v)
	}
	s.DB(2).Set("k", "v")
	s.DB(2).SetTTL("k", time.Minute)
	s.Close()
	require.NoError(t, s.Restart())
	s.CheckList(t, "list", "a", "b")
	s.Close()

	other := miniredis.RunT(t, config)
	other.CheckList(t, "list", "a", "b")
	require.InDelta(t, time.Minute, other.DB(2).TTL("k"), float64(30*time.Second))
}

func TestRestartAfterShutdown(t *testing.T) {
	s := miniredis.RunT(t)
	s.Set("k", "v")
	connect(t, s.Addr()).ShutdownNoSave(ctx)
	<-s.Server().Done()
	require.NoError(t, s.Restart())
	require.Equal(t, "v", connect(t, s.Addr()).Get(ctx, "k").Val())
}

func TestWithConfig(t *testing.T) {
	s := miniredis.RunT(t, miniredis.WithConfig("--databases", "3"))
	require.Panics(t, func() { s.DB(3) })
	require.NotPanics(t, func() { s.Select(2) })
	_, err := miniredis.Run(miniredis.WithConfig("--no-such-option", "1"))
	require.ErrorContains(t, err, "no-such-option")
}

func TestDial(t *testing.T) {
	s := miniredis.NewMiniRedis()
	t.Cleanup(s.Close)
	client := connectInMemory(t, s)
	require.NoError(t, client.Set(ctx, "k", "v", 0).Err())
	require.Empty(t, s.Addr(), "in memory there is no port")
	require.NoError(t, s.Start(), "a port may be added")
	require.Equal(t, "v", connect(t, s.Addr()).Get(ctx, "k").Val())
	big := strings.Repeat("x", 1<<20)
	require.NoError(t, client.Set(ctx, "big", big, 0).Err())
	require.Equal(t, big, client.Get(ctx, "big").Val())
}

func TestRequireAuth(t *testing.T) {
	s := miniredis.RunT(t)
	s.RequireAuth("secret")
	require.ErrorContains(t, connect(t, s.Addr()).Get(ctx, "k").Err(), "NOAUTH")
	client := redis.NewClient(&redis.Options{Addr: s.Addr(), Password: "secret"})
	defer client.Close()
	require.NoError(t, client.Set(ctx, "k", "v", 0).Err())
	s.CheckGet(t, "k", "v")
}

// Servers in parallel tests have nothing in common, and leave no goroutine behind.
func TestManyServers(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("parallel", func(t *testing.T) {
		for i := range 100 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				s := miniredis.RunT(t)
				client := connect(t, s.Addr())
				if i%2 == 1 {
					client = connectInMemory(t, s)
				}
				for range 10 {
					require.NoError(t, client.Incr(ctx, "n").Err())
					s.FastForward(time.Second)
				}
				require.NoError(t, client.Set(ctx, "i", i, time.Duration(i+1)*time.Second).Err())
				require.Equal(t, fmt.Sprint(i), client.Get(ctx, "i").Val())
				s.CheckGet(t, "n", "10")
				s.FastForward(time.Duration(i+1) * time.Second)
				require.Equal(t, []string{"n"}, s.Keys())
			})
		}
	})
	// The goroutines of connections end soon after Close, not before it returns.
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		s, err := miniredis.Run()
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
