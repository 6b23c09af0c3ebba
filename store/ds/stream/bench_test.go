package stream

import (
	"fmt"
	"testing"
)

func benchStream(n int) *Stream {
	s := New()
	fields := slicesOf([]string{"field", "value"})
	for i := range n {
		s.Add(ID{1700000000000 + uint64(i), 0}, fields, Limits{4096, 100})
	}
	return s
}

func BenchmarkAdd(b *testing.B) {
	s := New()
	fields := slicesOf([]string{"field", "value"})
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Add(ID{1700000000000 + uint64(i), 0}, fields, Limits{4096, 100})
	}
}

func BenchmarkRange(b *testing.B) {
	s := benchStream(100000)
	for _, reverse := range []bool{false, true} {
		b.Run(fmt.Sprint("reverse=", reverse), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				it := s.Range(ID{}, MaxID, reverse)
				for range 100 {
					it.Next()
					it.Field()
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*100), "ns/entry")
		})
	}
}

func BenchmarkContains(b *testing.B) {
	s := benchStream(100000)
	for i := 0; b.Loop(); i++ {
		s.Contains(ID{1700000000000 + uint64(i*7919%100000), 0})
	}
}

func BenchmarkAssignAndAck(b *testing.B) {
	g := New().CreateGroup([]byte("g"), ID{}, 0)
	c := g.CreateConsumer([]byte("c"), 0)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		g.Assign(ID{uint64(i), 0}, c, 1, 1)
		if i > 100000 {
			g.Ack(ID{uint64(i - 100000), 0})
		}
	}
}
