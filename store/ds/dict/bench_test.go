package dict

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

const million = 1_000_000

// fill returns a dict of n elements, which are in random order in memory, and as many numbers of records that it does not
// hold.
func fill(n int) (d *recordDict, hits, misses []number) {
	d = new(recordDict)
	records = make([]record, 2*n)
	all := make([]number, 2*n)
	for i := range records {
		setKey(&records[i].key, i)
		all[i] = number(i)
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	hits, misses = all[:n], all[n:]
	for _, r := range hits {
		d.Insert(Hash(r.key()), r)
	}
	for d.Step(1000) {
	}
	return d, hits, misses
}

// keysOf copies the keys side by side: a command's key comes from the read buffer, not from the record.
func keysOf(numbers []number) [][16]byte {
	keys := make([][16]byte, len(numbers))
	for i, n := range numbers {
		keys[i] = records[n].key
	}
	return keys
}

func benchmarkFind(b *testing.B, elements int, hit bool) {
	d, hits, misses := fill(elements)
	keys := keysOf(misses)
	if hit {
		rand.Shuffle(len(hits), func(i, j int) { hits[i], hits[j] = hits[j], hits[i] })
		keys = keysOf(hits)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		key := keys[i][:]
		if _, ok := d.Find(Hash(key), key); ok != hit {
			b.Fatal(ok)
		}
		if i++; i == len(keys) {
			i = 0
		}
	}
}

// A million elements are in a table that has just grown, 900,000 in one that is nearly full.
func BenchmarkFindHit(b *testing.B)      { benchmarkFind(b, million, true) }
func BenchmarkFindMiss(b *testing.B)     { benchmarkFind(b, million, false) }
func BenchmarkFindHitFull(b *testing.B)  { benchmarkFind(b, 900_000, true) }
func BenchmarkFindMissFull(b *testing.B) { benchmarkFind(b, 900_000, false) }
func BenchmarkFindHit10M(b *testing.B)   { benchmarkFind(b, 10*million, true) }
func BenchmarkFindMiss10M(b *testing.B)  { benchmarkFind(b, 10*million, false) }

func BenchmarkHash(b *testing.B) {
	key := newRecord(1).key()
	for b.Loop() {
		Hash(key)
	}
}

func BenchmarkDeleteMiss(b *testing.B) {
	d, _, misses := fill(million)
	keys := keysOf(misses)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		d.Delete(Hash(keys[i][:]), keys[i][:])
		i = (i + 1) % len(keys)
	}
}

// BenchmarkDeleteInsert replaces elements in a table at rest: one operation is a Delete and an Insert.
func BenchmarkDeleteInsert(b *testing.B) {
	d, hits, misses := fill(million)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		d.Delete(Hash(hits[i].key()), hits[i].key())
		d.Insert(Hash(misses[i].key()), misses[i])
		if i++; i == len(hits) {
			i, hits, misses = 0, misses, hits
		}
	}
}

// BenchmarkGrow inserts into an empty dict up to a million, all resizes included.
func BenchmarkGrow(b *testing.B) {
	_, numbers, _ := fill(million)
	b.ReportAllocs()
	i := 0
	var d recordDict
	for b.Loop() {
		d.Insert(Hash(numbers[i].key()), numbers[i])
		if i++; i == len(numbers) {
			i = 0
			d.Clear()
		}
	}
}

func BenchmarkRandom(b *testing.B) {
	d, _, _ := fill(million)
	for b.Loop() {
		d.Random(rand.Uint64N)
	}
}

// BenchmarkLongestStall grows a dict to ten million elements and empties it, several times (-benchtime 5x), and reports
// the slowest operations. An operation's time is the least of its times in all rounds: the rounds do the same work in
// the same order, so what only one of them shows is the scheduler's or the collector's.
func BenchmarkLongestStall(b *testing.B) {
	const elements = 10_000_000
	records = make([]record, elements)
	for i := range records {
		setKey(&records[i].key, i)
	}
	took := slices.Repeat([]int32{math.MaxInt32}, 2*elements)
	var bytes int
	for b.Loop() {
		var d recordDict
		op, last := 0, time.Now()
		lap := func() {
			now := time.Now()
			took[op] = min(took[op], int32(now.Sub(last)))
			op, last = op+1, now
		}
		for i := range records {
			d.Insert(Hash(records[i].key[:]), number(i))
			lap()
		}
		bytes = d.Bytes()
		for i := range records {
			d.Delete(Hash(records[i].key[:]), records[i].key[:])
			lap()
		}
	}
	slices.Sort(took)
	n := len(took)
	b.ReportMetric(float64(bytes)/elements, "B/element")
	b.ReportMetric(float64(took[n-1])/1000, "max-µs")
	b.ReportMetric(float64(took[n-10])/1000, "10th-µs")
	b.ReportMetric(float64(took[n-n/1000])/1000, "p99.9-µs")
	b.ReportMetric(float64(took[n/2])/1000, "p50-µs")
}

// BenchmarkBytes reports what the tables cost for each element: over a cycle of growth, in which the number of elements
// doubles, the largest and the mean, with every element as likely; and the mean over all sizes from 10 to 200.
func BenchmarkBytes(b *testing.B) {
	const elements = 2 * million
	records = make([]record, elements)
	for i := range records {
		setKey(&records[i].key, i)
	}
	for b.Loop() {
		var m arenaMemory
		d := recordDict{Memory: &m}
		var sum, most, small, held float64
		for i := range records {
			d.Insert(Hash(records[i].key[:]), number(i))
			n := float64(i + 1)
			per := float64(d.Bytes()) / n
			if i >= elements/2 {
				sum += per / n
				held += float64(m.Account().Held) / n / n
				most = max(most, per)
			}
			if i >= 10 && i <= 200 {
				small += per
			}
		}
		b.ReportMetric(sum/math.Ln2, "B/element")
		b.ReportMetric(held/math.Ln2, "held-B/element")
		b.ReportMetric(most, "max-B/element")
		b.ReportMetric(small/191, "small-B/element")
	}
}
