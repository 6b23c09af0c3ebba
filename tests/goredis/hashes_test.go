package goredis

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// fillHash makes the hash h.
func fillHash(t *testing.T, e *env) {
	t.Helper()
	want(t, 2, e.rdb.HSet(ctx, "h", "a", 1, "b", "two"))
}

var filled = map[string]string{"a": "1", "b": "two"}

var hashesTable = table{
	"hset": func(t *testing.T, e *env) {
		want(t, 2, e.rdb.HSet(ctx, "h", map[string]any{"a": 1, "b": "\x00\r\n"}))
		want(t, 1, e.rdb.HSet(ctx, "h", "a", 2, "c", 3))
		want(t, "\x00\r\n", e.rdb.HGet(ctx, "h", "b"))
		want(t, "OK", e.rdb.Set(ctx, "s", "v", 0))
		refused(t, errWrongType, e.rdb.HSet(ctx, "s", "a", 1))
	},
	"hmset": func(t *testing.T, e *env) {
		want(t, true, e.rdb.HMSet(ctx, "h", "a", 1, "b", "two"))
		want(t, filled, e.rdb.HGetAll(ctx, "h"))
	},
	"hsetnx": func(t *testing.T, e *env) {
		want(t, true, e.rdb.HSetNX(ctx, "h", "a", 1))
		want(t, false, e.rdb.HSetNX(ctx, "h", "a", 2))
	},
	"hget": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, "two", e.rdb.HGet(ctx, "h", "b"))
		require.Equal(t, redis.Nil, e.rdb.HGet(ctx, "h", "c").Err())
		require.Equal(t, redis.Nil, e.rdb.HGet(ctx, "none", "c").Err())
	},
	"hmget": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, []any{"1", nil, "two"}, e.rdb.HMGet(ctx, "h", "a", "none", "b"))
	},
	"hgetall": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, filled, e.rdb.HGetAll(ctx, "h"))
		want(t, map[string]string{}, e.rdb.HGetAll(ctx, "none"))
	},
	"hkeys": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, []string{"a", "b"}, e.rdb.HKeys(ctx, "h"))
	},
	"hvals": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, []string{"1", "two"}, e.rdb.HVals(ctx, "h"))
	},
	"hdel": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, 1, e.rdb.HDel(ctx, "h", "a", "none"))
		want(t, 1, e.rdb.HDel(ctx, "h", "b"))
		want(t, 0, e.rdb.Exists(ctx, "h"))
	},
	"hexists": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, true, e.rdb.HExists(ctx, "h", "a"))
		want(t, false, e.rdb.HExists(ctx, "h", "none"))
	},
	"hlen": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, 2, e.rdb.HLen(ctx, "h"))
		want(t, 0, e.rdb.HLen(ctx, "none"))
	},
	"hstrlen": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, 3, e.rdb.HStrLen(ctx, "h", "b"))
	},
	"hincrby": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, 6, e.rdb.HIncrBy(ctx, "h", "a", 5))
		refused(t, "ERR hash value is not an integer", e.rdb.HIncrBy(ctx, "h", "b", 5))
	},
	"hincrbyfloat": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, 1.5, e.rdb.HIncrByFloat(ctx, "h", "a", 0.5))
	},
	"hrandfield": func(t *testing.T, e *env) {
		fillHash(t, e)
		require.ElementsMatch(t, []string{"a", "b"}, got(t, e.rdb.HRandField(ctx, "h", 5)))
		require.Len(t, got(t, e.rdb.HRandField(ctx, "h", -5)), 5)
		require.ElementsMatch(t, []redis.KeyValue{{Key: "a", Value: "1"}, {Key: "b", Value: "two"}},
			got(t, e.rdb.HRandFieldWithValues(ctx, "h", 5)))
	},
	"hscan": func(t *testing.T, e *env) {
		fillHash(t, e)
		fields, cursor, err := e.rdb.HScan(ctx, "h", 0, "a*", 10).Result()
		require.NoError(t, err)
		require.Zero(t, cursor)
		require.Equal(t, []string{"a", "1"}, fields)
		fields, _, err = e.rdb.HScanNoValues(ctx, "h", 0, "", 10).Result()
		require.NoError(t, err)
		require.Equal(t, []string{"a", "b"}, fields)
	},
	"hexpire": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, []int64{1, -2}, e.rdb.HExpire(ctx, "h", 10*time.Second, "a", "none"))
		want(t, []int64{0}, e.rdb.HExpireWithArgs(ctx, "h", 10*time.Second, redis.HExpireArgs{NX: true}, "a"))
		e.s.FastForward(9999 * time.Millisecond)
		want(t, "1", e.rdb.HGet(ctx, "h", "a"))
		e.s.FastForward(time.Millisecond)
		want(t, 1, e.rdb.HLen(ctx, "h"))
		want(t, map[string]string{"b": "two"}, e.rdb.HGetAll(ctx, "h"))
		want(t, []int64{1}, e.rdb.HExpire(ctx, "h", time.Second, "b"))
		e.s.FastForward(time.Second)
		want(t, 0, e.rdb.DBSize(ctx))
	},
	"hpexpire": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, []int64{1}, e.rdb.HPExpire(ctx, "h", 1500*time.Millisecond, "a"))
		want(t, []int64{1500}, e.rdb.HPTTL(ctx, "h", "a"))
	},
	"hexpireat": func(t *testing.T, e *env) {
		fillHash(t, e)
		now := time.Unix(1_700_000_000, 0)
		e.s.SetTime(now)
		want(t, []int64{1}, e.rdb.HExpireAt(ctx, "h", now.Add(time.Minute), "a"))
		want(t, []int64{60}, e.rdb.HTTL(ctx, "h", "a"))
		want(t, []int64{2}, e.rdb.HExpireAt(ctx, "h", now.Add(-time.Minute), "a"))
	},
	"hpexpireat": func(t *testing.T, e *env) {
		fillHash(t, e)
		now := time.Unix(1_700_000_000, 0)
		e.s.SetTime(now)
		want(t, []int64{1}, e.rdb.HPExpireAt(ctx, "h", now.Add(1500*time.Millisecond), "a"))
		want(t, []int64{1500}, e.rdb.HPTTL(ctx, "h", "a"))
	},
	"httl": func(t *testing.T, e *env) {
		fillHash(t, e)
		e.rdb.HExpire(ctx, "h", 10*time.Second, "a")
		want(t, []int64{10, -1, -2}, e.rdb.HTTL(ctx, "h", "a", "b", "none"))
	},
	"hpttl": func(t *testing.T, e *env) {
		fillHash(t, e)
		e.rdb.HExpire(ctx, "h", 10*time.Second, "a")
		want(t, []int64{10000, -1, -2}, e.rdb.HPTTL(ctx, "h", "a", "b", "none"))
	},
	"hexpiretime": func(t *testing.T, e *env) {
		fillHash(t, e)
		e.rdb.HExpireAt(ctx, "h", time.Unix(4_102_444_800, 0), "a")
		want(t, []int64{4_102_444_800, -1}, e.rdb.HExpireTime(ctx, "h", "a", "b"))
	},
	"hpexpiretime": func(t *testing.T, e *env) {
		fillHash(t, e)
		e.rdb.HExpireAt(ctx, "h", time.Unix(4_102_444_800, 0), "a")
		want(t, []int64{4_102_444_800_000, -1}, e.rdb.HPExpireTime(ctx, "h", "a", "b"))
	},
	"hpersist": func(t *testing.T, e *env) {
		fillHash(t, e)
		e.rdb.HExpire(ctx, "h", 10*time.Second, "a")
		want(t, []int64{1, -1, -2}, e.rdb.HPersist(ctx, "h", "a", "b", "none"))
		e.s.FastForward(time.Minute)
		want(t, filled, e.rdb.HGetAll(ctx, "h"))
	},
	"hgetdel": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, []string{"1", ""}, e.rdb.HGetDel(ctx, "h", "a", "none"))
		want(t, 1, e.rdb.HLen(ctx, "h"))
	},
	"hgetex": func(t *testing.T, e *env) {
		fillHash(t, e)
		want(t, []string{"1"}, e.rdb.HGetEXWithArgs(ctx, "h", &redis.HGetEXOptions{ExpirationType: redis.HGetEXExpirationEX, ExpirationVal: 10}, "a"))
		want(t, []int64{10}, e.rdb.HTTL(ctx, "h", "a"))
		want(t, []string{"1"}, e.rdb.HGetEXWithArgs(ctx, "h", &redis.HGetEXOptions{ExpirationType: redis.HGetEXExpirationPERSIST}, "a"))
		want(t, []int64{-1}, e.rdb.HTTL(ctx, "h", "a"))
		want(t, []string{"two"}, e.rdb.HGetEX(ctx, "h", "b"))
	},
	"hsetex": func(t *testing.T, e *env) {
		want(t, 1, e.rdb.HSetEXWithArgs(ctx, "h", &redis.HSetEXOptions{Condition: redis.HSetEXFNX,
			ExpirationType: redis.HSetEXExpirationEX, ExpirationVal: 10}, "a", "1", "b", "two"))
		want(t, []int64{10, 10}, e.rdb.HTTL(ctx, "h", "a", "b"))
		want(t, 0, e.rdb.HSetEXWithArgs(ctx, "h", &redis.HSetEXOptions{Condition: redis.HSetEXFNX}, "c", "1", "b", "two"))
		want(t, 1, e.rdb.HSetEX(ctx, "h", "a", "2"))
		want(t, []int64{-1, 10}, e.rdb.HTTL(ctx, "h", "a", "b"))
	},
}
