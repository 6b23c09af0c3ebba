package script_test

// Scripts in a server that has a log: what they reply, what they leave behind, and what ends them.

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/server"
)

var ctx = context.Background()

// start starts a server with options of redis.conf, and connects to it.
func start(t testing.TB, options ...string) (*server.Server, *redis.Client) {
	cfg := config.New()
	sock := filepath.Join(t.TempDir(), "s")
	require.NoError(t, cfg.Load(append([]string{"--port", "0", "--bind", "127.0.0.1", "--dir", t.TempDir(), "--unixsocket", sock},
		options...), nil))
	s, err := server.New(server.Options{Config: cfg})
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Close() })
	rdb := redis.NewClient(&redis.Options{Network: "unix", Addr: sock, Protocol: 2, DisableIdentity: true, ReadTimeout: time.Minute})
	t.Cleanup(func() { rdb.Close() })
	return s, rdb
}

// eval runs a script and returns its result, or its error in place of it.
func eval(rdb *redis.Client, script string, args ...any) any {
	v, err := rdb.Eval(ctx, script, []string{"k"}, args...).Result()
	if err != nil && err != redis.Nil {
		return err.Error()
	}
	return v
}

func TestEffectsAreLoggedAsOne(t *testing.T) {
	_, rdb := start(t, "--appendonly", "yes", "--enable-debug-command", "yes")
	dir := rdb.ConfigGet(ctx, "dir").Val()["dir"]
	require.Nil(t, eval(rdb, `redis.call('set', 'a', 1) redis.call('select', 2) redis.call('rpush', 'l', 'x', 'y') redis.call('get', 'a')
		redis.set_repl(redis.REPL_NONE) redis.call('set', 'secret', 1) redis.set_repl(redis.REPL_ALL) redis.call('lpop', 'l')`))
	require.Equal(t, "OK", eval(rdb, "return redis.call('set', 'b', 1, 'ex', 100)"))
	require.EqualValues(t, 1, eval(rdb, "redis.call('get', 'a') return 1"))
	require.Contains(t, eval(rdb, "redis.call('set', 'half', 1) redis.call('nosuch')"), "Unknown Redis command")

	files, err := filepath.Glob(filepath.Join(dir, "appendonlydir", "*.incr.aof"))
	require.NoError(t, err)
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	log := strings.Join(strings.FieldsFunc(string(text), func(r rune) bool { return r == '\r' || r == '\n' }), " ")
	require.NotContains(t, log, "eval")
	require.NotContains(t, log, "secret")
	require.Equal(t, 1, strings.Count(log, "MULTI"))
	require.Regexp(t, `MULTI.* set .*a .*1 .*SELECT .*2 .*rpush .*lpop .*EXEC.* PXAT`, log)

	require.NoError(t, rdb.Do(ctx, "select", 2).Err())
	require.NoError(t, rdb.Do(ctx, "del", "secret").Err())
	digest := rdb.Do(ctx, "debug", "digest").Val()
	require.NoError(t, rdb.Do(ctx, "debug", "loadaof").Err())
	require.Equal(t, digest, rdb.Do(ctx, "debug", "digest").Val())
}

func TestScriptsAreKilled(t *testing.T) {
	for _, text := range []string{
		"while true do end",
		"while true do pcall(function() while true do end end) end",
		"local f = function() while true do redis.call('ping') end end while true do pcall(f) end",
		"local co = coroutine.wrap(function() while true do end end) while true do pcall(co) end",
		"return string.find(string.rep('a', 100000), '.-.-.-.-b')",
		"while true do string.gsub(string.rep('a', 10000), '.', function() return 'b' end) end",
		"for i = 1, 1e12 do end",
		"repeat until false",
	} {
		s, rdb := start(t)
		result := make(chan any)
		go func() { result <- eval(rdb, text) }()
		require.Eventually(t, func() bool { return s.RunningScript() != nil }, 10*time.Second, time.Millisecond)
		s.RunningScript().Kill()
		select {
		case v := <-result:
			require.Contains(t, v, "killed by user", text)
		case <-time.After(20 * time.Second):
			t.Fatalf("it goes on: %s", text)
		}
		require.EqualValues(t, 1, eval(rdb, "return 1"), "the next one runs")
	}
}

