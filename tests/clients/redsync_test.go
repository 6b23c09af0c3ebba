package clients

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-redsync/redsync/v4"
	"github.com/go-redsync/redsync/v4/redis/goredis/v9"
	"github.com/stretchr/testify/require"
)

func TestRedsyncOneHolder(t *testing.T) {
	rs := redsync.New(goredis.NewPool(connect(t, start(t))))
	var inside, most atomic.Int32
	visits := 0 // guarded by nothing but the lock that is tested
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			m := rs.NewMutex("room", redsync.WithTries(1000), redsync.WithRetryDelay(2*time.Millisecond), redsync.WithExpiry(time.Minute))
			for range 25 {
				if err := m.Lock(); err != nil {
					t.Error(err)
					return
				}
				most.Store(max(most.Load(), inside.Add(1)))
				visits++
				inside.Add(-1)
				if ok, err := m.Unlock(); !ok || err != nil {
					t.Error("unlock", ok, err)
					return
				}
			}
		})
	}
	all.Wait()
	require.Equal(t, int32(1), most.Load())
	require.Equal(t, 8*25, visits)
}

func TestRedsyncExtendAndExpiry(t *testing.T) {
	rdb := connect(t, start(t))
	rs := redsync.New(goredis.NewPool(rdb))
	mine := rs.NewMutex("l", redsync.WithExpiry(time.Minute))
	require.NoError(t, mine.Lock())
	other := rs.NewMutex("l", redsync.WithTries(1))
	var taken *redsync.ErrTaken
	require.ErrorAs(t, other.Lock(), &taken)
	rdb.PExpire(ctx, "l", 30*time.Second) // half of the time is over
	ok, err := mine.Extend()
	require.NoError(t, err)
	require.True(t, ok)
	require.Greater(t, rdb.PTTL(ctx, "l").Val(), 31*time.Second)
	require.ErrorAs(t, other.TryLock(), &taken)
	rdb.PExpire(ctx, "l", 50*time.Millisecond)
	require.Eventually(t, func() bool { return other.TryLock() == nil }, patience, tick)

	// What has run out and is another's now can neither be extended nor given back.
	ok, err = mine.Extend()
	require.ErrorAs(t, err, &taken)
	require.False(t, ok)
	ok, err = mine.Unlock()
	require.ErrorAs(t, err, &taken)
	require.False(t, ok)
	ok, err = other.Unlock()
	require.NoError(t, err)
	require.True(t, ok)
	_, err = other.Unlock()
	require.ErrorIs(t, err, redsync.ErrLockAlreadyExpired)
}
