package goredis

//lint:file-ignore SA1019 commands that are deprecated are commands too, and their methods are tested with them

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// waits runs a call that must wait, and returns what gives its result when something has ended the wait.
func waits[T any](t *testing.T, e *env, call func() (T, error)) (result func() (T, error)) {
	t.Helper()
	type outcome struct {
		val T
		err error
	}
	before := e.blocked(t)
	done := make(chan outcome, 1)
	go func() {
		val, err := call()
		done <- outcome{val, err}
	}()
	require.Eventually(t, func() bool { return e.blocked(t) == before+1 }, patience, tick)
	return func() (T, error) {
		select {
		case o := <-done:
			return o.val, o.err
		case <-time.After(patience):
			var none T
			require.Fail(t, "still waiting")
			return none, nil
		}
	}
}

// blocked is the number of clients that wait.
func (e *env) blocked(t *testing.T) int {
	t.Helper()
	list, err := e.rdb.ClientList(ctx).Result()
	require.NoError(t, err)
	return strings.Count(list, " flags=b ")
}

// ends requires that a wait has had this result.
func ends[T any](t *testing.T, want T, result func() (T, error)) {
	t.Helper()
	got, err := result()
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// runsOut requires that a wait ends when its time has run out.
func runsOut[T any](t *testing.T, e *env, d time.Duration, call func() (T, error)) {
	t.Helper()
	result := waits(t, e, call)
	e.s.FastForward(d)
	_, err := result()
	require.Equal(t, redis.Nil, err)
}

// popped is what commands say that reply a key and elements.
type popped struct {
	key      string
	elements any
}

var blockingTable = table{
	"wait": func(t *testing.T, e *env) {
		want(t, 0, e.rdb.Wait(ctx, 0, time.Second))
		result := waits(t, e, func() (int64, error) { return e.rdb.Wait(ctx, 1, time.Second).Result() })
		e.s.FastForward(time.Second)
		ends(t, 0, result)
	},
	"waitaof": func(t *testing.T, e *env) {
		refused(t, "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.", e.rdb.WaitAOF(ctx, 1, 0, 0))
		e.restart(t, "--dir", t.TempDir(), "--appendonly", "yes", "--appendfsync", "always")
		conn := e.conn(t)
		want(t, "OK", conn.Set(ctx, "k", "v", 0))
		want(t, any([]any{int64(1), int64(0)}), conn.Do(ctx, "waitaof", 1, 0, 0))
	},
	"blpop": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, []string{"l", "a"}, e.rdb.BLPop(ctx, 0, "none", "l"))
		call := func() ([]string, error) { return e.rdb.BLPop(ctx, time.Second, "none", "q").Result() }
		runsOut(t, e, time.Second, call)
		result := waits(t, e, call)
		want(t, 2, e.rdb.RPush(ctx, "q", "x", "y"))
		ends(t, []string{"q", "x"}, result)
		refused(t, errWrongType, e.rdb.BLPop(ctx, 0, "s"))
	},
	"brpop": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, []string{"l", "c"}, e.rdb.BRPop(ctx, 0, "none", "l"))
		call := func() ([]string, error) { return e.rdb.BRPop(ctx, time.Second, "q").Result() }
		runsOut(t, e, time.Second, call)
		result := waits(t, e, call)
		want(t, 2, e.rdb.RPush(ctx, "q", "x", "y"))
		ends(t, []string{"q", "y"}, result)
	},
	"blmpop": func(t *testing.T, e *env) {
		fill(t, e)
		call := func() (p popped, err error) {
			p.key, p.elements, err = e.rdb.BLMPop(ctx, time.Second, "left", 2, "none", "l").Result()
			return p, err
		}
		ends(t, popped{"l", []string{"a", "b"}}, call)
		ends(t, popped{"l", []string{"c"}}, call)
		runsOut(t, e, time.Second, call)
		result := waits(t, e, call)
		want(t, 1, e.rdb.RPush(ctx, "l", "x"))
		ends(t, popped{"l", []string{"x"}}, result)
	},
	"blmove": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "a", e.rdb.BLMove(ctx, "l", "to", "left", "right", 0))
		call := func() (string, error) { return e.rdb.BLMove(ctx, "none", "to", "left", "right", time.Second).Result() }
		runsOut(t, e, time.Second, call)
		result := waits(t, e, call)
		want(t, 1, e.rdb.RPush(ctx, "none", "x"))
		ends(t, "x", result)
		want(t, []string{"a", "x"}, e.rdb.LRange(ctx, "to", 0, -1))
	},
	"brpoplpush": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "c", e.rdb.BRPopLPush(ctx, "l", "to", 0))
		call := func() (string, error) { return e.rdb.BRPopLPush(ctx, "none", "to", time.Second).Result() }
		runsOut(t, e, time.Second, call)
		result := waits(t, e, call)
		want(t, 1, e.rdb.RPush(ctx, "none", "x"))
		ends(t, "x", result)
	},
	"bzpopmin": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, &redis.ZWithKey{Key: "z", Z: redis.Z{Score: 1, Member: "a"}}, e.rdb.BZPopMin(ctx, 0, "none", "z"))
		call := func() (*redis.ZWithKey, error) { return e.rdb.BZPopMin(ctx, time.Second, "none").Result() }
		runsOut(t, e, time.Second, call)
		result := waits(t, e, call)
		want(t, 1, e.rdb.ZAdd(ctx, "none", redis.Z{Score: 2.5, Member: "x"}))
		ends(t, &redis.ZWithKey{Key: "none", Z: redis.Z{Score: 2.5, Member: "x"}}, result)
	},
	"bzpopmax": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, &redis.ZWithKey{Key: "more", Z: redis.Z{Score: 30, Member: "e"}}, e.rdb.BZPopMax(ctx, 0, "none", "more"))
		call := func() (*redis.ZWithKey, error) { return e.rdb.BZPopMax(ctx, time.Second, "none").Result() }
		runsOut(t, e, time.Second, call)
		result := waits(t, e, call)
		want(t, 1, e.rdb.ZAdd(ctx, "none", redis.Z{Score: 2.5, Member: "x"}))
		ends(t, &redis.ZWithKey{Key: "none", Z: redis.Z{Score: 2.5, Member: "x"}}, result)
	},
	"bzmpop": func(t *testing.T, e *env) {
		ranked(t, e)
		call := func() (p popped, err error) {
			p.key, p.elements, err = e.rdb.BZMPop(ctx, time.Second, "max", 2, "none", "more").Result()
			return p, err
		}
		ends(t, popped{"more", z("e", 30.0, "d", 20.0)}, call)
		require.NoError(t, e.rdb.Del(ctx, "more").Err())
		runsOut(t, e, time.Second, call)
		result := waits(t, e, call)
		want(t, 1, e.rdb.ZAdd(ctx, "more", redis.Z{Score: 1, Member: "x"}))
		ends(t, popped{"more", z("x", 1.0)}, result)
	},
}

