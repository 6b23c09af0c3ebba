package clients

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/stretchr/testify/require"
)

func TestRedisRateAllowance(t *testing.T) {
	limiter := redis_rate.NewLimiter(connect(t, start(t)))
	limit := redis_rate.Limit{Rate: 10, Burst: 10, Period: time.Hour}
	for left := 9; left >= 0; left-- {
		res, err := limiter.Allow(ctx, "ada", limit)
		require.NoError(t, err)
		require.Equal(t, 1, res.Allowed)
		require.Equal(t, left, res.Remaining)
		require.Equal(t, time.Duration(-1), res.RetryAfter)
		require.InDelta(t, float64(10-left)*6*60, res.ResetAfter.Seconds(), 5)
	}
	res, err := limiter.Allow(ctx, "ada", limit)
	require.NoError(t, err)
	require.Equal(t, 0, res.Allowed)
	require.InDelta(t, 6*60, res.RetryAfter.Seconds(), 5)
	require.InDelta(t, 60*60, res.ResetAfter.Seconds(), 5)

	// Another has a limit of his own; and what is refused as a whole may be had in part.
	res, err = limiter.AllowN(ctx, "charles", limit, 7)
	require.NoError(t, err)
	require.Equal(t, 7, res.Allowed)
	res, err = limiter.AllowN(ctx, "charles", limit, 7)
	require.NoError(t, err)
	require.Equal(t, 0, res.Allowed)
	res, err = limiter.AllowAtMost(ctx, "charles", limit, 7)
	require.NoError(t, err)
	require.Equal(t, 3, res.Allowed)
	require.NoError(t, limiter.Reset(ctx, "charles"))
	res, err = limiter.AllowN(ctx, "charles", limit, 10)
	require.NoError(t, err)
	require.Equal(t, 10, res.Allowed)
}

func TestRedisRateIsExactForMany(t *testing.T) {
	limiter := redis_rate.NewLimiter(connect(t, start(t)))
	limit := redis_rate.Limit{Rate: 1, Burst: 50, Period: time.Hour}
	var allowed atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 25 {
				res, err := limiter.Allow(ctx, "page", limit)
				if err != nil {
					t.Error(err)
					return
				}
				allowed.Add(int64(res.Allowed))
			}
		})
	}
	all.Wait()
	require.Equal(t, int64(50), allowed.Load())
}

func TestRedisRateRefills(t *testing.T) {
	limiter := redis_rate.NewLimiter(connect(t, start(t)))
	limit := redis_rate.Limit{Rate: 1, Burst: 1, Period: 200 * time.Millisecond}
	began := time.Now()
	for n := 0; n < 5; {
		res, err := limiter.Allow(ctx, "tap", limit)
		require.NoError(t, err)
		n += res.Allowed
		if res.Allowed == 0 {
			require.Positive(t, res.RetryAfter)
			time.Sleep(res.RetryAfter)
		}
	}
	require.GreaterOrEqual(t, time.Since(began), 4*limit.Period-10*time.Millisecond)
}
