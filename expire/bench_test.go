package expire

import (
	"math/rand/v2"
	"testing"
)

const million = 1_000_000

// fill files a million timers with TTLs up to the given one.
func fill(w *wheel, ttl int64) []*entry {
	entries := make([]*entry, million)
	for i := range entries {
		entries[i] = add(w, 1+rand.Int64N(ttl))
	}
	return entries
}

func BenchmarkAddRemove(b *testing.B) {
	w := newWheel(0)
	entries := fill(w, 3_600_000)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		e := entries[i]
		w.Remove(e.h)
		w.Add(e.h, e.at)
		i = (i + 7919) % million
	}
}

func BenchmarkMove(b *testing.B) {
	w := newWheel(0)
	entries := fill(w, 3_600_000)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		e := entries[i]
		e.at = 1 + (e.at+12345)%3_600_000
		w.Move(e.h, e.at)
		i = (i + 7919) % million
	}
}

// BenchmarkDrain lets a million timers expire over ten seconds, a millisecond at a time; the figure is per timer.
func BenchmarkDrain(b *testing.B) {
	b.ReportAllocs()
	var now int64
	w := newWheel(0)
	for b.Loop() {
		if w.Len() == 0 {
			b.StopTimer()
			now = 0
			w = newWheel(0)
			fill(w, 10_000)
			b.StartTimer()
		}
		// One timer handed out is one iteration; filing again comes on top.
		for done := false; !done; {
			if !advance(w, now, 1, func(*entry) { done = true }) {
				now++
			}
		}
	}
}
