package latency

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// seriesLen is how many seconds with something to tell are remembered of each kind of event.
const seriesLen = 160

// Sample is the worst event of a second.
type Sample struct {
	At     int64 // seconds since the epoch
	Millis int64
}

// Series is what is remembered of one kind of event.
type Series struct {
	Event   string
	Samples []Sample // the oldest first, at most seriesLen; at least one
	Worst   int64    // of all time, in ms
}

// Last is the newest sample.
func (s *Series) Last() Sample { return s.Samples[len(s.Samples)-1] }

// Events remembers which events took long, by their kind. It is safe for concurrent use. The kinds are a few names in the
// program, so there is no limit on their number.
type Events struct {
	mu     sync.Mutex
	series map[string]*Series
}

// Add notes an event that took long.
func (e *Events) Add(event string, at, millis int64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.series[event]
	if s == nil {
		if e.series == nil {
			e.series = map[string]*Series{}
		}
		s = &Series{Event: event}
		e.series[event] = s
	}
	s.Worst = max(s.Worst, millis)
	if n := len(s.Samples); n > 0 && s.Samples[n-1].At == at {
		s.Samples[n-1].Millis = max(s.Samples[n-1].Millis, millis)
		return
	}
	if len(s.Samples) == seriesLen {
		s.Samples = slices.Delete(s.Samples, 0, 1)
	}
	s.Samples = append(s.Samples, Sample{at, millis})
}

// All lists copies of the series by the events' names.
func (e *Events) All() []Series {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []Series
	for _, name := range slices.Sorted(maps.Keys(e.series)) {
		all = append(all, e.series[name].clone())
	}
	return all
}

// Of is a copy of the series of an event.
func (e *Events) Of(event string) (s Series, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if found := e.series[event]; found != nil {
		return found.clone(), true
	}
	return Series{}, false
}

func (s *Series) clone() Series { return Series{s.Event, slices.Clone(s.Samples), s.Worst} }

// Reset forgets an event, whose name may be in any case, or all when it is "". It returns how many it has forgotten.
func (e *Events) Reset(event string) (forgotten int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for name := range e.series {
		if event == "" || strings.EqualFold(name, event) {
			delete(e.series, name)
			forgotten++
		}
	}
	return forgotten
}

// Figures sum up the samples of a series. Times are in ms.
type Figures struct {
	Count                    int
	Mean, Deviation          int64 // the mean, and how far samples are from it in the mean
	Least, Greatest, Seconds int64 // Seconds since the oldest sample, at least 1
}

// Figures computes them; now is in seconds.
func (s *Series) Figures(now int64) Figures {
	f := Figures{Count: len(s.Samples), Least: s.Samples[0].Millis, Seconds: max(now-s.Samples[0].At, 1)}
	for _, sample := range s.Samples {
		f.Mean += sample.Millis
		f.Least, f.Greatest = min(f.Least, sample.Millis), max(f.Greatest, sample.Millis)
	}
	n := int64(f.Count)
	f.Mean /= n
	for _, sample := range s.Samples {
		f.Deviation += max(sample.Millis-f.Mean, f.Mean-sample.Millis)
	}
	f.Deviation /= n
	return f
}
