package main

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/miniredis"
)

func start(t *testing.T) Queue {
	s := miniredis.RunT(t)
	client := redis.NewClient(&redis.Options{Addr: s.Addr()})
	t.Cleanup(func() { client.Close() })
	return Queue{Client: client, Key: "q"}
}

// ledger notes how often each job was done.
type ledger struct {
	mu   sync.Mutex
	jobs map[string]int
}

func (l *ledger) note(job string) (total int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.jobs[job]++
	return len(l.jobs)
}

func TestEveryJobOnce(t *testing.T) {
	const producers, each = 4, 250
	q := start(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	l := ledger{jobs: map[string]int{}}
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			q.Work(ctx, func(job string) {
				if l.note(job) == producers*each {
					stop()
				}
			})
		})
	}
	require.NoError(t, produce(ctx, q, producers, each))
	workers.Wait()
	require.Len(t, l.jobs, producers*each)
	for job, times := range l.jobs {
		require.Equal(t, 1, times, job)
	}
}

// Workers that are stopped in the middle leave the rest in the queue, and nothing is lost in between.
func TestStopLosesNothing(t *testing.T) {
	const jobs = 1000
	q := start(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	require.NoError(t, produce(ctx, q, 1, jobs))
	l := ledger{jobs: map[string]int{}}
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			q.Work(ctx, func(job string) {
				if l.note(job) == jobs/4 {
					stop()
				}
			})
		})
	}
	workers.Wait()
	left, err := q.Left(context.Background())
	require.NoError(t, err)
	require.NotZero(t, left)
	require.Equal(t, jobs, len(l.jobs)+int(left))
}

func TestOrder(t *testing.T) {
	q := start(t)
	ctx := context.Background()
	_, ok, err := q.Take(ctx)
	require.NoError(t, err)
	require.False(t, ok)
	require.NoError(t, q.Put(ctx, "0", "1"))
	require.NoError(t, q.Put(ctx, "2"))
	for i := range 3 {
		job, ok, err := q.Take(ctx)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, fmt.Sprint(i), job)
	}
}

func TestRun(t *testing.T) {
	require.NoError(t, run(context.Background(), start(t), 4, 50))
}
