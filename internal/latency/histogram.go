// Package latency remembers how long things took: a histogram for each command (LATENCY HISTOGRAM, INFO latencystats), and
// of each kind of event the worst times of late (LATENCY LATEST, HISTORY, GRAPH). It reads no clock and uses nothing of ours.
package latency

import (
	"math/bits"
	"sync/atomic"
)

// Times are counted in buckets that are never wider than a 32nd of the times in them:
//
//	time, ns    0 … 63      64 … 127     128 … 255     …     2^29 … 2^30-1
//	buckets     64, of 1    32, of 2     32, of 4            32, of 2^24
const (
	fineBits   = 5
	fine       = 1 << fineBits
	longestLog = 30 // 2^30 ns, about a second; what takes longer is counted as that long
	longest    = 1<<longestLog - 1
	buckets    = (longestLog - fineBits + 1) * fine
)

// Histogram counts times. It is safe for concurrent use; to count neither locks nor allocates.
type Histogram struct{ counts [buckets]atomic.Int64 }

// Count counts a time, in ns.
func (h *Histogram) Count(nanos int64) { h.counts[bucketOf(nanos)].Add(1) }

func bucketOf(nanos int64) int {
	n := uint64(min(max(nanos, 1), longest))
	if n < 2*fine {
		return int(n)
	}
	shift := bits.Len64(n) - fineBits - 1
	return shift<<fineBits + int(n>>shift)
}

// greatestOf is the longest time that is counted in bucket i.
func greatestOf(i int) int64 {
	if i < 2*fine {
		return int64(i)
	}
	shift := i>>fineBits - 1
	return int64(i-shift<<fineBits+1)<<shift - 1
}

// Distribution is what was in one or more histograms at a time.
type Distribution struct {
	counts [buckets]int64
	Total  int64
}

// Add adds what is in h.
func (d *Distribution) Add(h *Histogram) {
	for i := range h.counts {
		n := h.counts[i].Load()
		d.counts[i] += n
		d.Total += n
	}
}

// Percentile is the time that p percent of all times are not longer than, in ns: the longest one of its bucket.
func (d *Distribution) Percentile(p float64) int64 {
	rank := max(int64(min(p, 100)/100*float64(d.Total)+0.5), 1)
	for i, n := range d.counts {
		if rank -= n; rank <= 0 {
			return greatestOf(i)
		}
	}
	return 0
}

// firstStep ends the first of the steps, in ns; each further one ends at twice as much.
const firstStep = 1024

// Steps calls f with times that double from about 1 µs on, and how many times were not longer; as long as these become more,
// and only where they do. The times, in µs, are those that Redis shows, whose buckets make each step end a 128th later.
func (d *Distribution) Steps(f func(micros, count int64)) {
	var sum, last int64
	next := int64(firstStep)
	for i, n := range d.counts {
		sum += n
		if greatestOf(i) != next-1 {
			continue
		}
		if sum > last {
			f((next+next/128-1)/1000, sum)
		}
		last, next = sum, next*2
	}
}
