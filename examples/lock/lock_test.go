package main

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/miniredis"
)

var ctx = context.Background()

func start(t *testing.T) (*miniredis.Miniredis, *redis.Client) {
	s := miniredis.RunT(t)
	client := redis.NewClient(&redis.Options{Addr: s.Addr()})
	t.Cleanup(func() { client.Close() })
	return s, client
}

func acquire(t *testing.T, client *redis.Client, ttl time.Duration) *Lock {
	l, err := Acquire(ctx, client, "l", ttl)
	require.NoError(t, err)
	return l
}

func TestBeginnerLock(t *testing.T) {
	s, client := start(t)
	l := BeginnerLock{Client: client, Key: "l", TTL: time.Minute}
	got, err := l.Acquire(ctx)
	require.NoError(t, err)
	require.True(t, got)
	got, err = l.Acquire(ctx)
	require.NoError(t, err)
	require.False(t, got)
	left, err := l.Remaining(ctx)
	require.NoError(t, err)
	require.Equal(t, time.Minute, left)
	s.FastForward(time.Minute)
	got, err = l.Acquire(ctx)
	require.NoError(t, err)
	require.True(t, got)
	require.NoError(t, l.Release(ctx))
	left, err = l.Remaining(ctx)
	require.NoError(t, err)
	require.Equal(t, time.Duration(-2), left)
}

// What is wrong with it: a process that died after SETNX holds the lock for all time.
func TestBeginnerLockIsLeftBehind(t *testing.T) {
	s, client := start(t)
	l := BeginnerLock{Client: client, Key: "l", TTL: time.Minute}
	require.True(t, client.SetNX(ctx, l.Key, "locked", 0).Val()) // and the process is gone
	s.FastForward(1000 * time.Hour)
	got, err := l.Acquire(ctx)
	require.NoError(t, err)
	require.False(t, got)
	left, err := l.Remaining(ctx)
	require.NoError(t, err)
	require.Equal(t, time.Duration(-1), left)
}

// And the other thing: who is late frees the lock of another.
func TestBeginnerLockIsFreedByAnother(t *testing.T) {
	s, client := start(t)
	l := BeginnerLock{Client: client, Key: "l", TTL: time.Minute}
	l.Acquire(ctx)
	s.FastForward(time.Minute)
	l.Acquire(ctx) // another process
	require.NoError(t, l.Release(ctx))
	require.False(t, s.Exists("l"))
}

func TestLock(t *testing.T) {
	s, client := start(t)
	l := acquire(t, client, time.Minute)
	require.NotNil(t, l)
	require.Nil(t, acquire(t, client, time.Minute))
	s.FastForward(59 * time.Second)
	require.NoError(t, l.Extend(ctx, time.Minute))
	s.FastForward(59 * time.Second)
	require.Nil(t, acquire(t, client, time.Minute))
	require.NoError(t, l.Release(ctx))
	require.Equal(t, ErrNotHeld, l.Release(ctx))
	require.NotNil(t, acquire(t, client, time.Minute))
}

func TestLockOfAnotherStays(t *testing.T) {
	s, client := start(t)
	late := acquire(t, client, time.Minute)
	s.FastForward(time.Minute)
	next := acquire(t, client, time.Minute)
	require.NotNil(t, next)
	require.Equal(t, ErrNotHeld, late.Release(ctx))
	require.Equal(t, ErrNotHeld, late.Extend(ctx, time.Hour))
	require.NoError(t, next.Release(ctx))
}

// A server that was restarted knows no scripts; they are sent again.
func TestLockWhoseScriptsAreUnknown(t *testing.T) {
	_, client := start(t)
	for range 2 {
		l := acquire(t, client, time.Minute)
		require.NoError(t, client.ScriptFlush(ctx).Err())
		require.NoError(t, l.Extend(ctx, time.Hour))
		require.NoError(t, client.ScriptFlush(ctx).Err())
		require.NoError(t, l.Release(ctx))
	}
}

func TestOneAtATime(t *testing.T) {
	_, client := start(t)
	var inside, visits atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				l, err := Wait(ctx, client, "l", time.Minute)
				if err != nil || inside.Add(1) != 1 {
					t.Errorf("two inside, or %v", err)
					return
				}
				visits.Add(1)
				inside.Add(-1)
				if err := l.Release(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	require.Equal(t, int64(160), visits.Load())
}

func TestWaitEnds(t *testing.T) {
	_, client := start(t)
	acquire(t, client, time.Minute)
	ended, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	_, err := Wait(ended, client, "l", time.Minute)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestRun(t *testing.T) {
	_, client := start(t)
	require.NoError(t, run(ctx, client))
}
