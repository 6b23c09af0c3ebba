package goredis

//lint:file-ignore SA1019 commands that are deprecated are commands too, and their methods are tested with them

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

const errWrongType = "WRONGTYPE Operation against a key holding the wrong kind of value"

var stringsTable = table{
	"append": func(t *testing.T, e *env) {
		want(t, 3, e.rdb.Append(ctx, "k", "abc"))
		want(t, 5, e.rdb.Append(ctx, "k", "de"))
		want(t, "abcde", e.rdb.Get(ctx, "k"))
	},
	"decr": func(t *testing.T, e *env) {
		want(t, -1, e.rdb.Decr(ctx, "k"))
		want(t, -2, e.rdb.Decr(ctx, "k"))
	},
	"decrby": func(t *testing.T, e *env) {
		want(t, -10, e.rdb.DecrBy(ctx, "k", 10))
		want(t, 0, e.rdb.DecrBy(ctx, "k", -10))
	},
	"delex": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.Set(ctx, "lock", "token", time.Minute))
		want(t, 0, e.rdb.DelExArgs(ctx, "lock", redis.DelExArgs{Mode: "IFEQ", MatchValue: "other"}))
		want(t, 0, e.rdb.DelExArgs(ctx, "lock", redis.DelExArgs{Mode: "IFDNE", MatchDigest: got(t, e.rdb.Digest(ctx, "lock"))}))
		want(t, 1, e.rdb.DelExArgs(ctx, "lock", redis.DelExArgs{Mode: "IFEQ", MatchValue: "token"}))
		want(t, 1, e.rdb.LPush(ctx, "l", "a"))
		refused(t, "ERR Key should be of string type if conditions are specified", e.rdb.DelExArgs(ctx, "l", redis.DelExArgs{Mode: "IFNE", MatchValue: "a"}))
		want(t, 1, e.rdb.DelExArgs(ctx, "l", redis.DelExArgs{}))
	},
	"digest": func(t *testing.T, e *env) {
		for v, digest := range map[string]uint64{"": 0x2d06800538d394c2, "v": 0xf7042be43fb80714, "12345": 0xf34099ede96b5581} {
			want(t, "OK", e.rdb.Set(ctx, "k", v, 0))
			want(t, digest, e.rdb.Digest(ctx, "k"))
		}
		require.Equal(t, redis.Nil, e.rdb.Digest(ctx, "none").Err())
	},
	"get": func(t *testing.T, e *env) {
		require.Equal(t, redis.Nil, e.rdb.Get(ctx, "k").Err())
		for _, v := range []string{"", "text", "a\x00\r\n\xff", strings.Repeat("long", 1<<18)} {
			want(t, "OK", e.rdb.Set(ctx, "k", v, 0))
			require.True(t, v == got(t, e.rdb.Get(ctx, "k")))
		}
		want(t, 1, e.rdb.LPush(ctx, "l", "a"))
		refused(t, errWrongType, e.rdb.Get(ctx, "l"))
	},
	"getdel": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.Set(ctx, "k", "v", 0))
		want(t, "v", e.rdb.GetDel(ctx, "k"))
		require.Equal(t, redis.Nil, e.rdb.GetDel(ctx, "k").Err())
	},
	"getex": func(t *testing.T, e *env) {
		require.Equal(t, redis.Nil, e.rdb.GetEx(ctx, "k", time.Minute).Err())
		want(t, "OK", e.rdb.Set(ctx, "k", "v", 0))
		for _, left := range []time.Duration{time.Minute, 1500 * time.Millisecond} {
			want(t, "v", e.rdb.GetEx(ctx, "k", left))
			want(t, left, e.rdb.PTTL(ctx, "k"))
		}
		want(t, "v", e.rdb.GetEx(ctx, "k", 0))
		want(t, -1, e.rdb.TTL(ctx, "k"))
	},
	"getrange": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.Set(ctx, "k", "This is a string", 0))
		want(t, "This", e.rdb.GetRange(ctx, "k", 0, 3))
		want(t, "ing", e.rdb.GetRange(ctx, "k", -3, -1))
		want(t, "", e.rdb.GetRange(ctx, "none", 0, -1))
	},
	"getset": func(t *testing.T, e *env) {
		require.Equal(t, redis.Nil, e.rdb.GetSet(ctx, "k", "first").Err())
		want(t, "first", e.rdb.GetSet(ctx, "k", "second"))
		want(t, "second", e.rdb.Get(ctx, "k"))
	},
	"incr": func(t *testing.T, e *env) {
		want(t, 1, e.rdb.Incr(ctx, "k"))
		want(t, 2, e.rdb.Incr(ctx, "k"))
		want(t, "OK", e.rdb.Set(ctx, "k", "v", 0))
		refused(t, "ERR value is not an integer or out of range", e.rdb.Incr(ctx, "k"))
	},
	"incrby": func(t *testing.T, e *env) {
		want(t, 1<<62, e.rdb.IncrBy(ctx, "k", 1<<62))
		refused(t, "ERR increment or decrement would overflow", e.rdb.IncrBy(ctx, "k", 1<<62))
		want(t, 0, e.rdb.IncrBy(ctx, "k", -1<<62))
	},
	"incrbyfloat": func(t *testing.T, e *env) {
		want(t, 10.5, e.rdb.IncrByFloat(ctx, "k", 10.5))
		want(t, 5500, e.rdb.IncrByFloat(ctx, "k", 5489.5))
		want(t, "5500", e.rdb.Get(ctx, "k"))
	},
	"lcs": lcs,
	"mget": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.MSet(ctx, "a", "1", "b", ""))
		want(t, 1, e.rdb.LPush(ctx, "l", "x"))
		want(t, []any{"1", nil, nil, ""}, e.rdb.MGet(ctx, "a", "none", "l", "b"))
	},
	"mset": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.MSet(ctx, map[string]any{"a": "1", "b": 2}))
		want(t, []any{"1", "2"}, e.rdb.MGet(ctx, "a", "b"))
	},
	"msetex": func(t *testing.T, e *env) {
		in := func(d time.Duration) *redis.ExpirationOption {
			return &redis.ExpirationOption{Mode: redis.PX, Value: d.Milliseconds()}
		}
		want(t, 1, e.rdb.MSetEX(ctx, redis.MSetEXArgs{Condition: redis.NX, Expiration: in(time.Minute)}, "a", "1", "b", "2"))
		want(t, 0, e.rdb.MSetEX(ctx, redis.MSetEXArgs{Condition: redis.NX}, "b", "3", "c", "4"))
		want(t, 0, e.rdb.MSetEX(ctx, redis.MSetEXArgs{Condition: redis.XX}, "b", "3", "c", "4"))
		want(t, []any{"1", "2", nil}, e.rdb.MGet(ctx, "a", "b", "c"))
		want(t, time.Minute, e.rdb.TTL(ctx, "b"))
	},
	"msetnx": func(t *testing.T, e *env) {
		want(t, true, e.rdb.MSetNX(ctx, "a", "1", "b", "2"))
		want(t, false, e.rdb.MSetNX(ctx, "b", "3", "c", "4"))
		want(t, []any{"1", "2", nil}, e.rdb.MGet(ctx, "a", "b", "c"))
	},
	"psetex": func(t *testing.T, e *env) {
		want(t, any("OK"), e.do("psetex", "k", 1500, "v"))
		want(t, 1500*time.Millisecond, e.rdb.PTTL(ctx, "k"))
	},
	"set": set,
	"setex": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.SetEx(ctx, "k", "v", time.Minute))
		want(t, time.Minute, e.rdb.TTL(ctx, "k"))
		refused(t, "ERR invalid expire time in 'setex' command", e.rdb.SetEx(ctx, "k", "v", -time.Second))
	},
	"setnx": func(t *testing.T, e *env) { // the client's SetNX is SET … NX
		want(t, any(int64(1)), e.do("setnx", "k", "v"))
		want(t, any(int64(0)), e.do("setnx", "k", "w"))
		want(t, "v", e.rdb.Get(ctx, "k"))
	},
	"setrange": func(t *testing.T, e *env) {
		want(t, 5, e.rdb.SetRange(ctx, "k", 3, "ab"))
		want(t, "\x00\x00\x00ab", e.rdb.Get(ctx, "k"))
	},
	"strlen": func(t *testing.T, e *env) {
		want(t, 0, e.rdb.StrLen(ctx, "k"))
		want(t, "OK", e.rdb.Set(ctx, "k", 12345, 0))
		want(t, 5, e.rdb.StrLen(ctx, "k"))
	},
	"substr": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.Set(ctx, "k", "abcdef", 0))
		want(t, any("bcd"), e.do("substr", "k", 1, 3))
	},
}

