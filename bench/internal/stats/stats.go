// Package stats reduces repeated measurements to the few figures that are printed. It imports nothing of this module.
package stats

import (
	"math"
	"slices"
)

// Summary is a set of measurements in three figures. All are zero when there was none.
type Summary struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// Summarize returns the median, the least and the greatest of the values. The median of an even number of values is the
// mean of the two in the middle.
func Summarize(values []float64) Summary {
	if len(values) == 0 {
		return Summary{}
	}
	s := slices.Sorted(slices.Values(values))
	mid := len(s) / 2
	median := s[mid]
	if len(s)%2 == 0 {
		median = (s[mid-1] + s[mid]) / 2
	}
	return Summary{Median: median, Min: s[0], Max: s[len(s)-1]}
}

// Percentile returns the value that p percent of the ascending values do not exceed (nearest rank); 0 when there is none.
func Percentile(ascending []float64, p float64) float64 {
	n := len(ascending)
	if n == 0 {
		return 0
	}
	rank := int(math.Ceil(p / 100 * float64(n)))
	return ascending[min(max(rank, 1), n)-1]
}

// Ratio returns a/b, and 0 for "cannot be told" when b is 0.
func Ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
