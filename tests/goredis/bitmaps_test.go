package goredis

import (
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

var bitmapsTable = table{
	"bitcount": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.Set(ctx, "s", "foobar", 0))
		want(t, 26, e.rdb.BitCount(ctx, "s", nil))
		want(t, 6, e.rdb.BitCount(ctx, "s", &redis.BitCount{Start: 1, End: 1}))
		want(t, 17, e.rdb.BitCount(ctx, "s", &redis.BitCount{Start: 5, End: 30, Unit: redis.BitCountIndexBit}))
		want(t, 0, e.rdb.BitCount(ctx, "none", nil))
		want(t, 1, e.rdb.RPush(ctx, "l", "x"))
		refused(t, errWrongType, e.rdb.BitCount(ctx, "l", nil))
	},
	"bitfield": func(t *testing.T, e *env) {
		want(t, []int64{1, 0}, e.rdb.BitField(ctx, "b", "INCRBY", "i5", 100, 1, "GET", "u4", 0))
		want(t, []int64{0, -1}, e.rdb.BitField(ctx, "b", "SET", "i64", "#3", -1, "GET", "i64", "#3"))
		replies, err := e.do("BITFIELD", "b", "OVERFLOW", "FAIL", "INCRBY", "u2", 0, 9, "GET", "u2", 0).Slice()
		require.NoError(t, err)
		require.Equal(t, []any{nil, int64(0)}, replies)
	},
	"bitfield_ro": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.Set(ctx, "s", "\x01\xff", 0))
		want(t, []int64{511, -1}, e.rdb.BitFieldRO(ctx, "s", "u9", 7, "i8", "#1"))
		refused(t, "ERR BITFIELD_RO only supports the GET subcommand", e.do("BITFIELD_RO", "s", "SET", "u8", 0, 1))
	},
	"bitop": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.MSet(ctx, "a", "\xf0\x0f", "b", "\xaa\xaa", "c", "\x01"))
		result := func(cmd *redis.IntCmd) string {
			t.Helper()
			want(t, 2, cmd)
			return got(t, e.rdb.Get(ctx, "d"))
		}
		require.Equal(t, "\xa0\x0a", result(e.rdb.BitOpAnd(ctx, "d", "a", "b")))
		require.Equal(t, "\xfb\xaf", result(e.rdb.BitOpOr(ctx, "d", "a", "b", "c")))
		require.Equal(t, "\x5b\xa5", result(e.rdb.BitOpXor(ctx, "d", "a", "b", "c")))
		require.Equal(t, "\x0f\xf0", result(e.rdb.BitOpNot(ctx, "d", "a")))
		require.Equal(t, "\x50\x05", result(e.rdb.BitOpDiff(ctx, "d", "a", "b")))
		require.Equal(t, "\x0b\xa0", result(e.rdb.BitOpDiff1(ctx, "d", "a", "b", "c")))
		require.Equal(t, "\xa0\x0a", result(e.rdb.BitOpAndOr(ctx, "d", "a", "b", "c")))
		require.Equal(t, "\x5b\xa5", result(e.rdb.BitOpOne(ctx, "d", "a", "b", "c")))
		want(t, 0, e.rdb.BitOpAnd(ctx, "d", "none"))
		want(t, 0, e.rdb.Exists(ctx, "d"))
	},
	"bitpos": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.Set(ctx, "s", "\xff\xf0\x00", 0))
		want(t, 12, e.rdb.BitPos(ctx, "s", 0))
		want(t, -1, e.rdb.BitPos(ctx, "s", 1, 2))
		want(t, 8, e.rdb.BitPos(ctx, "s", 1, 1, -1))
		want(t, 9, e.rdb.BitPosSpan(ctx, "s", 1, 9, 20, "bit"))
		want(t, -1, e.rdb.BitPos(ctx, "none", 1))
	},
	"getbit": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.Set(ctx, "s", "\x01", 0))
		want(t, 1, e.rdb.GetBit(ctx, "s", 7))
		want(t, 0, e.rdb.GetBit(ctx, "s", 6))
		want(t, 0, e.rdb.GetBit(ctx, "none", 1<<32-1))
		refused(t, "ERR bit offset is not an integer or out of range", e.rdb.GetBit(ctx, "s", 1<<32))
	},
	"setbit": func(t *testing.T, e *env) {
		want(t, 0, e.rdb.SetBit(ctx, "s", 15, 1))
		want(t, 1, e.rdb.SetBit(ctx, "s", 15, 0))
		want(t, 0, e.rdb.SetBit(ctx, "s", 0, 1))
		want(t, "\x80\x00", e.rdb.Get(ctx, "s"))
		refused(t, "ERR bit is not an integer or out of range", e.rdb.SetBit(ctx, "s", 0, 2))
	},
}
