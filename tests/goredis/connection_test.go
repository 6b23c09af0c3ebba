package goredis

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

var connectionTable = table{
	"auth": func(t *testing.T, e *env) {
		e.s.RequireAuth("secret")
		conn := e.conn(t)
		refused(t, "NOAUTH Authentication required.", conn.Ping(ctx))
		refused(t, "WRONGPASS invalid username-password pair or user is disabled.", conn.Auth(ctx, "wrong"))
		refused(t, "WRONGPASS invalid username-password pair or user is disabled.", conn.AuthACL(ctx, "nobody", "secret"))
		want(t, "OK", conn.Auth(ctx, "secret"))
		want(t, "OK", conn.AuthACL(ctx, "default", "secret"))
		want(t, "PONG", conn.Ping(ctx))
	},
	"client": needsSubcommand("client"),
	"client|id": func(t *testing.T, e *env) {
		conn := e.conn(t)
		id := got(t, conn.ClientID(ctx))
		require.Positive(t, id)
		want(t, id, conn.ClientID(ctx))
		require.Greater(t, got(t, e.conn(t).ClientID(ctx)), id)
	},
	"client|getname": func(t *testing.T, e *env) {
		conn := e.conn(t)
		require.Equal(t, redis.Nil, conn.ClientGetName(ctx).Err())
		want(t, true, conn.ClientSetName(ctx, "worker"))
		want(t, "worker", conn.ClientGetName(ctx))
	},
	"client|setname": func(t *testing.T, e *env) {
		conn := e.conn(t)
		want(t, true, conn.ClientSetName(ctx, "worker"))
		require.Equal(t, "worker", got(t, conn.ClientInfo(ctx)).Name)
		refused(t, "ERR Client names cannot contain spaces, newlines or special characters.", conn.ClientSetName(ctx, "a b"))
	},
	"client|setinfo": func(t *testing.T, e *env) {
		conn := e.conn(t)
		want(t, "OK", conn.ClientSetInfo(ctx, redis.WithLibraryName("mine")))
		want(t, "OK", conn.ClientSetInfo(ctx, redis.WithLibraryVersion("1.2.3")))
		info := got(t, conn.ClientInfo(ctx))
		require.Equal(t, "go-redis(mine,"+runtime.Version()+")", info.LibName)
		require.Equal(t, "1.2.3", info.LibVer)
	},
	// OFF and SKIP are nothing for this client, which waits for a reply to everything.
	"client|reply": func(t *testing.T, e *env) { want(t, any("OK"), e.do("client", "reply", "on")) },
	"client|no-evict": func(t *testing.T, e *env) {
		conn := e.conn(t)
		want(t, any("OK"), conn.Do(ctx, "client", "no-evict", "on"))
		require.Equal(t, redis.ClientNoEvict, got(t, conn.ClientInfo(ctx)).Flags)
		want(t, any("OK"), conn.Do(ctx, "client", "no-evict", "off"))
		require.Zero(t, got(t, conn.ClientInfo(ctx)).Flags)
	},
	"client|no-touch": func(t *testing.T, e *env) {
		conn := e.conn(t)
		want(t, "OK", conn.Set(ctx, "k", "v", 0))
		want(t, any("OK"), conn.Do(ctx, "client", "no-touch", "on"))
		require.Equal(t, redis.ClientNoTouch, got(t, conn.ClientInfo(ctx)).Flags)
		e.s.FastForward(time.Minute)
		want(t, "v", conn.Get(ctx, "k"))
		want(t, time.Minute, conn.ObjectIdleTime(ctx, "k"))
	},
	"client|info":    clientInfo,
	"client|list":    clientList,
	"client|kill":    clientKill,
	"client|pause":   clientPause,
	"client|unpause": clientUnpause,
	"client|unblock": func(t *testing.T, e *env) {
		id := got(t, e.rdb.ClientID(ctx))
		want(t, 0, e.rdb.ClientUnblock(ctx, id)) // it does not wait for anything
		want(t, 0, e.rdb.ClientUnblockWithError(ctx, id+100))
	},
	"client|help": func(t *testing.T, e *env) { wantHelp(t, e, "client") },
	"echo": func(t *testing.T, e *env) {
		want(t, "a\x00\r\nb", e.rdb.Echo(ctx, "a\x00\r\nb"))
		want(t, "", e.rdb.Echo(ctx, ""))
	},
	"hello": func(t *testing.T, e *env) {
		conn := e.conn(t)
		for _, proto := range []int{2, 3, e.proto} {
			want(t, map[string]any{"server": "redis", "version": "7.4.1", "proto": int64(proto), "id": got(t, conn.ClientID(ctx)),
				"mode": "standalone", "role": "master", "modules": []any{}}, conn.Hello(ctx, proto, "", "", "worker"))
			want(t, "worker", conn.ClientGetName(ctx))
			require.Equal(t, proto, got(t, conn.ClientInfo(ctx)).Resp)
		}
		refused(t, "NOPROTO unsupported protocol version", conn.Hello(ctx, 4, "", "", ""))
	},
	"ping": func(t *testing.T, e *env) {
		want(t, "PONG", e.rdb.Ping(ctx))
		want(t, any("hello"), e.do("ping", "hello"))
	},
	"quit": func(t *testing.T, e *env) {
		conn := e.conn(t)
		want(t, any("OK"), conn.Do(ctx, "quit"))
		require.Eventually(t, func() bool { return e.s.CurrentConnectionCount() == 0 }, patience, tick)
	},
	"reset": func(t *testing.T, e *env) {
		conn := e.conn(t)
		want(t, true, conn.ClientSetName(ctx, "worker"))
		want(t, "OK", conn.Select(ctx, 5))
		want(t, any("OK"), conn.Do(ctx, "multi"))
		want(t, any("RESET"), conn.Do(ctx, "reset"))
		info := got(t, conn.ClientInfo(ctx))
		require.Equal(t, []any{"", 0, -1, 2}, []any{info.Name, info.DB, info.Multi, info.Resp})
	},
	"select": func(t *testing.T, e *env) {
		conn := e.conn(t)
		want(t, "OK", conn.Select(ctx, 3))
		want(t, "OK", conn.Set(ctx, "k", "v", 0))
		require.Equal(t, 3, got(t, conn.ClientInfo(ctx)).DB)
		require.Equal(t, redis.Nil, e.client(t, nil).Get(ctx, "k").Err())
		want(t, "v", e.client(t, func(o *redis.Options) { o.DB = 3 }).Get(ctx, "k"))
		refused(t, "ERR DB index is out of range", conn.Select(ctx, 16))
	},
}

