//go:build unix

package goredis

import (
	"path/filepath"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

func TestUnixSocket(t *testing.T) {
	bothProtocols(t, func(t *testing.T, e *env) {
		path := filepath.Join(t.TempDir(), "s")
		e.restart(t, "--unixsocket", path)
		rdb := e.client(t, func(o *redis.Options) { o.Network, o.Addr = "unix", path })
		want(t, "OK", rdb.Set(ctx, "k", "v", 0))
		want(t, "v", e.rdb.Get(ctx, "k"))
		info := got(t, rdb.ClientInfo(ctx))
		require.Equal(t, path+":0", info.Addr)
		require.Equal(t, e.proto, info.Resp)
	})
}
