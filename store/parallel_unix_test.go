//go:build unix

package store

// What units cost each other on several cores; docs/scaling.md reckons with these.
//
//	go test ./store -run '^$' -bench Parallel -cpu 1,2

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

var parallelStore, otherStore = sync.OnceValue(filled), sync.OnceValue(filled)

// parallel runs units that write random keys of the first n, one loop on each core; the loops take the stores in turn. Of each
// thousand units, exclusive ones are alone. Beside the time it tells the CPU time, which whatever else the machine does
// disturbs less.
func parallel(b *testing.B, n, exclusive int, stores ...*Store) {
	val := []byte("vvvvvvvvvvvvvvvv")
	var loops atomic.Uint64
	b.ResetTimer()
	before := cpuNanos()
	b.RunParallel(func(pb *testing.PB) {
		loop := loops.Add(1)
		s := stores[loop%uint64(len(stores))]
		random := rand.New(rand.NewPCG(loop, 1))
		keys := make([][17]byte, 1<<12)
		for i := range keys {
			benchKey(keys[i][:], random.IntN(n))
		}
		var tx Tx
		for i := 0; pb.Next(); i++ {
			key := keys[i%len(keys)][:]
			s.Begin(&tx, 0, Mode{Locks: LockSet(0).Add(key), Exclusive: i%1000 < exclusive}, loop)
			tx.SetTime(1_000_000)
			tx.SetString(key, val, false)
			tx.Settle(nil, false)
			tx.End()
		}
	})
	b.ReportMetric(float64(cpuNanos()-before)/float64(b.N), "cpu-ns/op")
}

// cpuNanos is the CPU time of the process so far.
func cpuNanos() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// Any of a million keys: loops meet at one of the shards only by chance.
func BenchmarkParallelKeys(b *testing.B) { parallel(b, benchKeys, 0, parallelStore()) }

// The same with nothing in common but the machine.
func BenchmarkParallelApart(b *testing.B) { parallel(b, benchKeys, 0, parallelStore(), otherStore()) }

// One key, so one shard: what lies under a lock, one unit after the other.
func BenchmarkParallelOneKey(b *testing.B) { parallel(b, 1, 0, parallelStore()) }

// Ten of a thousand units are alone in the store, as EXEC is.
func BenchmarkParallelExclusive(b *testing.B) { parallel(b, benchKeys, 10, parallelStore()) }

// All units are.
func BenchmarkParallelAllExclusive(b *testing.B) { parallel(b, benchKeys, 1000, parallelStore()) }