func TestStatisticsOfScripts(t *testing.T) {
	s, rdb := start(t)
	require.Contains(t, eval(rdb, "return redis.call('get')"), "Wrong number of args")
	require.EqualValues(t, 1, eval(rdb, "redis.pcall('incr', 'k', 1) redis.call('set', 'k', 'x') redis.pcall('incr', 'k') return 1"))
	info := rdb.Info(ctx, "everything").Val()
	for _, line := range []string{
		"errorstat_ERR:count=3\r\n", "total_error_replies:3\r\n", "number_of_cached_scripts:2\r\n",
	} {
		require.Contains(t, info, line)
	}
	require.Regexp(t, `cmdstat_get:calls=0.*rejected_calls=1,failed_calls=0`, info)
	require.Regexp(t, `cmdstat_incr:calls=1.*rejected_calls=1,failed_calls=1`, info)
	require.Regexp(t, `cmdstat_set:calls=1.*rejected_calls=0,failed_calls=0`, info)
	require.Regexp(t, `cmdstat_eval:calls=2.*rejected_calls=0,failed_calls=1`, info)
	require.Nil(t, s.RunningScript())
}

func TestScriptsOfEvalAreForgotten(t *testing.T) {
	_, rdb := start(t)
	kept := rdb.ScriptLoad(ctx, "return 'kept'").Val()
	first := rdb.Eval(ctx, "return 0", nil)
	require.NoError(t, first.Err())
	for i := range 500 {
		require.EqualValues(t, i, eval(rdb, "return 0+"+string(rune('0'+i/100))+string(rune('0'+i/10%10))+string(rune('0'+i%10))))
	}
	info := rdb.Info(ctx, "everything").Val()
	require.Contains(t, info, "number_of_cached_scripts:501\r\n")
	require.Contains(t, info, "evicted_scripts:1\r\n")
	require.Equal(t, []bool{true, false}, rdb.ScriptExists(ctx, kept, "8f0bf8ee9d8ba9e3a4b5ea4f30c9f6bca3bbe4e6").Val())
	require.NoError(t, rdb.ScriptFlush(ctx).Err())
	require.Equal(t, []bool{false}, rdb.ScriptExists(ctx, kept).Val())
}

func TestNothingStaysBetweenScripts(t *testing.T) {
	_, rdb := start(t)
	require.EqualValues(t, "12", eval(rdb, "setfenv(1, {}) x = 12 return x .. ''"))
	require.Contains(t, eval(rdb, "return x"), "nonexistent global variable 'x'")
	require.Contains(t, eval(rdb, "local f = loadstring('redis = 1') f()"), "readonly table")
	require.EqualValues(t, "table", eval(rdb, "local ok = pcall(loadstring('string = 1')) return type(string)"))
	require.EqualValues(t, 3, eval(rdb, "local mt = getmetatable('') local ok = pcall(function() mt.__index = nil end) return ('abc'):len()"))
	require.Contains(t, eval(rdb, "local s = getmetatable('').__index s.len = nil"), "readonly table")
	require.Contains(t, eval(rdb, "for k, v in pairs(_G) do if type(v) == 'table' then rawset(v, 'x', 1) end end"), "readonly table")
	for _, text := range []string{ // what is read-only stays so where it serves as a metatable
		"getmetatable(setmetatable({}, string)).len = nil", "getmetatable(setmetatable({}, _G)).y = 1",
		"cjson.decode_array_with_array_mt(true) getmetatable(cjson.decode('[]')).__is_cjson_array = false",
		"cjson.decode_array_with_array_mt(true) rawset(getmetatable(cjson.decode('[]')), 'x', 1)",
		"getmetatable(setmetatable({}, getmetatable(cjson.decode('[]')))).x = 1",
	} {
		require.Contains(t, eval(rdb, text), "readonly table", text)
	}
	require.EqualValues(t, "[]", eval(rdb, "return cjson.encode(cjson.decode('[]'))"), "a setting stays, as in Redis")
	require.EqualValues(t, "__is_cjson_arraytrue", eval(rdb, "local k, v = next(getmetatable(cjson.decode('[]'))) return k .. tostring(v)"))
	require.NoError(t, rdb.ScriptFlush(ctx).Err())
	require.EqualValues(t, "{}", eval(rdb, "return cjson.encode(cjson.decode('[]'))"))
}
