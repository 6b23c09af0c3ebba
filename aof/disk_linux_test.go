package aof

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// Where the kernel does not sync by itself, a goroutine does; and nothing is left of either when the log is closed.
func TestDiskRefused(t *testing.T) {
	for _, refused := range []bool{false, true} {
		before := descriptors(t)
		l, err := Open(Options{Dir: t.TempDir(), Policy: Always})
		require.NoError(t, err)
		l.syncs.disk.refused = refused
		for i := int64(1); i <= 10; i++ {
			l.Feed([]byte("x"), i)
			require.NoError(t, l.WaitSynced(i))
			require.Equal(t, i, l.Synced())
		}
		if refused {
			require.Nil(t, l.syncs.disk.ring)
		}
		require.NoError(t, l.Close())
		require.Equal(t, before, descriptors(t))
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	return len(list)
}
