package lateness

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// at is a count that took no time.
func at(ms float64, keys int) Sample { return Sample{ms, ms, keys} }

func TestDerive(t *testing.T) {
	ten := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for _, c := range []struct {
		name      string
		deadlines []float64
		samples   []Sample
		want      Result
	}{
		{
			"each removed at its deadline", []float64{1, 2, 3}, []Sample{at(0, 3), at(1, 2), at(2, 1), at(3, 0)},
			Result{StaleBound: 1. / 3, Gap: 1},
		}, {
			"each 5 ms late", []float64{10, 20, 30, 40}, []Sample{at(0, 4), at(15, 3), at(25, 2), at(35, 1), at(45, 0)},
			Result{P50: 5, P99: 5, Max: 5, StaleBound: .25, Gap: 15},
		}, {
			"all in one sweep at 10", ten, []Sample{at(0, 10), at(5, 10), at(10, 0)},
			Result{P50: 4, P99: 9, Max: 9, StaleSeen: .5, StaleBound: 1, Gap: 5},
		}, {
			"a stall between two counts shows in the bound", []float64{1, 2, 3, 4}, []Sample{at(0, 4), at(4, 0)},
			Result{P50: 1, P99: 3, Max: 3, StaleBound: 1, Gap: 4},
		}, {
			"a slow reply: due when asked is certain, due when answered is possible", []float64{1, 2, 3, 4},
			[]Sample{at(0, 4), {Asked: 2, Answered: 4, Keys: 3}, at(5, 0)},
			Result{P50: 2, P99: 3, Max: 3, StaleSeen: .25, StaleBound: 1, Gap: 4},
		}, {
			"keys that are never removed", []float64{1, 2, 3, 4}, []Sample{at(0, 4), at(4, 2), at(100, 2)},
			Result{P50: 3, P99: 97, Max: 97, Left: 2, StaleSeen: .5, StaleBound: 1, Gap: 96},
		}, {
			"removed too early", []float64{10}, []Sample{at(0, 1), at(1, 0)},
			Result{P50: -9, P99: -9, Max: -9, Gap: 1},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Derive(c.deadlines, c.samples)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

// A million keys over ten seconds, all removed late by a constant, sampled each millisecond: the constant comes out again.
func TestDeriveFindsAConstantDelay(t *testing.T) {
	const n, span, delay = 1_000_000, 10_000, 7
	deadlines := make([]float64, n)
	for i, d := range Uniform(1000, span, n) {
		deadlines[i] = float64(d)
	}
	var samples []Sample
	for ms := 900; ms < 1000+span+20; ms++ {
		removed := min(max((ms-delay-1000+1)*(n/span), 0), n)
		samples = append(samples, at(float64(ms), n-removed))
	}
	r, err := Derive(deadlines, samples)
	require.NoError(t, err)
	require.Equal(t, Result{P50: delay, P99: delay, Max: delay, StaleSeen: .0007, StaleBound: .0008, Gap: 1}, r)
}

func TestDeriveRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		deadlines []float64
		samples   []Sample
	}{
		"no deadlines":             {nil, []Sample{at(0, 0)}},
		"no samples":               {[]float64{1}, nil},
		"deadlines out of order":   {[]float64{2, 1}, []Sample{at(0, 2)}},
		"samples out of order":     {[]float64{5}, []Sample{at(1, 1), at(0, 1)}},
		"samples begin too late":   {[]float64{1}, []Sample{at(2, 0)}},
		"more keys than deadlines": {[]float64{1}, []Sample{at(0, 2)}},
	} {
		_, err := Derive(c.deadlines, c.samples)
		require.Error(t, err, name)
	}
}

func TestUniform(t *testing.T) {
	require.Equal(t, []int64{100, 102, 105, 107}, Uniform(100, 10, 4))
	require.Equal(t, []int64{7, 7, 7, 8, 8, 8}, Uniform(7, 2, 6))
}
