package main

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// Queue is a list on the server: producers push jobs behind the last one, workers pop the first one.
type Queue struct {
	Client *redis.Client
	Key    string
}

// Put adds jobs, in their order.
func (q Queue) Put(ctx context.Context, jobs ...string) error {
	args := make([]any, len(jobs))
	for i, j := range jobs {
		args[i] = j
	}
	return q.Client.RPush(ctx, q.Key, args...).Err()
}

// Take takes the oldest job; ok is false when there is none. LPOP hands each element to one client only, so no two
// workers ever get the same job.
func (q Queue) Take(ctx context.Context) (job string, ok bool, err error) {
	job, err = q.Client.LPop(ctx, q.Key).Result()
	if errors.Is(err, redis.Nil) {
		return "", false, nil
	}
	return job, err == nil, err
}

// Left is the number of jobs that wait.
func (q Queue) Left(ctx context.Context) (int64, error) { return q.Client.LLen(ctx, q.Key).Result() }

// idle is how long a worker waits when there is nothing to do before it looks again.
const idle = 10 * time.Millisecond

// Work takes jobs and does them until ctx ends. The job at hand is finished first, so that stopping loses nothing.
//
// What is lost is the job of a worker whose machine dies: the job is in nobody's hands then. Whoever cannot afford that
// keeps jobs in a second list while they are being done.
func (q Queue) Work(ctx context.Context, do func(job string)) error {
	for ctx.Err() == nil {
		// Take must not be cut short by the end of ctx: the server may have popped a job whose reply nobody would read.
		job, ok, err := q.Take(context.WithoutCancel(ctx))
		switch {
		case err != nil:
			return err
		case ok:
			do(job)
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(idle):
		}
	}
	return nil
}