func TestStreamsAreWaitedFor(t *testing.T) {
	bothProtocols(t, func(t *testing.T, e *env) {
		read := func() ([]redis.XStream, error) {
			return e.rdb.XRead(ctx, &redis.XReadArgs{Streams: []string{"s", "none", "$", "$"}, Block: time.Second}).Result()
		}
		runsOut(t, e, time.Second, read)
		result := waits(t, e, read)
		want(t, "5-1", e.rdb.XAdd(ctx, &redis.XAddArgs{Stream: "s", ID: "5-1", Values: []string{"f", "v"}}))
		entry := []redis.XStream{{Stream: "s", Messages: []redis.XMessage{{ID: "5-1", Values: map[string]any{"f": "v"}}}}}
		ends(t, entry, result)
		require.NoError(t, e.rdb.XGroupCreate(ctx, "s", "g", "$").Err())
		group := func() ([]redis.XStream, error) {
			return e.rdb.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "g", Consumer: "c", Streams: []string{"s", ">"}, Block: time.Second}).Result()
		}
		runsOut(t, e, time.Second, group)
		result = waits(t, e, group)
		want(t, "6-1", e.rdb.XAdd(ctx, &redis.XAddArgs{Stream: "s", ID: "6-1", Values: []string{"f", "v"}}))
		entry[0].Messages[0].ID = "6-1"
		ends(t, entry, result)
		result = waits(t, e, group)
		want(t, 1, e.rdb.Del(ctx, "s"))
		_, err := result()
		require.ErrorContains(t, err, "NOGROUP")
	})
}

// What is put into the server without a client wakes clients too.
func TestAccessorsWakeWhoWaits(t *testing.T) {
	bothProtocols(t, func(t *testing.T, e *env) {
		result := waits(t, e, func() ([]string, error) { return e.rdb.BLPop(ctx, 0, "q").Result() })
		_, err := e.s.Push("q", "x", "y")
		require.NoError(t, err)
		ends(t, []string{"q", "x"}, result)
		list, err := e.s.List("q")
		require.NoError(t, err)
		require.Equal(t, []string{"y"}, list)
	})
}
