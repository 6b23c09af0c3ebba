package goredis

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var memoryTable = table{
	"memory": needsSubcommand("memory"),
	"memory|doctor": func(t *testing.T, e *env) {
		require.Contains(t, got(t, e.do("memory", "doctor")), "memory")
	},
	"memory|help": func(t *testing.T, e *env) { wantHelp(t, e, "memory") },
	"memory|malloc-stats": func(t *testing.T, e *env) {
		require.Contains(t, got(t, e.do("memory", "malloc-stats")), "Runtime of Go")
	},
	"memory|purge": func(t *testing.T, e *env) { want(t, any("OK"), e.do("memory", "purge")) },
	"memory|stats": func(t *testing.T, e *env) {
		fill(t, e)
		stats := e.asMap(t, got(t, e.do("memory", "stats")))
		require.Equal(t, got(t, e.rdb.DBSize(ctx)), stats["keys.count"])
		require.Positive(t, e.asMap(t, stats["db.0"])["overhead.hashtable.main"])
		require.Positive(t, stats["total.allocated"])
	},
	"memory|usage": func(t *testing.T, e *env) {
		require.NoError(t, e.rdb.Set(ctx, "k", strings.Repeat("x", 1000), 0).Err())
		n := got(t, e.rdb.MemoryUsage(ctx, "k"))
		require.True(t, 1000 < n && n < 1500, n)
		want(t, n, e.rdb.MemoryUsage(ctx, "k", 3))
		refused(t, "redis: nil", e.rdb.MemoryUsage(ctx, "none"))
	},
}
