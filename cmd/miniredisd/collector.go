package main

// How much memory the garbage collector may leave unused. Go lets the heap grow to twice what lives in it; of a store that
// holds gigabytes, that would be gigabytes. Most data lie outside of the Go heap, and what lies in it (lists, streams,
// tables of large collections) has few pointers and is quickly marked, so a large heap is collected sooner.

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// collectorEvery is how often the heap is looked at.
	collectorEvery = time.Second
	// minSpare is how much the heap may grow between two collections whatever its size, in bytes.
	minSpare = 32 << 20
	// spareShare is the share of what lives that a larger heap may grow by: a sixth.
	spareShare = 6
	// percentStep is the least change of GOGC that is worth stopping the program for.
	percentStep = 5
)

// tendCollector keeps the heap tight until stop is closed, unless the user has said how by GOGC.
func tendCollector(stop <-chan struct{}) {
	if os.Getenv("GOGC") != "" {
		return
	}
	tick := time.NewTicker(collectorEvery)
	defer tick.Stop()
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	percent := 100
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		metrics.Read(live)
		if want := collectorPercent(live[0].Value.Uint64()); want > percent+percentStep || want < percent-percentStep {
			debug.SetGCPercent(want)
			percent = want
		}
	}
}

// collectorPercent is GOGC for a heap in which so many bytes live.
func collectorPercent(live uint64) int {
	spare := max(minSpare, live/spareShare)
	return int(min(100, spare*100/max(live, 1)))
}
