package goredis

import (
	"math"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// ranked makes z a sorted set of a to d, and more one of c to e.
func ranked(t *testing.T, e *env) {
	t.Helper()
	want(t, 4, e.rdb.ZAdd(ctx, "z", redis.Z{Score: 1, Member: "a"}, redis.Z{Score: 2, Member: "b"}, redis.Z{Score: 2.5, Member: "c"}, redis.Z{Score: math.Inf(1), Member: "d"}))
	want(t, 3, e.rdb.ZAdd(ctx, "more", redis.Z{Score: 10, Member: "c"}, redis.Z{Score: 20, Member: "d"}, redis.Z{Score: 30, Member: "e"}))
	want(t, "OK", e.rdb.Set(ctx, "s", "v", 0))
}

// equals makes l a sorted set of a to d with one score.
func equals(t *testing.T, e *env) {
	t.Helper()
	want(t, 4, e.rdb.ZAdd(ctx, "l", redis.Z{Member: "a"}, redis.Z{Member: "b"}, redis.Z{Member: "c"}, redis.Z{Member: "d"}))
}

// z are members with their scores by turns.
func z(pairs ...any) []redis.Z {
	var all []redis.Z
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, redis.Z{Member: pairs[i], Score: pairs[i+1].(float64)})
	}
	return all
}

var both = redis.ZStore{Keys: []string{"z", "more"}}

