package server

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
)

func TestWhatIsNoteworthy(t *testing.T) {
	for _, tc := range []struct {
		slower, length, threshold int64
		slow, event, least        int64
	}{
		{10000, 128, 0, 1e7, never, 1e7},
		{0, 128, 0, 0, never, 0},
		{-1, 128, 0, never, never, never},
		{10000, 0, 0, never, never, never},
		{10000, 128, 5, 1e7, 5e6, 5e6},
		{math.MaxInt64, 128, math.MaxInt64, never, never, never},
	} {
		s := startWith(t, nil, "--slowlog-log-slower-than", fmt.Sprint(tc.slower), "--slowlog-max-len", fmt.Sprint(tc.length),
			"--latency-monitor-threshold", fmt.Sprint(tc.threshold))
		w := &s.watching
		require.Equal(t, []int64{tc.slow, tc.event, tc.least}, []int64{w.slow.Load(), w.event.Load(), w.noteworthy.Load()}, tc)
	}
}

func TestSlowCommandsAreNoted(t *testing.T) {
	s := startWith(t, clock.NewManual(time.Unix(5000, 0)), "--latency-monitor-threshold", "10", "--enable-debug-command", "yes")
	p := dial(t, s)
	p.do("CLIENT SETNAME me", "+OK")
	p.do("DEBUG SLEEP 0.02", "+OK")
	entries := s.SlowLog().Latest(-1)
	require.Len(t, entries, 1)
	require.Equal(t, []string{"DEBUG", "SLEEP", "0.02"}, entries[0].Args)
	require.Equal(t, p.LocalAddr().String(), entries[0].Addr)
	require.Equal(t, "me", entries[0].Name)
	require.EqualValues(t, 5000, entries[0].At)
	require.GreaterOrEqual(t, entries[0].Took, 20*time.Millisecond)
	series, ok := s.LatencyEvents().Of("command")
	require.True(t, ok)
	require.EqualValues(t, 5000, series.Last().At)
	require.GreaterOrEqual(t, series.Last().Millis, int64(20))
	s.observe("expire-cycle", 9*time.Millisecond)
	s.observe("expire-cycle", 11*time.Millisecond)
	series, _ = s.LatencyEvents().Of("expire-cycle")
	require.EqualValues(t, 11, series.Worst)
}

func TestErrorCodes(t *testing.T) {
	for msg, want := range map[string]string{"ERR no": "ERR", "WRONGTYPE a b": "WRONGTYPE", "nothing": "ERR", "": "ERR", " x": "",
		strings.Repeat("A", 30) + " x": strings.Repeat("A", 30), strings.Repeat("A", 31) + " x": "ERR"} {
		require.Equal(t, want, errorCode(msg), msg)
	}
}

func TestErrorStatsHaveALimit(t *testing.T) {
	var log bytes.Buffer
	s, err := New(Options{Config: config.New(), Log: NewLogger(&log, Notice)})
	require.NoError(t, err)
	for i := range 1000 {
		s.countError(fmt.Sprintf("E%d happened", i))
	}
	require.Equal(t, map[string]int64{"ERRORSTATS_DISABLED": 1}, s.stats.errorKinds)
	require.EqualValues(t, 1000, s.stats.errors.Load())
	require.Equal(t, 1, strings.Count(log.String(), "Errorstats stopped adding new errors"))
	require.Equal(t, 1, strings.Count(log.String(), "Current errors code list: E0, E1, E10,"))
	require.EqualValues(t, 128, s.stats.errorsFreed.Load())
	s.ResetStats()
	s.countError("ERR x")
	require.Equal(t, map[string]int64{"ERR": 1}, s.stats.errorKinds)
}

func TestCommandsAreCountedWithAndWithoutHistograms(t *testing.T) {
	s, clients := fedClients(t, 20)
	request := []byte("PING\r\n")
	call := func() {
		for _, c := range clients {
			feed(c, request)
		}
	}
	ping := s.registry.Lookup([]byte("ping"))
	calls := func() int64 { sums, _ := s.stats.command(ping.ID); return sums.calls }
	call()
	require.EqualValues(t, 20, calls())
	require.EqualValues(t, 20, s.CommandLatency(ping).Total)
	require.NoError(t, s.cfg.Set([]config.Pair{{Name: "latency-tracking", Value: "no"}}, config.Caller{}))
	call()
	require.EqualValues(t, 40, calls())
	require.EqualValues(t, 20, s.CommandLatency(ping).Total)
	s.ResetStats()
	require.Zero(t, calls())
	require.Nil(t, s.CommandLatency(ping))
	require.NoError(t, s.cfg.Set([]config.Pair{{Name: "latency-tracking", Value: "yes"}}, config.Caller{}))
	call()
	require.Zero(t, allocations(clients[0], "PING"))
}
