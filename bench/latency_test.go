package main

import (
	"bytes"
	"testing"

	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/stretchr/testify/require"
)

func TestLatencyRemarks(t *testing.T) {
	one := func(v float64) stats.Summary { return stats.Summary{Median: v, Min: v, Max: v} }
	none, cycles, pause, mark := one(0), one(3), stats.Summary{Median: 0.1, Min: 0.05, Max: 0.25}, stats.Summary{Median: 5, Min: 4, Max: 12}
	for _, c := range []struct {
		name   string
		result latencyResult
		want   string
		not    string
	}{
		{"collections", latencyResult{Server: ours, Collections: &cycles, Pause: &pause, Mark: &mark},
			"miniredisd collected garbage 3.00 times a round; the longest pause was 0.250 ms, the longest marking beside requests 12.0 ms.", "was late"},
		{"no collection", latencyResult{Server: ours, Collections: &none, Pause: &none, Mark: &none}, "collected no garbage", "was late"},
		{"another server", latencyResult{Server: reference, P99: one(7)}, "7.00", "garbage"},
		{"a late generator", latencyResult{Server: reference, LateP99: one(1.5)}, "The generator was late", "garbage"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			l := latencyRun{latency: &latency{rate: 1000}, bench: &bench{stdout: &out}}
			require.NoError(t, l.print([]latencyResult{c.result}))
			require.Contains(t, out.String(), c.want)
			require.NotContains(t, out.String(), c.not)
		})
	}
}
