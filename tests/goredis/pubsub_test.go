package goredis

import (
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

var pubsubTable = table{
	"subscribe": func(t *testing.T, e *env) {
		l := e.listen(t, "subscribe", e.rdb.Subscribe(ctx, "a", "b"))
		l.confirms("subscribe a 1", "subscribe b 2")
		want(t, 1, e.rdb.Publish(ctx, "b", "hello"))
		l.gets("b: hello")
		require.NoError(t, l.Ping(ctx, "still there"))
		require.Equal(t, &redis.Pong{Payload: "still there"}, l.receive())
	},
	"psubscribe": func(t *testing.T, e *env) {
		l := e.listen(t, "psubscribe", e.rdb.PSubscribe(ctx, "a*"))
		l.confirms("psubscribe a* 1")
		want(t, 1, e.rdb.Publish(ctx, "abc", "hello"))
		l.gets("a* abc: hello")
		want(t, 0, e.rdb.Publish(ctx, "bcd", "hello"))
	},
	"ssubscribe": func(t *testing.T, e *env) {
		l := e.listen(t, "ssubscribe", e.rdb.SSubscribe(ctx, "a"))
		l.confirms("ssubscribe a 1")
		want(t, 1, e.rdb.SPublish(ctx, "a", "hello"))
		l.gets("a: hello")
		want(t, 0, e.rdb.Publish(ctx, "a", "hello"))
	},
	"unsubscribe": func(t *testing.T, e *env) {
		l := e.listen(t, "unsubscribe", e.rdb.Subscribe(ctx, "a", "b"))
		l.confirms("subscribe a 1", "subscribe b 2")
		require.NoError(t, l.Unsubscribe(ctx, "a"))
		l.confirms("unsubscribe a 1")
		want(t, 0, e.rdb.Publish(ctx, "a", "hello"))
		want(t, 1, e.rdb.Publish(ctx, "b", "hello"))
		l.gets("b: hello")
	},
	"punsubscribe": func(t *testing.T, e *env) {
		l := e.listen(t, "punsubscribe", e.rdb.PSubscribe(ctx, "a*", "b*"))
		l.confirms("psubscribe a* 1", "psubscribe b* 2")
		require.NoError(t, l.PUnsubscribe(ctx, "b*"))
		l.confirms("punsubscribe b* 1")
		want(t, 1, e.rdb.PubSubNumPat(ctx))
	},
	"sunsubscribe": func(t *testing.T, e *env) {
		l := e.listen(t, "sunsubscribe", e.rdb.SSubscribe(ctx, "a", "b"))
		l.confirms("ssubscribe a 1", "ssubscribe b 2")
		require.NoError(t, l.SUnsubscribe(ctx, "b"))
		l.confirms("sunsubscribe b 1")
		want(t, 0, e.rdb.SPublish(ctx, "b", "hello"))
	},
	"publish": func(t *testing.T, e *env) {
		want(t, 0, e.rdb.Publish(ctx, "a", "nobody"))
		l := e.listen(t, "", e.rdb.Subscribe(ctx, "a"))
		l.confirms("subscribe a 1")
		channel := l.Channel()
		_, err := e.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
			for i := range 10 {
				p.Publish(ctx, "a", i)
			}
			return nil
		})
		require.NoError(t, err)
		for i := range 10 {
			require.Equal(t, fmt.Sprint(i), (<-channel).Payload)
		}
	},
	"spublish":      func(t *testing.T, e *env) { want(t, 0, e.rdb.SPublish(ctx, "a", "nobody")) },
	"pubsub":        needsSubcommand("pubsub"),
	"pubsub|help":   func(t *testing.T, e *env) { wantHelp(t, e, "pubsub") },
	"pubsub|numpat": func(t *testing.T, e *env) { want(t, 0, e.rdb.PubSubNumPat(ctx)) },
	"pubsub|channels": func(t *testing.T, e *env) {
		e.listen(t, "", e.rdb.Subscribe(ctx, "a", "b")).confirms("subscribe a 1", "subscribe b 2")
		require.ElementsMatch(t, []string{"a", "b"}, got(t, e.rdb.PubSubChannels(ctx, "*")))
		want(t, []string{"b"}, e.rdb.PubSubChannels(ctx, "[b-z]"))
	},
	"pubsub|numsub": func(t *testing.T, e *env) {
		e.listen(t, "", e.rdb.Subscribe(ctx, "a")).confirms("subscribe a 1")
		want(t, map[string]int64{"a": 1, "b": 0}, e.rdb.PubSubNumSub(ctx, "a", "b"))
	},
	"pubsub|shardchannels": func(t *testing.T, e *env) {
		e.listen(t, "", e.rdb.SSubscribe(ctx, "a")).confirms("ssubscribe a 1")
		want(t, []string{"a"}, e.rdb.PubSubShardChannels(ctx, ""))
		want(t, []string{}, e.rdb.PubSubShardChannels(ctx, "b*"))
	},
	"pubsub|shardnumsub": func(t *testing.T, e *env) {
		e.listen(t, "", e.rdb.SSubscribe(ctx, "a")).confirms("ssubscribe a 1")
		want(t, map[string]int64{"a": 1, "b": 0}, e.rdb.PubSubShardNumSub(ctx, "a", "b"))
	},
}

// listener is a client's subscriptions, on a connection of their own.
type listener struct {
	*redis.PubSub
	t *testing.T
}

// listen takes notice of a command that no hook sees: those that subscribe go another way.
func (e *env) listen(t *testing.T, name string, p *redis.PubSub) listener {
	e.calls.note(redis.NewCmd(ctx, name))
	t.Cleanup(func() { p.Close() })
	return listener{p, t}
}

func (l listener) receive() any {
	l.t.Helper()
	m, err := l.ReceiveTimeout(ctx, patience)
	require.NoError(l.t, err)
	return m
}

func (l listener) confirms(lines ...string) {
	l.t.Helper()
	for _, line := range lines {
		s, ok := l.receive().(*redis.Subscription)
		require.True(l.t, ok)
		require.Equal(l.t, line, fmt.Sprint(s.Kind, " ", s.Channel, " ", s.Count))
	}
}

func (l listener) gets(line string) {
	l.t.Helper()
	m, ok := l.receive().(*redis.Message)
	require.True(l.t, ok)
	text := m.Channel + ": " + m.Payload
	if m.Pattern != "" {
		text = m.Pattern + " " + text
	}
	require.Equal(l.t, line, text)
}

// A program that waits for keys to expire.
func TestExpiredKeys(t *testing.T) {
	bothProtocols(t, func(t *testing.T, e *env) {
		l := e.listen(t, "", e.rdb.PSubscribe(ctx, "__keyevent@*__:expired"))
		l.confirms("psubscribe __keyevent@*__:expired 1")
		channel := l.Channel()
		for i := range 10 {
			want(t, "OK", e.rdb.Set(ctx, fmt.Sprint("k", i), "v", time.Duration(i+1)*time.Second))
		}
		e.s.FastForward(time.Minute)
		var expired []string
		for range 10 {
			m := <-channel
			require.Equal(t, "__keyevent@0__:expired", m.Channel)
			expired = append(expired, m.Payload)
		}
		require.Len(t, expired, 10)
		require.Subset(t, expired, []string{"k0", "k9"})
	}, "--notify-keyspace-events", "Ex")
}
