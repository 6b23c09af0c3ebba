package goredis

import (
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

const (
	setScript  = `redis.call('set', KEYS[1], ARGV[1]) return {KEYS[1], 1, {'in'}, ARGV[2]}`
	readScript = `return redis.call('get', KEYS[1])`
	readSHA    = "4e6d8fc8bb01276962cce5371fa795a7763657ae"
)

// library is one that writes and reads.
const library = `#!lua name=mylib
redis.register_function('put', function(keys, args)
	redis.call('set', keys[1], args[1])
	return redis.call('get', keys[1])
end)
redis.register_function{function_name='look', description='a look', flags={'no-writes'}, callback=function(keys)
	return redis.call('get', keys[1])
end}
`

var scriptingTable = table{
	"script": needsSubcommand("script"),
	"eval": func(t *testing.T, e *env) {
		want(t, any([]any{"k", int64(1), []any{"in"}, "b"}), e.rdb.Eval(ctx, setScript, []string{"k"}, "a", "b"))
		want(t, "a", e.rdb.Get(ctx, "k"))
		require.Equal(t, redis.Nil, e.rdb.Eval(ctx, "return nil", nil).Err())
		refused(t, "MY error", e.rdb.Eval(ctx, "return {err='MY error'}", nil))
	},
	"eval_ro": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, any("v"), e.rdb.EvalRO(ctx, readScript, []string{"s"}))
		require.ErrorContains(t, e.rdb.EvalRO(ctx, setScript, []string{"s"}, 1).Err(),
			"ERR Write commands are not allowed from read-only scripts. script: ")
	},
	"evalsha": func(t *testing.T, e *env) {
		fill(t, e)
		refused(t, "NOSCRIPT No matching script. Please use EVAL.", e.rdb.EvalSha(ctx, readSHA, []string{"s"}))
		want(t, any("v"), redis.NewScript(readScript).Run(ctx, e.rdb, []string{"s"}))
		want(t, any("v"), e.rdb.EvalSha(ctx, readSHA, []string{"s"}))
	},
	"evalsha_ro": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, readSHA, e.rdb.ScriptLoad(ctx, readScript))
		want(t, any("v"), e.rdb.EvalShaRO(ctx, readSHA, []string{"s"}))
	},
	"script|debug": func(t *testing.T, e *env) { want(t, any("OK"), e.do("script", "debug", "no")) },
	"script|exists": func(t *testing.T, e *env) {
		want(t, readSHA, e.rdb.ScriptLoad(ctx, readScript))
		want(t, []bool{true, false}, e.rdb.ScriptExists(ctx, readSHA, "b"))
	},
	"script|kill": func(t *testing.T, e *env) {
		refused(t, "NOTBUSY No scripts in execution right now.", e.rdb.ScriptKill(ctx))
	},
	"script|load": func(t *testing.T, e *env) {
		want(t, readSHA, e.rdb.ScriptLoad(ctx, readScript))
		require.ErrorContains(t, e.rdb.ScriptLoad(ctx, "return {").Err(), "ERR Error compiling script (new function): user_script:1: ")
	},
	"script|flush": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.ScriptFlush(ctx))
		want(t, any("OK"), e.do("script", "flush", "async"))
	},
	"script|help": func(t *testing.T, e *env) { wantHelp(t, e, "script") },
	"fcall": func(t *testing.T, e *env) {
		want(t, "mylib", e.rdb.FunctionLoad(ctx, library))
		want(t, any("v"), e.rdb.FCall(ctx, "put", []string{"k"}, "v"))
	},
	"fcall_ro": func(t *testing.T, e *env) {
		want(t, "mylib", e.rdb.FunctionLoad(ctx, library))
		want(t, "OK", e.rdb.Set(ctx, "k", "v", 0))
		want(t, any("v"), e.rdb.FCallRO(ctx, "look", []string{"k"}))
	},
	"function": needsSubcommand("function"),
	"function|delete": func(t *testing.T, e *env) {
		want(t, "mylib", e.rdb.FunctionLoad(ctx, library))
		want(t, "OK", e.rdb.FunctionDelete(ctx, "mylib"))
	},
	"function|dump": func(t *testing.T, e *env) {
		want(t, "mylib", e.rdb.FunctionLoad(ctx, library))
		payload, err := e.rdb.FunctionDump(ctx).Result()
		require.NoError(t, err)
		require.Contains(t, payload, "#!lua name=mylib")
	},
	"function|flush": func(t *testing.T, e *env) {
		want(t, "mylib", e.rdb.FunctionLoad(ctx, library))
		want(t, "OK", e.rdb.FunctionFlush(ctx))
		want(t, "OK", e.rdb.FunctionFlushAsync(ctx))
		require.Empty(t, e.rdb.FunctionList(ctx, redis.FunctionListQuery{}).Val())
	},
	"function|kill": func(t *testing.T, e *env) {
		require.ErrorContains(t, e.rdb.FunctionKill(ctx).Err(), "NOTBUSY")
	},
	"function|list": func(t *testing.T, e *env) {
		want(t, "mylib", e.rdb.FunctionLoad(ctx, library))
		want(t, []redis.Library{{Name: "mylib", Engine: "LUA", Code: library, Functions: []redis.Function{
			{Name: "put", Flags: []string{}}, {Name: "look", Description: "a look", Flags: []string{"no-writes"}}}}},
			e.rdb.FunctionList(ctx, redis.FunctionListQuery{LibraryNamePattern: "my*", WithCode: true}))
	},
	"function|load": func(t *testing.T, e *env) {
		want(t, "mylib", e.rdb.FunctionLoad(ctx, library))
		require.ErrorContains(t, e.rdb.FunctionLoad(ctx, library).Err(), "already exists")
		want(t, "mylib", e.rdb.FunctionLoadReplace(ctx, library))
	},
	"function|restore": func(t *testing.T, e *env) {
		want(t, "mylib", e.rdb.FunctionLoad(ctx, library))
		payload := e.rdb.FunctionDump(ctx).Val()
		want(t, "OK", e.rdb.FunctionFlush(ctx))
		want(t, "OK", e.rdb.FunctionRestore(ctx, payload))
		want(t, any("v"), e.rdb.FCall(ctx, "put", []string{"k"}, "v"))
	},
	"function|stats": func(t *testing.T, e *env) {
		want(t, "mylib", e.rdb.FunctionLoad(ctx, library))
		stats, err := e.rdb.FunctionStats(ctx).Result()
		require.NoError(t, err)
		require.Equal(t, []redis.Engine{{Language: "LUA", LibrariesCount: 1, FunctionsCount: 2}}, stats.Engines)
	},
	"function|help": func(t *testing.T, e *env) { wantHelp(t, e, "function") },
}
