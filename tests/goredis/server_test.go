package goredis

import (
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/server"
)

var serverTable = table{
	"command": func(t *testing.T, e *env) {
		all := got(t, e.rdb.Command(ctx))
		require.Len(t, all, len(e.s.Server().Registry().Commands()))
		get, mset := all["get"], all["mset"]
		require.Equal(t, []any{"get", int8(2), true, int8(1), int8(1), int8(1)},
			[]any{get.Name, get.Arity, get.ReadOnly, get.FirstKeyPos, get.LastKeyPos, get.StepCount})
		require.ElementsMatch(t, []string{"readonly", "fast"}, get.Flags)
		require.ElementsMatch(t, []string{"@read", "@string", "@fast"}, get.ACLFlags)
		require.Equal(t, []any{int8(-3), false, int8(1), int8(-1), int8(2)},
			[]any{mset.Arity, mset.ReadOnly, mset.FirstKeyPos, mset.LastKeyPos, mset.StepCount})
	},
	"command|count": func(t *testing.T, e *env) {
		want(t, any(int64(len(e.s.Server().Registry().Commands()))), e.do("command", "count"))
	},
	"command|docs": func(t *testing.T, e *env) {
		docs := e.asMap(t, e.asMap(t, got(t, e.do("command", "docs", "get", "nosuch")))["get"])
		require.Equal(t, "string", docs["group"])
		require.Equal(t, "1.0.0", docs["since"])
		argument := e.asMap(t, docs["arguments"].([]any)[0])
		require.Equal(t, "key", argument["name"])
		require.Equal(t, int64(0), argument["key_spec_index"])
	},
	"command|getkeys": func(t *testing.T, e *env) {
		want(t, []string{"a", "b"}, e.rdb.CommandGetKeys(ctx, "mset", "a", "1", "b", "2"))
		refused(t, "ERR The command has no key arguments", e.rdb.CommandGetKeys(ctx, "ping"))
	},
	"command|getkeysandflags": func(t *testing.T, e *env) {
		want(t, []redis.KeyFlags{{Key: "a", Flags: []string{"RO", "access"}}, {Key: "b", Flags: []string{"OW", "update"}}},
			e.rdb.CommandGetKeysAndFlags(ctx, "copy", "a", "b"))
	},
	"command|help": func(t *testing.T, e *env) { wantHelp(t, e, "command") },
	"command|info": func(t *testing.T, e *env) {
		infos := got(t, e.do("command", "info", "get", "nosuch", "client|id")).([]any)
		get := infos[0].([]any)
		require.Len(t, get, 10)
		require.Equal(t, []any{"get", int64(2)}, get[:2])
		require.ElementsMatch(t, []any{"readonly", "fast"}, get[2])
		require.Nil(t, infos[1])
		require.Equal(t, "client|id", infos[2].([]any)[0])
		spec := e.asMap(t, get[8].([]any)[0])
		require.ElementsMatch(t, []any{"RO", "access"}, spec["flags"])
		require.Equal(t, "index", e.asMap(t, spec["begin_search"])["type"])
		require.Equal(t, int64(1), e.asMap(t, e.asMap(t, spec["find_keys"])["spec"])["keystep"])
	},
	"command|list": func(t *testing.T, e *env) {
		require.Len(t, got(t, e.rdb.CommandList(ctx, nil)), len(e.s.Server().Registry().All()))
		require.ElementsMatch(t, []string{"decr", "decrby"}, got(t, e.rdb.CommandList(ctx, &redis.FilterBy{Pattern: "decr*"})))
		lists := got(t, e.rdb.CommandList(ctx, &redis.FilterBy{ACLCat: "list"}))
		require.Contains(t, lists, "lpush")
		require.NotContains(t, lists, "get")
		want(t, []string{}, e.rdb.CommandList(ctx, &redis.FilterBy{Module: "nosuch"}))
	},
	"config": needsSubcommand("config"),
	"config|get": func(t *testing.T, e *env) {
		want(t, map[string]string{"maxmemory-policy": "noeviction"}, e.rdb.ConfigGet(ctx, "MAXMEMORY-p*"))
		want(t, map[string]string{}, e.rdb.ConfigGet(ctx, "nosuch*"))
		require.Equal(t, map[any]any{"maxmemory": "0", "databases": "16"}, e.asMap(t, got(t, e.do("config", "get", "maxmemory", "databases"))))
	},
	"config|set": func(t *testing.T, e *env) {
		want(t, "OK", e.rdb.ConfigSet(ctx, "maxmemory", "1gb"))
		want(t, map[string]string{"maxmemory": "1073741824"}, e.rdb.ConfigGet(ctx, "maxmemory"))
		refused(t, "ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'", e.rdb.ConfigSet(ctx, "nosuch", "1"))
	},
	"config|rewrite":   configRewrite,
	"config|resetstat": configResetStat,
	"config|help":      func(t *testing.T, e *env) { wantHelp(t, e, "config") },
	"dbsize": func(t *testing.T, e *env) {
		want(t, 0, e.rdb.DBSize(ctx))
		fill(t, e)
		want(t, 3, e.rdb.DBSize(ctx))
	},
	"debug": debug,
	"flushall": func(t *testing.T, e *env) {
		for _, flush := range []func() *redis.StatusCmd{
			func() *redis.StatusCmd { return e.rdb.FlushAll(ctx) }, func() *redis.StatusCmd { return e.rdb.FlushAllAsync(ctx) },
		} {
			fill(t, e)
			want(t, true, e.rdb.Move(ctx, "s", 1))
			want(t, "OK", flush())
			want(t, 0, e.rdb.DBSize(ctx))
			want(t, 0, e.client(t, func(o *redis.Options) { o.DB = 1 }).DBSize(ctx))
		}
	},
	"flushdb": func(t *testing.T, e *env) {
		for _, flush := range []func() *redis.StatusCmd{
			func() *redis.StatusCmd { return e.rdb.FlushDB(ctx) }, func() *redis.StatusCmd { return e.rdb.FlushDBAsync(ctx) },
		} {
			fill(t, e)
			e.rdb.Move(ctx, "s", 1)
			want(t, "OK", flush())
			want(t, 0, e.rdb.DBSize(ctx))
			want(t, 1, e.client(t, func(o *redis.Options) { o.DB = 1 }).DBSize(ctx))
		}
	},
	"info": func(t *testing.T, e *env) {
		fill(t, e)
		all := e.rdb.InfoMap(ctx)
		require.NoError(t, all.Err())
		require.Equal(t, "7.4.1", all.Item("Server", "redis_version"))
		require.Equal(t, "1", all.Item("Clients", "connected_clients"))
		require.Equal(t, "master", all.Item("Replication", "role"))
		require.Equal(t, "keys=3,expires=0,avg_ttl=0,subexpiry=0", all.Item("Keyspace", "db0"))
		text := got(t, e.rdb.Info(ctx, "keyspace"))
		require.Equal(t, "# Keyspace\r\ndb0:keys=3,expires=0,avg_ttl=0,subexpiry=0\r\n", text)
	},
	"lastsave": func(t *testing.T, e *env) {
		began := got(t, e.rdb.Time(ctx)).Unix()
		e.s.FastForward(time.Hour)
		want(t, began, e.rdb.LastSave(ctx))
	},
	"lolwut": func(t *testing.T, e *env) {
		require.Regexp(t, `\nRedis ver\. 7\.4\.1\n$`, got(t, e.do("lolwut", "version", 5, 10, 2)))
	},
	"module":      needsSubcommand("module"),
	"module|help": func(t *testing.T, e *env) { wantHelp(t, e, "module") },
	"module|list": func(t *testing.T, e *env) { require.Equal(t, []any{}, got(t, e.do("module", "list"))) },
	"module|load": func(t *testing.T, e *env) {
		require.ErrorContains(t, e.do("module", "load", "/none.so").Err(), "ERR MODULE command not allowed.")
	},
	"module|loadex": func(t *testing.T, e *env) {
		require.ErrorContains(t, e.do("module", "loadex", "/none.so").Err(), "ERR MODULE command not allowed.")
	},
	"module|unload": func(t *testing.T, e *env) {
		require.ErrorContains(t, e.do("module", "unload", "none").Err(), "ERR MODULE command not allowed.")
	},
	"shutdown": func(t *testing.T, e *env) {
		for _, shutdown := range []func() *redis.StatusCmd{
			func() *redis.StatusCmd { return e.rdb.Shutdown(ctx) }, func() *redis.StatusCmd { return e.rdb.ShutdownNoSave(ctx) },
		} {
			e.restart(t)
			require.NoError(t, shutdown().Err())
			select {
			case <-e.s.Server().Done():
			case <-time.After(patience):
				t.Fatal("the server goes on")
			}
		}
	},
	"swapdb": func(t *testing.T, e *env) {
		fill(t, e)
		want(t, "OK", e.conn(t).SwapDB(ctx, 0, 1))
		want(t, 0, e.rdb.DBSize(ctx))
		want(t, 3, e.client(t, func(o *redis.Options) { o.DB = 1 }).DBSize(ctx))
	},
	"time": func(t *testing.T, e *env) {
		at := noon.Add(123456 * time.Microsecond)
		e.s.SetTime(at)
		require.True(t, at.Equal(got(t, e.rdb.Time(ctx))))
	},
}

