package stats

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSummarize(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []float64
		want   Summary
	}{
		{"none", nil, Summary{}},
		{"one", []float64{3}, Summary{3, 3, 3}},
		{"odd", []float64{9, 1, 5}, Summary{5, 1, 9}},
		{"even", []float64{4, 1, 2, 8}, Summary{3, 1, 8}},
		{"an outlier moves only the maximum", []float64{2, 2, 1000, 2, 2}, Summary{2, 2, 1000}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, Summarize(c.values)) })
	}
}

func TestSummarizeKeepsItsArgument(t *testing.T) {
	values := []float64{3, 1, 2}
	Summarize(values)
	require.Equal(t, []float64{3, 1, 2}, values)
}

func TestPercentile(t *testing.T) {
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = float64(i + 1)
	}
	for _, c := range []struct {
		name   string
		values []float64
		p      float64
		want   float64
	}{
		{"none", nil, 50, 0},
		{"one", []float64{7}, 99, 7},
		{"median", hundred, 50, 50},
		{"p99", hundred, 99, 99},
		{"all", hundred, 100, 100},
		{"zero is the least", hundred, 0, 1},
		{"between ranks rounds up", []float64{1, 2, 3}, 50, 2},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, Percentile(c.values, c.p)) })
	}
}

func TestRatio(t *testing.T) {
	require.Equal(t, 0.5, Ratio(1, 2))
	require.Zero(t, Ratio(1, 0))
}
