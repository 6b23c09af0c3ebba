package goredis

import (
	"fmt"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

func TestPassword(t *testing.T) {
	bothProtocols(t, func(t *testing.T, e *env) {
		refused(t, "NOAUTH Authentication required.", e.rdb.Get(ctx, "k"))
		for _, who := range [][2]string{{"", "wrong"}, {"default", "wrong"}, {"nobody", "secret"}} {
			rdb := e.client(t, func(o *redis.Options) { o.Username, o.Password = who[0], who[1] })
			require.ErrorContains(t, rdb.Ping(ctx).Err(), "WRONGPASS invalid username-password pair or user is disabled.")
		}
		for _, user := range []string{"", "default"} {
			rdb := e.client(t, func(o *redis.Options) { o.Username, o.Password, o.DB = user, "secret", 1 })
			want(t, "OK", rdb.Set(ctx, "k", "v", 0))
			require.Equal(t, e.proto, got(t, rdb.ClientInfo(ctx)).Resp)
		}
	}, "--requirepass", "secret")
}

// TestIdentity checks what another client sees of one that has told its name, library and protocol.
func TestIdentity(t *testing.T) {
	bothProtocols(t, func(t *testing.T, e *env) {
		rdb := e.client(t, func(o *redis.Options) { o.ClientName, o.IdentitySuffix, o.DB = "worker", "suffix", 3 })
		id := got(t, rdb.ClientID(ctx))
		line, err := e.do("client", "list", "id", id).Text()
		require.NoError(t, err)
		for _, field := range []string{fmt.Sprint("id=", id), "name=worker", "db=3", fmt.Sprint("resp=", e.proto), "user=default",
			"lib-ver=" + redis.Version(), "flags=N", "laddr=" + e.s.Addr()} {
			require.Contains(t, strings.Fields(line), field)
		}
		require.Regexp(t, ` lib-name=go-redis\(suffix,[^ ]+\) `, line)
	})
}
