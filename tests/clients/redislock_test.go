package clients

import (
	"sync"
	"testing"
	"time"

	"github.com/bsm/redislock"
	"github.com/stretchr/testify/require"
)

func TestRedislock(t *testing.T) {
	rdb := connect(t, start(t))
	locks := redislock.New(rdb)
	mine, err := locks.Obtain(ctx, "l", time.Minute, &redislock.Options{Metadata: "ada"})
	require.NoError(t, err)
	require.Equal(t, "ada", mine.Metadata())
	require.Equal(t, mine.Token()+"ada", rdb.Get(ctx, "l").Val())
	_, err = locks.Obtain(ctx, "l", time.Minute, nil)
	require.ErrorIs(t, err, redislock.ErrNotObtained)
	left, err := mine.TTL(ctx)
	require.NoError(t, err)
	require.InDelta(t, time.Minute, left, float64(5*time.Second))
	require.NoError(t, mine.Refresh(ctx, time.Hour, nil))
	left, err = mine.TTL(ctx)
	require.NoError(t, err)
	require.InDelta(t, time.Hour, left, float64(5*time.Second))

	// Whoever knows the token has the lock as well.
	same, err := locks.Obtain(ctx, "l", time.Minute, &redislock.Options{Metadata: "ada", Token: mine.Token()})
	require.NoError(t, err)
	require.NoError(t, same.Release(ctx))
	require.ErrorIs(t, mine.Release(ctx), redislock.ErrLockNotHeld)
	require.ErrorIs(t, mine.Refresh(ctx, time.Hour, nil), redislock.ErrNotObtained)
	left, err = mine.TTL(ctx)
	require.NoError(t, err)
	require.Zero(t, left)
	require.Zero(t, rdb.Exists(ctx, "l").Val())
}

func TestRedislockRunsOut(t *testing.T) {
	locks := redislock.New(connect(t, start(t)))
	mine, err := locks.Obtain(ctx, "l", 100*time.Millisecond, nil)
	require.NoError(t, err)
	other, err := locks.Obtain(ctx, "l", time.Minute, &redislock.Options{RetryStrategy: redislock.LinearBackoff(tick)})
	require.NoError(t, err)
	require.ErrorIs(t, mine.Refresh(ctx, time.Minute, nil), redislock.ErrNotObtained)
	require.ErrorIs(t, mine.Release(ctx), redislock.ErrLockNotHeld)
	require.NoError(t, other.Release(ctx))
}

func TestRedislockOneHolder(t *testing.T) {
	locks := redislock.New(connect(t, start(t)))
	inside, visits := 0, 0 // guarded by nothing but the lock that is tested
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 25 {
				l, err := locks.Obtain(ctx, "l", time.Minute, &redislock.Options{RetryStrategy: redislock.LinearBackoff(2 * time.Millisecond)})
				if err != nil {
					t.Error(err)
					return
				}
				inside++
				if inside != 1 {
					t.Error("not alone")
				}
				visits++
				inside--
				if err := l.Release(ctx); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	require.Equal(t, 8*25, visits)
}
