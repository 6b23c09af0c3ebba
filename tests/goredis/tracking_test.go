package goredis

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

// trackingTable is about client-side caching, with messages that another connection gets: go-redis reads none beside replies.
var trackingTable = table{
	"client|tracking": func(t *testing.T, e *env) {
		conn, l := e.redirect(t)
		want(t, "OK", conn.Set(ctx, "k", "1", 0))
		want(t, "1", conn.Get(ctx, "k"))
		want(t, 2, e.rdb.Incr(ctx, "k"))
		l.invalid("k")
		want(t, any("OK"), conn.Do(ctx, "client", "tracking", "off"))
		refused(t, "ERR syntax error", conn.Do(ctx, "client", "tracking", "perhaps"))
	},
	"client|caching": func(t *testing.T, e *env) {
		conn, l := e.redirect(t, "optin")
		refused(t, "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.", conn.Do(ctx, "client", "caching", "no"))
		_, err := conn.TxPipelined(ctx, func(p redis.Pipeliner) error { // not asked for
			p.Get(ctx, "other")
			return nil
		})
		require.ErrorIs(t, err, redis.Nil)
		want(t, any("OK"), conn.Do(ctx, "client", "caching", "yes"))
		_, err = conn.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.PTTL(ctx, "k")
			p.Get(ctx, "k")
			return nil
		})
		require.ErrorIs(t, err, redis.Nil)
		want(t, "OK", e.rdb.MSet(ctx, "other", 1, "k", 1))
		l.invalid("k")
	},
	"client|trackinginfo": func(t *testing.T, e *env) {
		conn, _ := e.redirect(t, "bcast", "prefix", "b", "prefix", "a", "noloop")
		info := got(t, conn.Do(ctx, "client", "trackinginfo"))
		flags, prefixes := []any{"on", "bcast", "noloop"}, []any{"a", "b"}
		if list, flat := info.([]any); flat {
			require.Equal(t, []any{"flags", flags, "redirect", list[3], "prefixes", prefixes}, list)
			return
		}
		require.Equal(t, flags, info.(map[any]any)["flags"])
		require.Equal(t, prefixes, info.(map[any]any)["prefixes"])
	},
	"client|getredir": func(t *testing.T, e *env) {
		want(t, any(int64(-1)), e.do("client", "getredir"))
		conn, l := e.redirect(t)
		want(t, any(l.id), conn.Do(ctx, "client", "getredir"))
	},
}

// redirected is a connection that gets the messages of another.
type redirected struct {
	t  *testing.T
	id int64
	*redis.PubSub
}

// redirect returns a connection that tracks keys, and one that gets its messages.
func (e *env) redirect(t *testing.T, options ...any) (*redis.Conn, *redirected) {
	t.Helper()
	conn := e.conn(t)
	r := &redirected{t: t}
	// Messages for who listens to channels are of RESP2; RESP3 has a kind of its own, of which go-redis knows nothing.
	rdb := e.client(t, func(opt *redis.Options) {
		opt.Protocol = 2
		opt.OnConnect = func(_ context.Context, c *redis.Conn) (err error) {
			r.id, err = c.ClientID(ctx).Result()
			return err
		}
	})
	r.PubSub = rdb.Subscribe(ctx, "__redis__:invalidate")
	t.Cleanup(func() { r.Close() })
	_, err := r.ReceiveTimeout(ctx, patience)
	require.NoError(t, err)
	want(t, any("OK"), conn.Do(ctx, append([]any{"client", "tracking", "on", "redirect", r.id}, options...)...))
	return conn, r
}

// invalid waits for the message about a key.
func (r *redirected) invalid(key string) {
	r.t.Helper()
	msg, err := r.ReceiveTimeout(ctx, patience)
	require.NoError(r.t, err)
	require.Equal(r.t, []string{key}, msg.(*redis.Message).PayloadSlice)
}
