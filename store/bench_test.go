package store

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"
)

// benchKeys is how many keys the benchmarks work on: far more than caches hold.
const benchKeys = 1_000_000

func benchKey(dst []byte, i int) []byte { return fmt.Appendf(dst[:0], "key:%013d", i) }

// filled returns a store of benchKeys keys of 17 bytes with values of 16.
func filled() *Store {
	s := New(Options{})
	var tx Tx
	var key []byte
	val := []byte("vvvvvvvvvvvvvvvv")
	for i := range benchKeys {
		key = benchKey(key, i)
		s.Begin(&tx, 0, Mode{Locks: LockSet(0).Add(key)}, 1)
		tx.SetTime(1_000_000)
		tx.SetString(key, val, false)
		tx.Settle(nil, false)
		tx.End()
	}
	return s
}

// onRandomKeys runs f in a unit of its own for each random key.
func onRandomKeys(b *testing.B, f func(tx *Tx, key []byte)) {
	s := filled()
	runtime.GC()
	keys := make([][17]byte, 1<<16)
	for i := range keys {
		benchKey(keys[i][:], rand.IntN(benchKeys))
	}
	var tx Tx
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		key := keys[i%len(keys)][:]
		if i++; i%len(keys) == 0 { // others, so that caches do not learn them
			b.StopTimer()
			for i := range keys {
				benchKey(keys[i][:], rand.IntN(benchKeys))
			}
			b.StartTimer()
		}
		s.Begin(&tx, 0, Mode{Locks: LockSet(0).Add(key)}, 1)
		tx.SetTime(1_000_000)
		f(&tx, key)
		tx.Settle(nil, false)
		tx.End()
	}
}

var sink int

func BenchmarkGet(b *testing.B) {
	var scratch [maxIntText]byte
	onRandomKeys(b, func(tx *Tx, key []byte) {
		for _, c := range tx.Read(key).Bytes(scratch[:]) {
			sink += int(c)
		}
	})
}

func BenchmarkSet(b *testing.B) {
	val := []byte("wwwwwwwwwwwwwwww")
	onRandomKeys(b, func(tx *Tx, key []byte) { tx.SetString(key, val, false) })
}

// BenchmarkSetOtherSize changes the size class each time.
func BenchmarkSetOtherSize(b *testing.B) {
	val, n := make([]byte, 100), 0
	onRandomKeys(b, func(tx *Tx, key []byte) {
		n = (n + 31) % 101
		tx.SetString(key, val[:n], false)
	})
}

func BenchmarkExpire(b *testing.B) {
	onRandomKeys(b, func(tx *Tx, key []byte) { tx.Expire(tx.Write(key), 2_000_000) })
}

func BenchmarkDeleteSet(b *testing.B) {
	val := []byte("wwwwwwwwwwwwwwww")
	onRandomKeys(b, func(tx *Tx, key []byte) {
		tx.Delete(key)
		tx.SetString(key, val, false)
	})
}

// BenchmarkCollect is a cycle of the garbage collector with all the keys in memory.
func BenchmarkCollect(b *testing.B) {
	s := filled()
	runtime.GC()
	start := time.Now()
	n := 0
	for b.Loop() {
		runtime.GC()
		n++
	}
	b.ReportMetric(float64(time.Since(start).Microseconds())/1000/float64(n), "ms/cycle")
	runtime.KeepAlive(s)
}
