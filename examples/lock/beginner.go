package main

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// BeginnerLock is the lock as one writes it first. It works, until something goes wrong; Lock (lock.go) is the one to use.
type BeginnerLock struct {
	Client *redis.Client
	Key    string
	TTL    time.Duration
}

// Acquire takes the lock, if nobody has it.
func (l BeginnerLock) Acquire(ctx context.Context) (bool, error) {
	got, err := l.Client.SetNX(ctx, l.Key, "locked", 0).Result() // no time to live: sends SETNX
	if err != nil || !got {
		return false, err
	}
	// A process that dies right here leaves a key without a time to live: the lock is taken for all time, and nobody
	// is left to free it. TTL says -1 then, which is how one finds out.
	return true, l.Client.Expire(ctx, l.Key, l.TTL).Err()
}

// Remaining is how long the lock is still taken: -1 when it will never be free again, -2 when it is free.
func (l BeginnerLock) Remaining(ctx context.Context) (time.Duration, error) {
	return l.Client.TTL(ctx, l.Key).Result()
}

// Release frees the lock: whoever has it. A process whose lock has run out meanwhile frees the lock of the next one.
func (l BeginnerLock) Release(ctx context.Context) error {
	return l.Client.Del(ctx, l.Key).Err()
}
