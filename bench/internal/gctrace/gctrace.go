// Package gctrace reads what a Go program prints about the collection of garbage under GODEBUG=gctrace=1. It imports nothing
// of this module.
package gctrace

import (
	"regexp"
	"strconv"
)

// Env is the environment that makes a Go program print it.
const Env = "GODEBUG=gctrace=1"

// Summary is what a log tells of the collections in it. Times are in ms.
type Summary struct {
	Cycles int
	// Pause is the longest time that the whole program stood still: of a collection's two stops, before and after marking,
	// each by itself.
	Pause float64
	// Mark is the longest time between the two stops. The program runs meanwhile, but shares its cores with the marking, and
	// what allocates much has to help.
	Mark float64
}

// clock finds the three times of a collection:
//
//	gc 7 @1.520s 3%: 0.021+5.4+0.013 ms clock, 0.04+1.2/5.1/0+0.02 ms cpu, 40->41->21 MB, 42 MB goal, …
//	                 stop, mark, stop
var clock = regexp.MustCompile(`(?m)^gc \d+ @\S+ \d+%: ([\d.]+)\+([\d.]+)\+([\d.]+) ms clock,`)

// Parse reads a log. What is not about collections is passed over.
func Parse(log string) Summary {
	var s Summary
	for _, m := range clock.FindAllStringSubmatch(log, -1) {
		var times [3]float64
		bad := false
		for i := range times {
			v, err := strconv.ParseFloat(m[i+1], 64)
			times[i], bad = v, bad || err != nil
		}
		if bad {
			continue
		}
		s.Cycles++
		s.Pause = max(s.Pause, times[0], times[2])
		s.Mark = max(s.Mark, times[1])
	}
	return s
}
