package goredis

import (
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

var setsTable = table{
	"sadd": func(t *testing.T, e *env) {
		want(t, 2, e.rdb.SAdd(ctx, "s", "a", "b", "a"))
		want(t, 1, e.rdb.SAdd(ctx, "s", "b", 3))
		want(t, "OK", e.rdb.Set(ctx, "str", "v", 0))
		refused(t, errWrongType, e.rdb.SAdd(ctx, "str", "a"))
	},
	"scard": func(t *testing.T, e *env) {
		fillSets(t, e)
		want(t, 3, e.rdb.SCard(ctx, "s"))
		want(t, 0, e.rdb.SCard(ctx, "none"))
	},
	"sdiff": func(t *testing.T, e *env) {
		fillSets(t, e)
		require.ElementsMatch(t, []string{"a"}, e.rdb.SDiff(ctx, "s", "o").Val())
	},
	"sdiffstore": func(t *testing.T, e *env) {
		fillSets(t, e)
		want(t, 1, e.rdb.SDiffStore(ctx, "d", "s", "o"))
		require.ElementsMatch(t, []string{"a"}, e.rdb.SMembers(ctx, "d").Val())
	},
	"sinter": func(t *testing.T, e *env) {
		fillSets(t, e)
		require.ElementsMatch(t, []string{"b", "c"}, e.rdb.SInter(ctx, "s", "o").Val())
	},
	"sintercard": func(t *testing.T, e *env) {
		fillSets(t, e)
		want(t, 2, e.rdb.SInterCard(ctx, 0, "s", "o"))
		want(t, 1, e.rdb.SInterCard(ctx, 1, "s", "o"))
	},
	"sinterstore": func(t *testing.T, e *env) {
		fillSets(t, e)
		want(t, 2, e.rdb.SInterStore(ctx, "d", "s", "o"))
		require.ElementsMatch(t, []string{"b", "c"}, e.rdb.SMembers(ctx, "d").Val())
	},
	"sismember": func(t *testing.T, e *env) {
		fillSets(t, e)
		want(t, true, e.rdb.SIsMember(ctx, "s", "a"))
		want(t, false, e.rdb.SIsMember(ctx, "s", "x"))
	},
	"smembers": func(t *testing.T, e *env) {
		fillSets(t, e)
		require.ElementsMatch(t, []string{"a", "b", "c"}, e.rdb.SMembers(ctx, "s").Val())
		require.Equal(t, map[string]struct{}{"a": {}, "b": {}, "c": {}}, e.rdb.SMembersMap(ctx, "s").Val())
		require.Empty(t, e.rdb.SMembers(ctx, "none").Val())
	},
	"smismember": func(t *testing.T, e *env) {
		fillSets(t, e)
		want(t, []bool{true, false, true}, e.rdb.SMIsMember(ctx, "s", "a", "x", "c"))
	},
	"smove": func(t *testing.T, e *env) {
		fillSets(t, e)
		want(t, true, e.rdb.SMove(ctx, "s", "o", "a"))
		want(t, false, e.rdb.SMove(ctx, "s", "o", "a"))
		require.ElementsMatch(t, []string{"a", "b", "c", "d"}, e.rdb.SMembers(ctx, "o").Val())
	},
	"spop": func(t *testing.T, e *env) {
		fillSets(t, e)
		require.Contains(t, []string{"a", "b", "c"}, e.rdb.SPop(ctx, "s").Val())
		require.Len(t, e.rdb.SPopN(ctx, "s", 9).Val(), 2)
		require.Equal(t, redis.Nil, e.rdb.SPop(ctx, "s").Err())
		require.Empty(t, e.rdb.SPopN(ctx, "s", 9).Val())
	},
	"srandmember": func(t *testing.T, e *env) {
		fillSets(t, e)
		require.Contains(t, []string{"a", "b", "c"}, e.rdb.SRandMember(ctx, "s").Val())
		require.ElementsMatch(t, []string{"a", "b", "c"}, e.rdb.SRandMemberN(ctx, "s", 9).Val())
		require.Len(t, e.rdb.SRandMemberN(ctx, "s", -9).Val(), 9)
		require.Equal(t, redis.Nil, e.rdb.SRandMember(ctx, "none").Err())
	},
	"srem": func(t *testing.T, e *env) {
		fillSets(t, e)
		want(t, 2, e.rdb.SRem(ctx, "s", "a", "b", "x"))
		want(t, 1, e.rdb.SRem(ctx, "s", "c"))
		want(t, 0, e.rdb.Exists(ctx, "s"))
	},
	"sscan": func(t *testing.T, e *env) {
		for i := range 300 {
			e.rdb.SAdd(ctx, "s", i, "m")
		}
		seen := map[string]bool{}
		it := e.rdb.SScan(ctx, "s", 0, "", 7).Iterator()
		for it.Next(ctx) {
			seen[it.Val()] = true
		}
		require.NoError(t, it.Err())
		require.Len(t, seen, 301)
	},
	"sunion": func(t *testing.T, e *env) {
		fillSets(t, e)
		require.ElementsMatch(t, []string{"a", "b", "c", "d"}, e.rdb.SUnion(ctx, "s", "o").Val())
	},
	"sunionstore": func(t *testing.T, e *env) {
		fillSets(t, e)
		want(t, 4, e.rdb.SUnionStore(ctx, "d", "s", "o"))
		require.ElementsMatch(t, []string{"a", "b", "c", "d"}, e.rdb.SMembers(ctx, "d").Val())
	},
}

// fillSets makes s a, b and c, and o b, c and d.
func fillSets(t *testing.T, e *env) {
	t.Helper()
	want(t, 3, e.rdb.SAdd(ctx, "s", "a", "b", "c"))
	want(t, 3, e.rdb.SAdd(ctx, "o", "b", "c", "d"))
}
