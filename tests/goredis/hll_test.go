package goredis

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const errNotHLL = "WRONGTYPE Key is not a valid HyperLogLog string value."

var hllTable = table{
	"pfadd": func(t *testing.T, e *env) {
		want(t, 1, e.rdb.PFAdd(ctx, "h", "a", "b"))
		want(t, 0, e.rdb.PFAdd(ctx, "h", "a", "b"))
		want(t, 1, e.rdb.PFAdd(ctx, "h", "c", 5))
		want(t, 1, e.rdb.PFAdd(ctx, "empty"))
		want(t, "OK", e.rdb.Set(ctx, "s", "v", 0))
		refused(t, errNotHLL, e.rdb.PFAdd(ctx, "s", "a"))
	},
	"pfcount": func(t *testing.T, e *env) {
		want(t, 1, e.rdb.PFAdd(ctx, "h", "a", "b", "c"))
		want(t, 1, e.rdb.PFAdd(ctx, "i", "c", "d"))
		want(t, 3, e.rdb.PFCount(ctx, "h"))
		want(t, 4, e.rdb.PFCount(ctx, "h", "i", "none"))
		want(t, 0, e.rdb.PFCount(ctx, "none"))
	},
	"pfdebug": func(t *testing.T, e *env) {
		want(t, 1, e.rdb.PFAdd(ctx, "h", "a", "b", "c"))
		want(t, any("Z:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603"), e.do("PFDEBUG", "DECODE", "h"))
		want(t, any("sparse"), e.do("PFDEBUG", "ENCODING", "h"))
		registers, err := e.do("PFDEBUG", "GETREG", "h").Int64Slice()
		require.NoError(t, err)
		require.Len(t, registers, 16384)
		require.EqualValues(t, 1, registers[8436])
		want(t, any("dense"), e.do("PFDEBUG", "ENCODING", "h"))
		want(t, any(int64(0)), e.do("PFDEBUG", "TODENSE", "h"))
	},
	"pfmerge": func(t *testing.T, e *env) {
		want(t, 1, e.rdb.PFAdd(ctx, "h", "a", "b", "c"))
		want(t, 1, e.rdb.PFAdd(ctx, "i", "c", "d"))
		want(t, "OK", e.rdb.PFMerge(ctx, "j", "h", "i"))
		want(t, 4, e.rdb.PFCount(ctx, "j"))
		want(t, "OK", e.rdb.PFMerge(ctx, "empty"))
		want(t, 0, e.rdb.PFCount(ctx, "empty"))
	},
	"pfselftest": func(t *testing.T, e *env) {
		want(t, any("OK"), e.do("PFSELFTEST"))
	},
}