func lcs(t *testing.T, e *env) {
	want(t, "OK", e.rdb.MSet(ctx, "a", "ohmytext", "b", "mynewtext"))
	want(t, &redis.LCSMatch{MatchString: "mytext"}, e.rdb.LCS(ctx, &redis.LCSQuery{Key1: "a", Key2: "b"}))
	want(t, &redis.LCSMatch{Len: 6}, e.rdb.LCS(ctx, &redis.LCSQuery{Key1: "a", Key2: "b", Len: true}))
	text := redis.LCSMatchedPosition{Key1: redis.LCSPosition{Start: 4, End: 7}, Key2: redis.LCSPosition{Start: 5, End: 8}, MatchLen: 4}
	my := redis.LCSMatchedPosition{Key1: redis.LCSPosition{Start: 2, End: 3}, Key2: redis.LCSPosition{Start: 0, End: 1}, MatchLen: 2}
	query := &redis.LCSQuery{Key1: "a", Key2: "b", Idx: true, WithMatchLen: true}
	want(t, &redis.LCSMatch{Matches: []redis.LCSMatchedPosition{text, my}, Len: 6}, e.rdb.LCS(ctx, query))
	query.MinMatchLen = 3
	want(t, &redis.LCSMatch{Matches: []redis.LCSMatchedPosition{text}, Len: 6}, e.rdb.LCS(ctx, query))
}

