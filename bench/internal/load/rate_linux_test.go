package load

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/stretchr/testify/require"
)

func TestRate(t *testing.T) {
	f := startFake(t, ok)
	r := Rate{Clients: 4, Keys: 20, Value: 8, PerSecond: 2000, Duration: 100 * time.Millisecond}
	got, err := r.Run(t.Context(), f.addr)
	require.NoError(t, err)
	require.Len(t, got.Latencies, 200)
	require.Len(t, got.Late, 200)
	require.Len(t, f.seen(), 200)
	gets, keys := 0, map[string]bool{}
	for _, args := range f.seen() {
		keys[args[1]] = true
		if args[0] == "GET" {
			gets++
		} else {
			require.Equal(t, []string{"SET", "xxxxxxxx"}, []string{args[0], args[2]})
		}
	}
	require.InDelta(t, 100, gets, 50)
	require.Len(t, keys, 20)
	require.True(t, keys[Key(19)])
}

// A server that stands still for a while makes all requests late that were due meanwhile, not only those that it was sent
// before: of those due in the pause, half wait half the pause.
func TestRateCountsThePause(t *testing.T) {
	const pause = 200 * time.Millisecond
	n := 0
	f := startFake(t, func([]string) string {
		if n++; n == 100 {
			time.Sleep(pause)
		}
		return "+OK\r\n"
	})
	r := Rate{Clients: 2, Keys: 1, PerSecond: 1000, Duration: 400 * time.Millisecond}
	got, err := r.Run(t.Context(), f.addr)
	require.NoError(t, err)
	slices.Sort(got.Latencies)
	require.Greater(t, stats.Percentile(got.Latencies, 75), 50.0)
	require.Greater(t, stats.Percentile(got.Latencies, 100), 150.0)
}

func TestRateWithoutLimit(t *testing.T) {
	f := startFake(t, ok)
	r := Rate{Clients: 3, Keys: 10, Value: 3, Duration: 50 * time.Millisecond}
	got, err := r.Run(t.Context(), f.addr)
	require.NoError(t, err)
	require.Greater(t, len(got.Latencies), 10)
	require.Len(t, f.seen(), len(got.Latencies))
	require.Greater(t, got.PerSecond, 100.0)
	require.Empty(t, got.Late)
}

// Requests that a socket does not take are kept and sent later.
func TestRateKeepsWhatIsNotTaken(t *testing.T) {
	n := 0
	f := startFake(t, func([]string) string {
		if n++; n == 1 {
			time.Sleep(100 * time.Millisecond)
		}
		return "+OK\r\n"
	})
	r := Rate{Clients: 1, Keys: 10, Value: 1 << 20, PerSecond: 500, Duration: 100 * time.Millisecond}
	got, err := r.Run(t.Context(), f.addr)
	require.NoError(t, err)
	require.Len(t, got.Latencies, 50)
	require.Len(t, f.seen(), 50)
	for _, args := range f.seen() {
		if args[0] == "SET" {
			require.Equal(t, strings.Repeat("x", 1<<20), args[2])
		}
	}
}

func TestRateRefuses(t *testing.T) {
	good := Rate{Clients: 1, Keys: 1, Duration: 10 * time.Millisecond}
	f := startFake(t, func([]string) string { return "-ERR no\r\n" })
	_, err := good.Run(t.Context(), f.addr)
	require.ErrorContains(t, err, "ERR no")
	f = startFake(t, func([]string) string { return "+OK\r\n+OK\r\n" })
	_, err = good.Run(t.Context(), f.addr)
	require.ErrorContains(t, err, "more replies")
	for _, bad := range []Rate{{}, {Clients: 1, Keys: 1}, {Clients: 1, Keys: 1, Duration: 1, PerSecond: 1}} {
		_, err := bad.Run(t.Context(), f.addr)
		require.Error(t, err)
	}
}
