package main

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrNotHeld says that the lock was not ours any more: its time had run out.
var ErrNotHeld = errors.New("the lock is not held")

// The scripts compare the token and then do something to the key, as one step: nothing else runs on the server meanwhile.
// Between a GET and a DEL of the client's the lock might run out and be taken by another.
var (
	release = redis.NewScript(`
		if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
		return redis.call("DEL", KEYS[1])`)
	extend = redis.NewScript(`
		if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
		return redis.call("PEXPIRE", KEYS[1], ARGV[2])`)
)

// Lock is a lock that one client at a time holds, at most for a time. It is made by Acquire.
//
// Its value is a random token, by which the holder knows that the lock is still the one that it took.
type Lock struct {
	client *redis.Client
	key    string
	token  string
}

// Acquire takes the lock called key; nil when somebody else has it. Value and time to live come with one command, so
// that there is no moment at which a lock has none.
func Acquire(ctx context.Context, client *redis.Client, key string, ttl time.Duration) (*Lock, error) {
	l := &Lock{client: client, key: key, token: rand.Text()}
	got, err := client.SetNX(ctx, key, l.token, ttl).Result() // with a time to live it sends SET key token PX ttl NX
	if err != nil || !got {
		return nil, err
	}
	return l, nil
}

// Wait is Acquire that tries again until it gets the lock or ctx ends.
func Wait(ctx context.Context, client *redis.Client, key string, ttl time.Duration) (*Lock, error) {
	for {
		l, err := Acquire(ctx, client, key, ttl)
		if l != nil || err != nil {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Release frees the lock if it is still ours, and says ErrNotHeld if not.
func (l *Lock) Release(ctx context.Context) error {
	return l.ifHeld(ctx, release)
}

// Extend makes the lock ours for ttl from now on, if it still is, and says ErrNotHeld if not.
func (l *Lock) Extend(ctx context.Context, ttl time.Duration) error {
	return l.ifHeld(ctx, extend, ttl.Milliseconds())
}

// ifHeld runs one of the scripts. Run sends EVALSHA, and the script's text only to a server that does not know it yet.
func (l *Lock) ifHeld(ctx context.Context, script *redis.Script, args ...any) error {
	done, err := script.Run(ctx, l.client, []string{l.key}, append([]any{l.token}, args...)...).Int()
	if err == nil && done == 0 {
		return ErrNotHeld
	}
	return err
}