func set(t *testing.T, e *env) {
	want(t, "OK", e.rdb.Set(ctx, "k", "v", time.Minute))
	want(t, time.Minute, e.rdb.TTL(ctx, "k"))
	want(t, "OK", e.rdb.Set(ctx, "k", "w", redis.KeepTTL))
	want(t, time.Minute, e.rdb.TTL(ctx, "k"))
	want(t, "OK", e.rdb.Set(ctx, "k", "x", 1500*time.Millisecond))
	want(t, 1500*time.Millisecond, e.rdb.PTTL(ctx, "k"))
	e.s.FastForward(1500 * time.Millisecond)
	want(t, false, e.rdb.SetXX(ctx, "k", "v", 0))
	want(t, true, e.rdb.SetNX(ctx, "k", "v", 0))
	want(t, false, e.rdb.SetNX(ctx, "k", "w", time.Minute))
	want(t, true, e.rdb.SetXX(ctx, "k", "w", time.Minute))
	want(t, "w", e.rdb.SetArgs(ctx, "k", "x", redis.SetArgs{Get: true, KeepTTL: true}))
	want(t, time.Minute, e.rdb.TTL(ctx, "k"))
	want(t, "OK", e.rdb.SetArgs(ctx, "k", "y", redis.SetArgs{ExpireAt: noon}))
	want(t, time.Duration(noon.Unix())*time.Second, e.rdb.ExpireTime(ctx, "k"))
	require.Equal(t, redis.Nil, e.rdb.SetArgs(ctx, "k", "z", redis.SetArgs{Mode: "NX"}).Err())
	require.Equal(t, redis.Nil, e.rdb.SetArgs(ctx, "new", "z", redis.SetArgs{Get: true}).Err())
	want(t, []any{"y", "z"}, e.rdb.MGet(ctx, "k", "new"))
	require.Equal(t, redis.Nil, e.rdb.SetIFEQ(ctx, "k", "x", "w", 0).Err())
	want(t, "OK", e.rdb.SetIFEQ(ctx, "k", "x", "y", time.Minute))
	want(t, "x", e.rdb.SetIFDEQGet(ctx, "k", "z", got(t, e.rdb.Digest(ctx, "k")), 0))
	want(t, "z", e.rdb.Get(ctx, "k"))
}
