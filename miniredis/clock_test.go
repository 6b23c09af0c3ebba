package miniredis_test

import (
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/miniredis"
)

func TestTimeStandsStill(t *testing.T) {
	s := miniredis.RunT(t)
	client := connect(t, s.Addr())
	require.NoError(t, client.Set(ctx, "k", "v", time.Millisecond).Err())
	deadline := client.PExpireTime(ctx, "k").Val()
	for range 3 {
		require.Equal(t, time.Millisecond, client.PTTL(ctx, "k").Val())
		time.Sleep(2 * time.Millisecond) // the machine's time, which must not matter
	}
	require.Equal(t, deadline, client.PExpireTime(ctx, "k").Val())
	require.Equal(t, client.Time(ctx).Val(), client.Time(ctx).Val())
}

func TestFastForward(t *testing.T) {
	s := miniredis.RunT(t)
	client := connect(t, s.Addr())
	require.NoError(t, client.Set(ctx, "px", "v", 1500*time.Millisecond).Err())
	require.NoError(t, client.Set(ctx, "ex", "v", 0).Err())
	require.True(t, client.Expire(ctx, "ex", time.Minute).Val())
	require.NoError(t, client.Set(ctx, "stays", "v", 0).Err())
	start := client.Time(ctx).Val()

	s.FastForward(time.Second)
	require.Equal(t, 500*time.Millisecond, client.PTTL(ctx, "px").Val())
	s.FastForward(499 * time.Millisecond)
	require.Equal(t, int64(3), client.DBSize(ctx).Val())
	s.FastForward(time.Millisecond)
	require.Equal(t, int64(2), client.DBSize(ctx).Val(), "removed without being looked at")
	require.Equal(t, redis.Nil, client.Get(ctx, "px").Err())
	s.FastForward(24 * time.Hour)
	require.Equal(t, []string{"stays"}, client.Keys(ctx, "*").Val())
	require.Equal(t, 24*time.Hour+1500*time.Millisecond, client.Time(ctx).Val().Sub(start))
}

func TestSetTime(t *testing.T) {
	s := miniredis.RunT(t)
	client := connect(t, s.Addr())
	noon := time.Date(2030, 6, 1, 12, 0, 0, 0, time.UTC)
	s.SetTime(noon)
	require.Equal(t, noon, client.Time(ctx).Val().UTC())
	require.NoError(t, client.Set(ctx, "k", "v", 0).Err())
	require.True(t, client.ExpireAt(ctx, "k", noon.Add(time.Hour)).Val())
	require.Equal(t, time.Hour, client.TTL(ctx, "k").Val())

	s.SetTime(noon.Add(-time.Hour))
	require.Equal(t, 2*time.Hour, client.TTL(ctx, "k").Val())
	s.SetTime(noon.Add(time.Hour - time.Millisecond))
	require.True(t, s.Exists("k"))
	s.SetTime(noon.Add(time.Hour))
	require.False(t, s.Exists("k"))
}

// Whoever moves the clock sees the effects, whatever clients do meanwhile.
func TestFastForwardUnderLoad(t *testing.T) {
	s := miniredis.RunT(t)
	var clients sync.WaitGroup
	for range 4 {
		client := connect(t, s.Addr())
		clients.Go(func() {
			for range 200 {
				client.Set(ctx, "k", "v", time.Second)
				client.Get(ctx, "k")
			}
		})
	}
	for range 200 {
		s.FastForward(100 * time.Millisecond)
	}
	clients.Wait()
	s.FastForward(time.Second)
	require.Empty(t, s.Keys())
}

// A paused client waits for the server's clock, like everything.
func TestPauseEndsByTheClock(t *testing.T) {
	s := miniredis.RunT(t)
	client := connect(t, s.Addr())
	require.NoError(t, client.ClientPause(ctx, time.Hour).Err())
	done := make(chan error)
	go func() { done <- client.Set(ctx, "k", "v", 0).Err() }()
	s.FastForward(time.Hour - time.Millisecond)
	select {
	case err := <-done:
		t.Fatalf("executed during the pause: %v", err)
	default:
	}
	s.FastForward(time.Millisecond)
	require.NoError(t, <-done)
}

func TestCloseWhileTimeMoves(t *testing.T) {
	for range 20 {
		s, err := miniredis.Run(miniredis.WithRunningClock())
		require.NoError(t, err)
		var movers sync.WaitGroup
		movers.Go(func() {
			for range 100 {
				s.FastForward(time.Second)
			}
		})
		s.Close()
		movers.Wait()
	}
}

func TestRunningClock(t *testing.T) {
	s := miniredis.RunT(t, miniredis.WithRunningClock())
	client := connect(t, s.Addr())
	require.NoError(t, client.Set(ctx, "k", "v", 20*time.Millisecond).Err())
	require.NoError(t, client.Set(ctx, "far", "v", time.Hour).Err())
	require.Eventually(t, func() bool { return client.DBSize(ctx).Val() == 1 }, 10*time.Second, time.Millisecond)
	s.FastForward(time.Hour)
	require.Zero(t, client.DBSize(ctx).Val())
	then := time.Date(2030, 6, 1, 12, 0, 0, 0, time.UTC)
	s.SetTime(then)
	require.Eventually(t, func() bool { return client.Time(ctx).Val().After(then) }, 10*time.Second, time.Millisecond)
}
