// Package goredis calls every declared command through go-redis, with its typed method where it has one, over a real
// socket and in both protocols: what the client makes of a reply is what counts. Beside that it tests what programs do
// with the client: pipelines, transactions, pools, timeouts, reconnects.
package goredis

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/miniredis"
)

var ctx = context.Background()

const (
	// patience is how long something may take that happens by itself, and tick how often it is looked at.
	patience, tick = 10 * time.Second, time.Millisecond
)

// env is a server, whose clock stands still, and a client of it.
type env struct {
	s     *miniredis.Miniredis
	rdb   *redis.Client
	proto int
	calls *calls
}

func start(t *testing.T, proto int, config ...string) *env {
	t.Helper()
	e := &env{s: miniredis.RunT(t, miniredis.WithConfig(config...)), proto: proto, calls: &calls{names: map[string]bool{}}}
	e.rdb = e.client(t, nil)
	return e
}

// restart begins anew, with a server of another configuration.
func (e *env) restart(t *testing.T, config ...string) {
	t.Helper()
	other := start(t, e.proto, config...)
	other.calls, other.rdb = e.calls, nil
	*e = *other
	e.rdb = e.client(t, nil)
}

// client returns another client. What it does not find out at once it does not try again.
func (e *env) client(t *testing.T, change func(*redis.Options)) *redis.Client {
	t.Helper()
	opt := &redis.Options{Addr: e.s.Addr(), Protocol: e.proto, MaxRetries: -1, PoolSize: 10}
	if change != nil {
		change(opt)
	}
	rdb := redis.NewClient(opt)
	rdb.AddHook(e.calls)
	t.Cleanup(func() { rdb.Close() })
	return rdb
}

// conn is a connection of the client that is used for nothing else.
func (e *env) conn(t *testing.T) *redis.Conn {
	t.Helper()
	conn := e.rdb.Conn()
	t.Cleanup(func() { conn.Close() })
	return conn
}

// do is a command without a typed method.
func (e *env) do(words ...any) *redis.Cmd { return e.rdb.Do(ctx, words...) }

// bothProtocols runs a test in RESP2 and RESP3, with a server for each.
func bothProtocols(t *testing.T, test func(*testing.T, *env), config ...string) {
	for proto, name := range map[int]string{2: "RESP2", 3: "RESP3"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, start(t, proto, config...))
		})
	}
}

// reply is a command that was sent, with a result of its type.
type reply[V any] interface{ Result() (V, error) }

func want[V any](t *testing.T, expected V, cmd reply[V]) {
	t.Helper()
	require.Equal(t, expected, got(t, cmd))
}

func got[V any](t *testing.T, cmd reply[V]) V {
	t.Helper()
	v, err := cmd.Result()
	require.NoError(t, err)
	return v
}

func refused(t *testing.T, text string, cmd redis.Cmder) {
	t.Helper()
	require.EqualError(t, cmd.Err(), text)
}

// wantHelp checks the reply to a subcommand HELP.
func wantHelp(t *testing.T, e *env, name string) {
	t.Helper()
	lines, err := e.do(name, "help").StringSlice()
	require.NoError(t, err)
	require.Equal(t, strings.ToUpper(name)+" <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", lines[0])
	require.Equal(t, []string{"HELP", "    Print this help."}, lines[len(lines)-2:])
}

// needsSubcommand is the call of a command that is nothing without a subcommand.
func needsSubcommand(name string) func(*testing.T, *env) {
	return func(t *testing.T, e *env) {
		refused(t, "ERR wrong number of arguments for '"+name+"' command", e.do(name))
		refused(t, "ERR unknown subcommand 'nosuch'. Try "+strings.ToUpper(name)+" HELP.", e.do(name, "nosuch"))
	}
}

// calls is a hook that notes which commands a client was asked for.
type calls struct {
	mu    sync.Mutex
	names map[string]bool
}

func (c *calls) note(cmd redis.Cmder) {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := cmd.Name()
	c.names[name] = true
	if args := cmd.Args(); len(args) > 1 {
		if sub, ok := args[1].(string); ok {
			c.names[name+"|"+strings.ToLower(sub)] = true
		}
	}
}

func (c *calls) made(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.names[name]
}

func (c *calls) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c *calls) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		c.note(cmd)
		return next(ctx, cmd)
	}
}

func (c *calls) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		for _, cmd := range cmds {
			c.note(cmd)
		}
		return next(ctx, cmds)
	}
}
