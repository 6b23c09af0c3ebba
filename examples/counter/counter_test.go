package main

import (
	"context"
	"sync"
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

func TestLikesAreExact(t *testing.T) {
	s, client := start(t)
	likes := Likes{client}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				likes.Like(ctx, "p")
				likes.Like(ctx, "p")
				likes.Unlike(ctx, "p")
			}
		})
	}
	all.Wait()
	s.CheckGet(t, "likes:p", "800")
}

func TestRate(t *testing.T) {
	s, client := start(t)
	now := time.Date(2030, 1, 1, 12, 0, 30, 0, time.UTC)
	s.SetTime(now)
	rate := Rate{Client: client, Limit: 2, Now: func() time.Time { return now }}
	allow := func(who string) bool {
		ok, err := rate.Allow(ctx, who)
		require.NoError(t, err)
		return ok
	}
	require.True(t, allow("alice"))
	require.True(t, allow("alice"))
	require.False(t, allow("alice"))
	require.True(t, allow("bob"), "everybody has a counter")

	pass := func(d time.Duration) {
		now = now.Add(d)
		s.SetTime(now)
	}
	pass(30 * time.Second)
	require.True(t, allow("alice"), "a new minute")
	require.Len(t, s.Keys(), 3)
	pass(90 * time.Second)
	require.Len(t, s.Keys(), 1, "old counters go")
	pass(time.Minute)
	require.Empty(t, s.Keys())
}

func TestRun(t *testing.T) {
	_, client := start(t)
	require.NoError(t, run(ctx, client))
}
