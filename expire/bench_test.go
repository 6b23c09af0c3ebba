package expire

import (
	"math/rand/v2"
	"testing"
)

const million = 1_000_000

// fill files a million timers with TTLs up to the given one.
func fill(w *Wheel[*entry], ttl int64) []entry {
	entries := make([]entry, million)
	for i := range entries {
		e := &entries[i]
		e.at = 1 + rand.Int64N(ttl)
		e.h = w.Add(e, e.at)
	}
	return entries
}

func BenchmarkAddRemove(b *testing.B) {
	w := New(0, deadlineOf)
	entries := fill(w, 3_600_000)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		e := &entries[i]
		w.Remove(e.h)
		e.h = w.Add(e, e.at)
		i = (i + 7919) % million
	}
}

func BenchmarkMove(b *testing.B) {
	w := New(0, deadlineOf)
	entries := fill(w, 3_600_000)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		e := &entries[i]
		e.at = 1 + (e.at+12345)%3_600_000
		w.Move(e.h, e.at)
		i = (i + 7919) % million
	}
}

// BenchmarkDrain lets a million timers expire over ten seconds, a millisecond at a time; the figure is per timer.
func BenchmarkDrain(b *testing.B) {
	b.ReportAllocs()
	var now int64
	w := New(0, deadlineOf)
	for b.Loop() {
		if w.Len() == 0 {
			b.StopTimer()
			now = 0
			w.Clear(0)
			fill(w, 10_000)
			b.StartTimer()
		}
		// One timer handed out is one iteration; filing again comes on top.
		for done := false; !done; {
			if !w.Advance(now, 1, func(*entry) { done = true }) {
				now++
			}
		}
	}
}
