package latency

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBuckets(t *testing.T) {
	require.Equal(t, buckets-1, bucketOf(longest))
	require.Equal(t, buckets-1, bucketOf(math.MaxInt64))
	require.Equal(t, 1, bucketOf(-5))
	require.EqualValues(t, longest, greatestOf(buckets-1))
	least := int64(0)
	for i := range buckets {
		greatest := greatestOf(i)
		if i > 0 {
			require.Equal(t, i, bucketOf(least))
		}
		require.Equal(t, max(i, 1), bucketOf(greatest))
		require.LessOrEqual(t, (greatest-least)*fine, least)
		least = greatest + 1
	}
}

func TestPercentiles(t *testing.T) {
	var h Histogram
	times := make([]int64, 10_000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range times {
		times[i] = 1 + int64(math.Exp(r.Float64()*20))
		h.Count(times[i])
	}
	slices.Sort(times)
	var d Distribution
	d.Add(&h)
	require.EqualValues(t, len(times), d.Total)
	for _, p := range []float64{0.01, 1, 50, 99, 99.9, 100} {
		exact := times[max(int(p/100*float64(len(times)))-1, 0)]
		require.InEpsilon(t, exact, d.Percentile(p), 1.0/fine, p)
	}
	require.LessOrEqual(t, d.Percentile(0), d.Percentile(0.01))
	d.Add(&h)
	require.EqualValues(t, 2*len(times), d.Total)
	require.Zero(t, new(Distribution).Percentile(50))
}

func TestSteps(t *testing.T) {
	var h Histogram
	for _, nanos := range []int64{0, 1023, 1024, 5000, 5001, 33_000_000, int64(3e9)} {
		h.Count(nanos)
	}
	var d Distribution
	d.Add(&h)
	var got [][2]int64
	d.Steps(func(micros, count int64) { got = append(got, [2]int64{micros, count}) })
	require.Equal(t, [][2]int64{{1, 2}, {2, 3}, {8, 5}, {33816, 6}, {1082130, 7}}, got)
}

func TestCountDoesNotAllocate(t *testing.T) {
	var h Histogram
	require.Zero(t, testing.AllocsPerRun(100, func() { h.Count(12345) }))
}