// asMap takes a map as the client leaves it without a typed method: a map in RESP3, keys and values in turn in RESP2.
func (e *env) asMap(t *testing.T, v any) map[any]any {
	t.Helper()
	if e.proto == 3 {
		require.IsType(t, map[any]any{}, v)
		return v.(map[any]any)
	}
	require.IsType(t, []any{}, v)
	flat, m := v.([]any), map[any]any{}
	require.Zero(t, len(flat)%2)
	for i := 0; i < len(flat); i += 2 {
		m[flat[i]] = flat[i+1]
	}
	return m
}

func configRewrite(t *testing.T, e *env) {
	refused(t, "ERR The server is running without a config file", e.rdb.ConfigRewrite(ctx))
	dir := t.TempDir()
	file := filepath.Join(dir, "redis.conf")
	require.NoError(t, os.WriteFile(file, []byte("# mine\nport 0\nbind 127.0.0.1\n"), 0o600))
	cfg := config.New()
	require.NoError(t, cfg.Load([]string{file, "--dir", dir}, nil))
	s, err := server.New(server.Options{Config: cfg})
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Close() })

	rdb := e.client(t, func(o *redis.Options) { o.Addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port())) })
	want(t, "OK", rdb.ConfigSet(ctx, "maxmemory", "1gb"))
	want(t, "OK", rdb.ConfigRewrite(ctx))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "# mine\n")
	require.Contains(t, string(text), "\nmaxmemory 1gb\n")
}

