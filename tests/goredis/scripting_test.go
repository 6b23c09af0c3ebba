package goredis

import "testing"

var scriptingTable = table{
	"script":        needsSubcommand("script"),
	"script|exists": func(t *testing.T, e *env) { want(t, []bool{false, false}, e.rdb.ScriptExists(ctx, "a", "b")) },
	"script|flush": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.ScriptFlush(ctx))
		want(t, any("OK"), e.do("script", "flush", "async"))
	},
	"script|help": func(t *testing.T, e *env) { wantHelp(t, e, "script") },
	"function":    needsSubcommand("function"),
	"function|flush": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.FunctionFlush(ctx))
		want(t, "OK", e.rdb.FunctionFlushAsync(ctx))
	},
	"function|help": func(t *testing.T, e *env) { wantHelp(t, e, "function") },
}
