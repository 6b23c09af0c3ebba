package goredis

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var watchingTable = table{
	"slowlog": needsSubcommand("slowlog"),
	"slowlog|get": func(t *testing.T, e *env) {
		require.NoError(t, e.rdb.ConfigSet(ctx, "slowlog-log-slower-than", "0").Err())
		require.NoError(t, e.do("client", "setname", "me").Err())
		require.NoError(t, e.rdb.ConfigSet(ctx, "requirepass", "").Err())
		entries := got(t, e.rdb.SlowLogGet(ctx, 3))
		require.Len(t, entries, 3)
		require.Equal(t, []string{"config", "set", "requirepass", "(redacted)"}, entries[0].Args)
		require.Equal(t, []string{"client", "setname", "me"}, entries[1].Args)
		require.Equal(t, "me", entries[0].ClientName)
		require.Regexp(t, `^127\.0\.0\.1:\d+$`, entries[0].ClientAddr)
		require.Equal(t, entries[1].ID+1, entries[0].ID)
		require.Less(t, entries[0].Duration, time.Minute)
		refused(t, "ERR count should be greater than or equal to -1", e.do("slowlog", "get", "-2"))
	},
	"slowlog|help": func(t *testing.T, e *env) { wantHelp(t, e, "slowlog") },
	"slowlog|len": func(t *testing.T, e *env) {
		want(t, any(int64(0)), e.do("slowlog", "len"))
		require.NoError(t, e.rdb.ConfigSet(ctx, "slowlog-log-slower-than", "0").Err())
		want(t, any(int64(1)), e.do("slowlog", "len"))
	},
	"slowlog|reset": func(t *testing.T, e *env) {
		require.NoError(t, e.rdb.ConfigSet(ctx, "slowlog-log-slower-than", "0").Err())
		require.NoError(t, e.rdb.ConfigSet(ctx, "slowlog-log-slower-than", "-1").Err())
		want(t, any("OK"), e.do("slowlog", "reset"))
		require.Empty(t, got(t, e.rdb.SlowLogGet(ctx, -1)))
	},
	"monitor": func(t *testing.T, e *env) {
		want(t, any("OK"), e.do("monitor"))
	},
	"latency": needsSubcommand("latency"),
	"latency|doctor": func(t *testing.T, e *env) {
		require.Contains(t, got(t, e.do("latency", "doctor")), "Nothing is known")
		slowEvents(e)
		require.Contains(t, got(t, e.do("latency", "doctor")), "command: 2 latency spikes (average 250ms, mean deviation 50ms")
	},
	"latency|graph": func(t *testing.T, e *env) {
		refused(t, "ERR No samples available for event 'command'", e.do("latency", "graph", "command"))
		slowEvents(e)
		require.True(t, strings.HasPrefix(got(t, e.do("latency", "graph", "command")).(string),
			"command - high 300 ms, low 200 ms (all time high 300 ms)\n-----"))
	},
	"latency|help": func(t *testing.T, e *env) { wantHelp(t, e, "latency") },
	"latency|histogram": func(t *testing.T, e *env) {
		require.NoError(t, e.rdb.ConfigResetStat(ctx).Err())
		fill(t, e)
		e.rdb.Get(ctx, "s")
		e.rdb.Get(ctx, "s")
		e.do("client", "id")
		all := e.asMap(t, got(t, e.do("latency", "histogram")))
		require.Contains(t, all, "config|resetstat")
		some := e.asMap(t, got(t, e.do("latency", "histogram", "get", "nosuch", "CLIENT|ID", "zadd")))
		require.Len(t, some, 2)
		require.Equal(t, int64(1), e.asMap(t, some["client|id"])["calls"])
		get := e.asMap(t, some["get"])
		require.Equal(t, int64(2), get["calls"])
		most := int64(0)
		for _, n := range e.asMap(t, get["histogram_usec"]) {
			most = max(most, n.(int64))
		}
		require.Equal(t, int64(2), most)
		require.Len(t, e.asMap(t, got(t, e.do("latency", "histogram", "client"))), 1)
	},
	"latency|history": func(t *testing.T, e *env) {
		want(t, any([]any{}), e.do("latency", "history", "command"))
		slowEvents(e)
		want(t, any([]any{[]any{int64(1000), int64(200)}, []any{int64(1001), int64(300)}}), e.do("latency", "history", "command"))
	},
	"latency|latest": func(t *testing.T, e *env) {
		want(t, any([]any{}), e.do("latency", "latest"))
		slowEvents(e)
		want(t, any([]any{[]any{"command", int64(1001), int64(300), int64(300)}}), e.do("latency", "latest"))
	},
	"latency|reset": func(t *testing.T, e *env) {
		slowEvents(e)
		want(t, any(int64(0)), e.do("latency", "reset", "nosuch", ""))
		want(t, any(int64(1)), e.do("latency", "reset", "COMMAND"))
		want(t, any(int64(0)), e.do("latency", "reset"))
	},
}

// slowEvents makes the server believe that commands took long.
func slowEvents(e *env) {
	e.s.Server().LatencyEvents().Add("command", 1000, 200)
	e.s.Server().LatencyEvents().Add("command", 1001, 300)
}