func configResetStat(t *testing.T, e *env) {
	fill(t, e)
	executed := func() int {
		n, err := strconv.Atoi(e.rdb.InfoMap(ctx, "stats").Item("Stats", "total_commands_processed"))
		require.NoError(t, err)
		return n
	}
	before := executed()
	require.GreaterOrEqual(t, before, 2)
	want(t, "OK", e.rdb.ConfigResetStat(ctx))
	require.Less(t, executed(), before)
}

func debug(t *testing.T, e *env) {
	require.ErrorContains(t, e.do("debug", "digest").Err(), "ERR DEBUG command not allowed.")
	e.restart(t, "--enable-debug-command", "yes")
	fill(t, e)
	require.Regexp(t, `^Value at:0x[0-9a-f]+ refcount:1 encoding:embstr serializedlength:2 lru:\d+ lru_seconds_idle:0$`,
		got(t, e.rdb.DebugObject(ctx, "s")))
	digest := got(t, e.do("debug", "digest"))
	want(t, any("OK"), e.do("debug", "reload"))
	want(t, digest, e.do("debug", "digest"))
	one := int64(1)
	yes, no, double := any(one), any(int64(0)), any("3.141")
	if e.proto == 3 {
		yes, no, double = true, false, 3.141
	}
	for kind, expected := range map[string]any{"true": yes, "false": no, "double": double, "string": "Hello World",
		"integer": int64(12345), "array": []any{int64(0), one, int64(2)}, "set": []any{int64(0), one, int64(2)},
		"verbatim": "This is a verbatim\nstring"} {
		require.Equal(t, expected, got(t, e.do("debug", "protocol", kind)), kind)
	}
	require.Equal(t, map[any]any{int64(0): no, one: yes, int64(2): no}, e.asMap(t, got(t, e.do("debug", "protocol", "map"))))
	require.Equal(t, redis.Nil, e.do("debug", "protocol", "null").Err())
	refused(t, "LOST here", e.do("debug", "error", "LOST here"))
}
