// Package lateness tells how late a server removes keys whose time has come, from nothing but counts of its keys.
//
// A key cannot be asked for: reading one that is past its deadline removes it on the spot, and what is to be measured is
// the removal that happens without anyone asking. DBSIZE counts keys without looking at them, past their deadline or not.
// We know every deadline, so the curve of the counts tells the rest:
//
//	keys removed
//	  ^            due: keys whose deadline has passed, known in advance
//	  |          .·'   ┌──
//	  |        .·' ┌───┘       removed: all keys less DBSIZE
//	  |      .·'┌──┘
//	  |    .·'┌─┘    |  the height between the curves is the keys that are stale: due, but still there
//	  |  .·'┌─┘      -- the width, at height i, is the lateness of the i-th removal
//	  └──────────────────────────> time
//
// The i-th removal is set against the i-th deadline. For a server that removes in the order of deadlines that is each key's
// own lateness. For one that picks keys at random, some are later and others earlier than shown: the mean is true, the
// median and above are a bound from below. Nothing here favours the orderly server.
//
// A count is taken at some time between request and reply. We report the worst that agrees with what was seen:
// a removal happened as late as the reply that first shows it; and between two counts, the keys still there were those of
// the first, while the deadlines passed were those up to the second's reply. So a pause of the one who samples makes the
// server look worse, never better, by no more than the longest gap between counts, which is reported beside it.
//
// Times are in milliseconds since any fixed point. It imports package stats alone.
package lateness

import (
	"cmp"
	"errors"
	"slices"
	"sort"

	"github.com/miniredisd/miniredisd/bench/internal/stats"
)

// Sample is a count of keys.
type Sample struct {
	Asked    float64 // when DBSIZE was sent
	Answered float64 // when its reply was there
	Keys     int
}

// Result is what the counts tell.
type Result struct {
	P50  float64 `json:"p50_ms"` // lateness of the removals
	P99  float64 `json:"p99_ms"`
	Max  float64 `json:"max_ms"`
	Left int     `json:"left"` // keys that were never removed; in P50 to Max as if removed at the last sample

	// StaleSeen and StaleBound are the greatest share of all keys, 0 to 1, that was stale at any time: what was certainly
	// so at the time of a count, and what may have been so between counts.
	StaleSeen  float64 `json:"stale_seen"`
	StaleBound float64 `json:"stale_bound"`

	// Gap is the longest time between two replies: how much of the above may be the sampling.
	Gap float64 `json:"longest_gap_ms"`
}

// Derive computes the result from the deadlines, ascending, one for each key there was, and the samples in the order they
// were taken.
func Derive(deadlines []float64, samples []Sample) (Result, error) {
	switch {
	case len(deadlines) == 0 || len(samples) == 0:
		return Result{}, errors.New("lateness needs deadlines and samples")
	case !slices.IsSorted(deadlines):
		return Result{}, errors.New("the deadlines are not in order")
	case !slices.IsSortedFunc(samples, func(a, b Sample) int { return cmp.Compare(a.Answered, b.Answered) }):
		return Result{}, errors.New("the samples are not in order")
	case samples[0].Asked > deadlines[0]:
		return Result{}, errors.New("the samples begin after the first deadline")
	}
	total := len(deadlines)
	due := func(at float64) int { return sort.Search(total, func(i int) bool { return deadlines[i] > at }) }
	var r Result
	late := make([]float64, 0, total)
	removed, before := 0, samples[0].Answered // as of the last sample
	for _, s := range samples {
		if s.Keys > total {
			return Result{}, errors.New("more keys were counted than there are deadlines")
		}
		r.Gap = max(r.Gap, s.Answered-before)
		before = s.Answered
		r.StaleBound = max(r.StaleBound, float64(due(s.Answered)-removed)/float64(total))
		for ; removed < total-s.Keys; removed++ {
			late = append(late, s.Answered-deadlines[removed])
		}
		r.StaleSeen = max(r.StaleSeen, float64(due(s.Asked)-removed)/float64(total))
	}
	r.Left = total - removed
	for ; removed < total; removed++ {
		late = append(late, before-deadlines[removed])
	}
	slices.Sort(late)
	r.P50, r.P99, r.Max = stats.Percentile(late, 50), stats.Percentile(late, 99), late[total-1]
	return r, nil
}

// Uniform returns n deadlines in whole milliseconds, evenly spread over span from begin on: begin ≤ deadline < begin+span.
func Uniform(begin int64, span, n int) []int64 {
	d := make([]int64, n)
	for i := range d {
		d[i] = begin + int64(i)*int64(span)/int64(n)
	}
	return d
}
