package quicklist

import (
	"strconv"
	"testing"
)

func BenchmarkPushPop(b *testing.B) {
	for _, size := range []int{3, 64} {
		b.Run("queue/"+strconv.Itoa(size), func(b *testing.B) {
			b.ReportAllocs()
			l, v, buf := New(-2), text(size), make([]byte, 0, 128)
			for range 1000 {
				l.PushBack(v)
			}
			for b.Loop() {
				l.PushBack(v)
				buf, _ = l.PopFront(buf[:0])
			}
		})
		b.Run("stack/"+strconv.Itoa(size), func(b *testing.B) {
			b.ReportAllocs()
			l, v, buf := New(-2), text(size), make([]byte, 0, 128)
			for range 1000 {
				l.PushBack(v)
			}
			for b.Loop() {
				l.PushBack(v)
				buf, _ = l.PopBack(buf[:0])
			}
		})
	}
}

func BenchmarkPushFront(b *testing.B) {
	b.ReportAllocs()
	l, v := New(-2), text(16)
	for b.Loop() {
		if l.PushFront(v); l.Len() == 100_000 {
			l = New(-2)
		}
	}
}

func benchList(n int) *List {
	l := New(-2)
	for i := range n {
		l.PushBack(strconv.AppendInt([]byte("element:"), int64(i), 10))
	}
	return l
}

// What LRANGE does with 600 elements, up to the reply's bytes.
func BenchmarkRange600(b *testing.B) {
	l := benchList(2000)
	b.Run("visit", func(b *testing.B) {
		var n int
		for b.Loop() {
			l.Range(700, 1299, func(v Value) bool { n += v.Len(); return true })
		}
	})
	b.Run("iterator", func(b *testing.B) {
		var n int
		for b.Loop() {
			it := l.Iter(700, false)
			for range 600 {
				v, _ := it.Next()
				n += v.Len()
			}
		}
	})
	b.Run("reply", func(b *testing.B) {
		out := make([]byte, 0, 1<<16)
		for b.Loop() {
			out = out[:0]
			l.Range(700, 1299, func(v Value) bool {
				out = append(out, '$')
				out = strconv.AppendInt(out, int64(v.Len()), 10)
				out = append(out, '\r', '\n')
				out = v.AppendTo(out)
				out = append(out, '\r', '\n')
				return true
			})
		}
	})
}

func BenchmarkIndex(b *testing.B) {
	l := benchList(100_000)
	i := 0
	for b.Loop() {
		l.Index(i)
		i = (i + 7919) % 100_000
	}
}

// A search through all nodes, per element.
func BenchmarkFind(b *testing.B) {
	const n = 100_000
	l := benchList(n)
	for _, back := range []bool{false, true} {
		b.Run("back="+strconv.FormatBool(back), func(b *testing.B) {
			for b.Loop() {
				if l.First([]byte("element:nothing"), back) >= 0 {
					b.Fatal("found")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/element")
		})
	}
}

// An element that comes and goes in the middle of a node.
func BenchmarkInsertRemove(b *testing.B) {
	b.ReportAllocs()
	l, v := benchList(10_000), []byte("another")
	l.DeleteRange(4900, 200) // a full node would be cut and joined again each time
	for b.Loop() {
		l.Insert(4950, v, false)
		l.Remove(4950, v, false, 1)
	}
}

// Every second element goes.
func BenchmarkRemoveMany(b *testing.B) {
	const n = 10_000
	mixed := New(-2)
	for i := range n {
		mixed.PushBack([]byte{"ab"[i%2], 'x', 'y', 'z'})
	}
	for b.Loop() {
		b.StopTimer()
		l := mixed.Clone()
		b.StartTimer()
		l.Remove(0, []byte("axyz"), false, n)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n/2), "ns/removed")
}

func BenchmarkMove(b *testing.B) {
	b.ReportAllocs()
	l, buf := benchList(10_000), make([]byte, 0, 64)
	for b.Loop() {
		buf, _ = Move(buf[:0], l, l, false, true)
	}
}
