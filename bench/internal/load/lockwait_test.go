package load

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLockWait(t *testing.T) {
	for info, want := range map[string]time.Duration{
		"# CPU\r\nused_cpu_sys:1.5\r\n":                             -1,
		"# CPU\r\nminiredisd_mutex_wait_usec:1234\r\nother:5\r\n":   1234 * time.Microsecond,
		"# CPU\r\nother:5\r\nminiredisd_mutex_wait_usec:0\r\n":      0,
		"# CPU\r\nother:5\r\nminiredisd_mutex_wait_usec:x\r\nz:1\r": -1,
	} {
		f := startFake(t, func([]string) string { return fmt.Sprintf("$%d\r\n%s\r\n", len(info), info) })
		got, ok := LockWait(f.addr)
		require.Equal(t, want >= 0, ok, info)
		require.Equal(t, max(want, 0), got)
	}
	f := startFake(t, func([]string) string { return "-ERR no\r\n" })
	_, ok := LockWait(f.addr)
	require.False(t, ok)
}