func clientInfo(t *testing.T, e *env) {
	conn := e.conn(t)
	want(t, "PONG", conn.Ping(ctx))
	e.s.FastForward(time.Minute)
	info := got(t, conn.ClientInfo(ctx))
	require.Equal(t, got(t, conn.ClientID(ctx)), info.ID)
	require.Equal(t, e.s.Addr(), info.LAddr)
	require.Equal(t, time.Minute, info.Age)
	require.Equal(t, e.proto, info.Resp)
	require.Equal(t, "client|info", info.LastCmd)
	require.Equal(t, "default", info.User)
	require.Equal(t, redis.Version(), info.LibVer)
	require.Equal(t, -1, info.Multi)
	require.Equal(t, int64(-1), info.Redir)
	require.Positive(t, info.TotalMemory)
}

func clientList(t *testing.T, e *env) {
	want(t, "PONG", e.client(t, func(o *redis.Options) { o.ClientName = "worker" }).Ping(ctx))
	list := got(t, e.rdb.ClientList(ctx))
	require.Equal(t, 2, strings.Count(list, "\n"))
	require.Contains(t, list, " name=worker ")
	require.Contains(t, list, " cmd=client|list ")
	want(t, any(""), e.do("client", "list", "type", "pubsub"))
}

func clientKill(t *testing.T, e *env) {
	for _, kill := range []func(*redis.ClientInfo){
		func(c *redis.ClientInfo) { want(t, "OK", e.rdb.ClientKill(ctx, c.Addr)) },
		func(c *redis.ClientInfo) { want(t, 1, e.rdb.ClientKillByFilter(ctx, "addr", c.Addr)) },
		func(c *redis.ClientInfo) { want(t, 1, e.rdb.ClientKillByFilter(ctx, "skipme", "yes")) },
	} {
		other := e.client(t, nil).Conn()
		kill(got(t, other.ClientInfo(ctx)))
		require.Error(t, other.Ping(ctx).Err())
		require.Eventually(t, func() bool { return e.s.CurrentConnectionCount() == 1 }, patience, tick)
		other.Close()
	}
	refused(t, "ERR No such client", e.rdb.ClientKill(ctx, "127.0.0.1:1"))
	want(t, 0, e.rdb.ClientKillByFilter(ctx, "id", "1000000"))
}

func clientPause(t *testing.T, e *env) {
	want(t, "PONG", e.rdb.Ping(ctx))
	want(t, true, e.rdb.ClientPause(ctx, time.Hour))
	done := make(chan *redis.StatusCmd, 1)
	go func() { done <- e.rdb.Set(ctx, "k", "v", 0) }()
	e.s.FastForward(time.Hour - time.Millisecond)
	select {
	case cmd := <-done:
		t.Fatalf("executed during the pause: %v", cmd)
	default:
	}
	e.s.FastForward(time.Millisecond)
	want(t, "OK", <-done)
}

func clientUnpause(t *testing.T, e *env) {
	writer := e.client(t, nil)
	want(t, "PONG", writer.Ping(ctx))
	want(t, any("OK"), e.do("client", "pause", 3_600_000, "write"))
	done := make(chan *redis.StatusCmd, 1)
	go func() { done <- writer.Set(ctx, "k", "v", 0) }()
	require.Equal(t, redis.Nil, e.rdb.Get(ctx, "k").Err()) // reads go on
	want(t, true, e.rdb.ClientUnpause(ctx))
	want(t, "OK", <-done)
}
