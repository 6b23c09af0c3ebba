package load

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOpenIdle(t *testing.T) {
	f := startFake(t, func([]string) string { return "+PONG\r\n" })
	idle, err := OpenIdle(t.Context(), f.addr, 20)
	require.NoError(t, err)
	require.Len(t, idle, 20)
	require.Len(t, f.seen(), 20)
	idle.Close()

	n := 0
	f = startFake(t, func([]string) string {
		if n++; n > 3 {
			return "-ERR max number of clients reached\r\n"
		}
		return "+PONG\r\n"
	})
	_, err = OpenIdle(t.Context(), f.addr, 20)
	require.ErrorContains(t, err, "connection 4")
	require.ErrorContains(t, err, "max number of clients")
}

func TestDialFromManyAddresses(t *testing.T) {
	f := startFake(t, ok)
	for _, n := range []int{0, 1, 251} {
		dialer := dialFrom(n)
		c, err := dialer.DialContext(t.Context(), "tcp", f.addr)
		require.NoError(t, err)
		c.Close()
	}
}
