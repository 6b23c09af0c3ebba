package goredis

import (
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

var listsTable = table{
	"lindex": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "a", e.rdb.LIndex(ctx, "l", 0))
		want(t, "c", e.rdb.LIndex(ctx, "l", -1))
		require.Equal(t, redis.Nil, e.rdb.LIndex(ctx, "l", 3).Err())
	},
	"llen": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, 3, e.rdb.LLen(ctx, "l"))
		want(t, 0, e.rdb.LLen(ctx, "none"))
		refused(t, errWrongType, e.rdb.LLen(ctx, "s"))
	},
	"lpop": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "a", e.rdb.LPop(ctx, "l"))
		want(t, []string{"b", "c"}, e.rdb.LPopCount(ctx, "l", 9))
		require.Equal(t, redis.Nil, e.rdb.LPop(ctx, "l").Err())
		require.Equal(t, redis.Nil, e.rdb.LPopCount(ctx, "l", 2).Err())
	},
	"lpush": func(t *testing.T, e *env) {
		want(t, 2, e.rdb.LPush(ctx, "l", "a", "b"))
		want(t, 3, e.rdb.LPush(ctx, "l", 3))
		want(t, []string{"3", "b", "a"}, e.rdb.LRange(ctx, "l", 0, -1))
		want(t, "OK", e.rdb.Set(ctx, "s", "v", 0))
		refused(t, errWrongType, e.rdb.LPush(ctx, "s", "a"))
	},
	"lpushx": func(t *testing.T, e *env) {
		want(t, 0, e.rdb.LPushX(ctx, "l", "x"))
		fill(t, e)
		want(t, 5, e.rdb.LPushX(ctx, "l", "x", "y"))
		want(t, "y", e.rdb.LIndex(ctx, "l", 0))
	},
	"lrange": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, []string{"a", "b", "c"}, e.rdb.LRange(ctx, "l", 0, -1))
		want(t, []string{"b"}, e.rdb.LRange(ctx, "l", 1, 1))
		want(t, []string{}, e.rdb.LRange(ctx, "l", 5, 9))
		want(t, []string{}, e.rdb.LRange(ctx, "none", 0, -1))
	},
	"rpop": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "c", e.rdb.RPop(ctx, "l"))
		want(t, []string{"b", "a"}, e.rdb.RPopCount(ctx, "l", 2))
		require.Equal(t, redis.Nil, e.rdb.RPop(ctx, "l").Err())
		require.Equal(t, redis.Nil, e.rdb.RPopCount(ctx, "l", 2).Err())
	},
	"rpush": func(t *testing.T, e *env) {
		want(t, 2, e.rdb.RPush(ctx, "l", "a", "b"))
		want(t, 3, e.rdb.RPush(ctx, "l", "\x00\r\n"))
		want(t, []string{"a", "b", "\x00\r\n"}, e.rdb.LRange(ctx, "l", 0, -1))
	},
	"rpushx": func(t *testing.T, e *env) {
		want(t, 0, e.rdb.RPushX(ctx, "l", "x"))
		fill(t, e)
		want(t, 5, e.rdb.RPushX(ctx, "l", "x", "y"))
		want(t, "y", e.rdb.LIndex(ctx, "l", -1))
	},
}