var zsetsTable = table{
	"zadd": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 0, e.rdb.ZAddXX(ctx, "z", redis.Z{Score: 9, Member: "new"}))
		want(t, 2, e.rdb.ZAddArgs(ctx, "z", redis.ZAddArgs{GT: true, Ch: true, Members: z("a", 7.0, "b", 1.0, "n", 0.0)}))
		want(t, 8.5, e.rdb.ZAddArgsIncr(ctx, "z", redis.ZAddArgs{Members: z("a", 1.5)}))
		require.Equal(t, redis.Nil, e.rdb.ZAddArgsIncr(ctx, "z", redis.ZAddArgs{NX: true, Members: z("a", 1.5)}).Err())
		refused(t, errWrongType, e.rdb.ZAdd(ctx, "s", redis.Z{Member: "a"}))
	},
	"zincrby": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 1.1, e.rdb.ZIncrBy(ctx, "z", 0.1, "a"))
		want(t, -3.0, e.rdb.ZIncrBy(ctx, "fresh", -3, "a"))
		refused(t, "ERR resulting score is not a number (NaN)", e.rdb.ZIncrBy(ctx, "z", math.Inf(-1), "d"))
	},
	"zcard": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 4, e.rdb.ZCard(ctx, "z"))
		want(t, 0, e.rdb.ZCard(ctx, "none"))
	},
	"zscore": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 2.5, e.rdb.ZScore(ctx, "z", "c"))
		want(t, math.Inf(1), e.rdb.ZScore(ctx, "z", "d"))
		require.Equal(t, redis.Nil, e.rdb.ZScore(ctx, "z", "none").Err())
	},
	"zmscore": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, []float64{1, 0, 2}, e.rdb.ZMScore(ctx, "z", "a", "none", "b"))
	},
	"zcount": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 2, e.rdb.ZCount(ctx, "z", "(1", "2.5"))
		want(t, 4, e.rdb.ZCount(ctx, "z", "-inf", "+inf"))
	},
	"zlexcount": func(t *testing.T, e *env) {
		equals(t, e)
		want(t, 2, e.rdb.ZLexCount(ctx, "l", "(a", "[c"))
	},
	"zrank": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 1, e.rdb.ZRank(ctx, "z", "b"))
		want(t, redis.RankScore{Rank: 2, Score: 2.5}, e.rdb.ZRankWithScore(ctx, "z", "c"))
		require.Equal(t, redis.Nil, e.rdb.ZRank(ctx, "z", "none").Err())
	},
	"zrevrank": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 2, e.rdb.ZRevRank(ctx, "z", "b"))
		want(t, redis.RankScore{Rank: 1, Score: 2.5}, e.rdb.ZRevRankWithScore(ctx, "z", "c"))
	},
	"zrange": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, []string{"a", "b", "c", "d"}, e.rdb.ZRange(ctx, "z", 0, -1))
		want(t, z("b", 2.0, "c", 2.5), e.rdb.ZRangeWithScores(ctx, "z", 1, 2))
		want(t, []string{"c", "b"}, e.rdb.ZRangeArgs(ctx, redis.ZRangeArgs{Key: "z", Start: "(inf", Stop: 1, ByScore: true, Rev: true, Count: 2}))
	},
	"zrangestore": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 2, e.rdb.ZRangeStore(ctx, "s", redis.ZRangeArgs{Key: "z", Start: 2, Stop: 9}))
		want(t, z("c", 2.5, "d", math.Inf(1)), e.rdb.ZRangeWithScores(ctx, "s", 0, -1))
	},
	"zrevrange": func(t *testing.T, e *env) {
		ranked(t, e)
		//lint:ignore SA1019 programs still call it
		want(t, []string{"d", "c"}, e.rdb.ZRevRange(ctx, "z", 0, 1))
		want(t, z("a", 1.0), e.rdb.ZRevRangeWithScores(ctx, "z", -1, -1))
	},
	"zrangebyscore": func(t *testing.T, e *env) {
		ranked(t, e)
		//lint:ignore SA1019 programs still call it
		want(t, []string{"b", "c"}, e.rdb.ZRangeByScore(ctx, "z", &redis.ZRangeBy{Min: "2", Max: "(inf"}))
		want(t, z("c", 2.5), e.rdb.ZRangeByScoreWithScores(ctx, "z", &redis.ZRangeBy{Min: "2", Max: "inf", Offset: 1, Count: 1}))
	},
	"zrevrangebyscore": func(t *testing.T, e *env) {
		ranked(t, e)
		//lint:ignore SA1019 programs still call it
		want(t, []string{"c", "b"}, e.rdb.ZRevRangeByScore(ctx, "z", &redis.ZRangeBy{Min: "2", Max: "(inf"}))
	},
	"zrangebylex": func(t *testing.T, e *env) {
		equals(t, e)
		//lint:ignore SA1019 programs still call it
		want(t, []string{"b", "c"}, e.rdb.ZRangeByLex(ctx, "l", &redis.ZRangeBy{Min: "[b", Max: "(d"}))
	},
	"zrevrangebylex": func(t *testing.T, e *env) {
		equals(t, e)
		//lint:ignore SA1019 programs still call it
		want(t, []string{"d", "c"}, e.rdb.ZRevRangeByLex(ctx, "l", &redis.ZRangeBy{Min: "(b", Max: "+"}))
	},
	"zrem": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 2, e.rdb.ZRem(ctx, "z", "a", "none", "c"))
		want(t, 2, e.rdb.ZRem(ctx, "z", "b", "d"))
		want(t, 0, e.rdb.Exists(ctx, "z"))
	},
	"zremrangebyrank": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 2, e.rdb.ZRemRangeByRank(ctx, "z", 0, -3))
		want(t, []string{"c", "d"}, e.rdb.ZRange(ctx, "z", 0, -1))
	},
	"zremrangebyscore": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 3, e.rdb.ZRemRangeByScore(ctx, "z", "(1", "inf"))
	},
	"zremrangebylex": func(t *testing.T, e *env) {
		equals(t, e)
		want(t, 3, e.rdb.ZRemRangeByLex(ctx, "l", "-", "[c"))
	},
	"zpopmin": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, z("a", 1.0), e.rdb.ZPopMin(ctx, "z"))
		want(t, z("b", 2.0, "c", 2.5), e.rdb.ZPopMin(ctx, "z", 2))
		want(t, []redis.Z{}, e.rdb.ZPopMin(ctx, "none"))
	},
	"zpopmax": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, z("d", math.Inf(1)), e.rdb.ZPopMax(ctx, "z"))
		want(t, z("c", 2.5, "b", 2.0, "a", 1.0), e.rdb.ZPopMax(ctx, "z", 9))
	},
	"zmpop": func(t *testing.T, e *env) {
		ranked(t, e)
		key, popped, err := e.rdb.ZMPop(ctx, "max", 2, "none", "more", "z").Result()
		require.NoError(t, err)
		require.Equal(t, "more", key)
		require.Equal(t, z("e", 30.0, "d", 20.0), popped)
		require.Equal(t, redis.Nil, e.rdb.ZMPop(ctx, "min", 1, "none").Err())
	},
	"zrandmember": func(t *testing.T, e *env) {
		ranked(t, e)
		require.Len(t, got(t, e.rdb.ZRandMember(ctx, "z", -9)), 9)
		require.ElementsMatch(t, []string{"a", "b", "c", "d"}, got(t, e.rdb.ZRandMember(ctx, "z", 9)))
		require.Len(t, got(t, e.rdb.ZRandMemberWithScores(ctx, "z", 2)), 2)
		require.Contains(t, "abcd", e.do("zrandmember", "z").Val())
	},
	"zunion": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, []string{"a", "b", "c", "e", "d"}, e.rdb.ZUnion(ctx, both))
		want(t, z("a", 1.0, "b", 2.0, "c", 2.5, "d", 20.0, "e", 30.0), e.rdb.ZUnionWithScores(ctx, redis.ZStore{Keys: both.Keys, Aggregate: "min"}))
	},
	"zunionstore": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 2, e.rdb.SAdd(ctx, "plain", "a", "x"))
		want(t, 5, e.rdb.ZUnionStore(ctx, "s", &redis.ZStore{Keys: []string{"z", "plain"}, Weights: []float64{2, 3}}))
		want(t, z("x", 3.0, "b", 4.0, "a", 5.0, "c", 5.0, "d", math.Inf(1)), e.rdb.ZRangeWithScores(ctx, "s", 0, -1))
	},
	"zinter": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, []string{"c", "d"}, e.rdb.ZInter(ctx, &both))
		want(t, z("c", 12.5, "d", math.Inf(1)), e.rdb.ZInterWithScores(ctx, &both))
	},
	"zinterstore": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 2, e.rdb.ZInterStore(ctx, "z", &redis.ZStore{Keys: both.Keys, Aggregate: "max"}))
		want(t, z("c", 10.0, "d", math.Inf(1)), e.rdb.ZRangeWithScores(ctx, "z", 0, -1))
	},
	"zintercard": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 2, e.rdb.ZInterCard(ctx, 0, "z", "more"))
		want(t, 1, e.rdb.ZInterCard(ctx, 1, "z", "more"))
	},
	"zdiff": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, []string{"a", "b"}, e.rdb.ZDiff(ctx, "z", "more"))
		want(t, z("e", 30.0), e.rdb.ZDiffWithScores(ctx, "more", "z"))
	},
	"zdiffstore": func(t *testing.T, e *env) {
		ranked(t, e)
		want(t, 2, e.rdb.ZDiffStore(ctx, "s", "z", "more"))
		want(t, 0, e.rdb.ZDiffStore(ctx, "s", "z", "z"))
		want(t, 0, e.rdb.Exists(ctx, "s"))
	},
	"zscan": func(t *testing.T, e *env) {
		ranked(t, e)
		page, cursor, err := e.rdb.ZScan(ctx, "z", 0, "[ac]", 10).Result()
		require.NoError(t, err)
		require.Zero(t, cursor)
		require.Equal(t, []string{"a", "1", "c", "2.5"}, page)
	},
}
