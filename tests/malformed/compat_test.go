//go:build compat

package malformed

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/process"
)

// TestRedis compares the answers with those of a real redis-server.
func TestRedis(t *testing.T) {
	t.Logf("-seed %d", *seed)
	ours, redis := start(t), process.Redis(t, t.TempDir()).Addr
	r := rand.New(rand.NewPCG(*seed, 0))
	for range *count {
		req := generate(r)
		want, err := answer(redis, req.pieces...)
		require.NoError(t, err)
		got, err := answer(ours, req.pieces...)
		require.NoError(t, err)
		require.Equal(t, want, got, "-seed %d: %s", *seed, req)
		if !req.unknown {
			require.Equal(t, want, req.want, "-seed %d: %s", *seed, req)
		}
	}
}
