package goredis

//lint:file-ignore SA1019 commands that are deprecated are commands too, and their methods are tested with them

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
	"linsert": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, 4, e.rdb.LInsertBefore(ctx, "l", "b", "x"))
		want(t, 5, e.rdb.LInsertAfter(ctx, "l", "c", 7))
		want(t, -1, e.rdb.LInsertAfter(ctx, "l", "nothing", "x"))
		want(t, 0, e.rdb.LInsertBefore(ctx, "none", "b", "x"))
		want(t, []string{"a", "x", "b", "c", "7"}, e.rdb.LRange(ctx, "l", 0, -1))
		refused(t, errWrongType, e.rdb.LInsertBefore(ctx, "s", "b", "x"))
	},
	"llen": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, 3, e.rdb.LLen(ctx, "l"))
		want(t, 0, e.rdb.LLen(ctx, "none"))
		refused(t, errWrongType, e.rdb.LLen(ctx, "s"))
	},
	"lmove": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "a", e.rdb.LMove(ctx, "l", "other", "LEFT", "RIGHT"))
		want(t, "c", e.rdb.LMove(ctx, "l", "other", "RIGHT", "LEFT"))
		want(t, []string{"c", "a"}, e.rdb.LRange(ctx, "other", 0, -1))
		want(t, "b", e.rdb.LMove(ctx, "l", "l", "LEFT", "RIGHT"))
		require.Equal(t, redis.Nil, e.rdb.LMove(ctx, "none", "l", "LEFT", "LEFT").Err())
		refused(t, errWrongType, e.rdb.LMove(ctx, "l", "s", "LEFT", "LEFT"))
	},
	"lmpop": func(t *testing.T, e *env) {
		fill(t, e)
		key, elements, err := e.rdb.LMPop(ctx, "right", 2, "none", "l").Result()
		require.NoError(t, err)
		require.Equal(t, "l", key)
		require.Equal(t, []string{"c", "b"}, elements)
		key, elements, err = e.rdb.LMPop(ctx, "left", 9, "l").Result()
		require.NoError(t, err)
		require.Equal(t, "l", key)
		require.Equal(t, []string{"a"}, elements)
		require.Equal(t, redis.Nil, e.rdb.LMPop(ctx, "left", 1, "none", "l").Err())
		refused(t, errWrongType, e.rdb.LMPop(ctx, "left", 1, "s"))
	},
	"lpop": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "a", e.rdb.LPop(ctx, "l"))
		want(t, []string{"b", "c"}, e.rdb.LPopCount(ctx, "l", 9))
		require.Equal(t, redis.Nil, e.rdb.LPop(ctx, "l").Err())
		require.Equal(t, redis.Nil, e.rdb.LPopCount(ctx, "l", 2).Err())
	},
	"lpos": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, 4, e.rdb.RPush(ctx, "l", "a"))
		want(t, 0, e.rdb.LPos(ctx, "l", "a", redis.LPosArgs{}))
		want(t, 3, e.rdb.LPos(ctx, "l", "a", redis.LPosArgs{Rank: -1}))
		require.Equal(t, redis.Nil, e.rdb.LPos(ctx, "l", "a", redis.LPosArgs{Rank: 2, MaxLen: 3}).Err())
		want(t, []int64{3, 0}, e.rdb.LPosCount(ctx, "l", "a", 0, redis.LPosArgs{Rank: -1}))
		want(t, []int64{}, e.rdb.LPosCount(ctx, "none", "a", 5, redis.LPosArgs{}))
		refused(t, errWrongType, e.rdb.LPos(ctx, "s", "a", redis.LPosArgs{}))
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
	"lrem": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, 6, e.rdb.RPush(ctx, "l", "a", "b", "a"))
		want(t, 1, e.rdb.LRem(ctx, "l", -1, "a"))
		want(t, 2, e.rdb.LRem(ctx, "l", 0, "a"))
		want(t, []string{"b", "c", "b"}, e.rdb.LRange(ctx, "l", 0, -1))
		want(t, 0, e.rdb.LRem(ctx, "none", 1, "a"))
		refused(t, errWrongType, e.rdb.LRem(ctx, "s", 1, "a"))
	},
	"lset": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "OK", e.rdb.LSet(ctx, "l", 1, "x"))
		want(t, "OK", e.rdb.LSet(ctx, "l", -1, 5))
		want(t, []string{"a", "x", "5"}, e.rdb.LRange(ctx, "l", 0, -1))
		refused(t, "ERR index out of range", e.rdb.LSet(ctx, "l", 3, "x"))
		refused(t, "ERR no such key", e.rdb.LSet(ctx, "none", 0, "x"))
	},
	"ltrim": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "OK", e.rdb.LTrim(ctx, "l", 1, -1))
		want(t, []string{"b", "c"}, e.rdb.LRange(ctx, "l", 0, -1))
		want(t, "OK", e.rdb.LTrim(ctx, "l", 5, 9))
		want(t, 0, e.rdb.Exists(ctx, "l"))
		want(t, "OK", e.rdb.LTrim(ctx, "none", 0, 1))
	},
	"rpop": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "c", e.rdb.RPop(ctx, "l"))
		want(t, []string{"b", "a"}, e.rdb.RPopCount(ctx, "l", 2))
		require.Equal(t, redis.Nil, e.rdb.RPop(ctx, "l").Err())
		require.Equal(t, redis.Nil, e.rdb.RPopCount(ctx, "l", 2).Err())
	},
	"rpoplpush": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "c", e.rdb.RPopLPush(ctx, "l", "other"))
		want(t, "b", e.rdb.RPopLPush(ctx, "l", "other"))
		want(t, []string{"b", "c"}, e.rdb.LRange(ctx, "other", 0, -1))
		want(t, "c", e.rdb.RPopLPush(ctx, "other", "other"))
		require.Equal(t, redis.Nil, e.rdb.RPopLPush(ctx, "none", "l").Err())
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
