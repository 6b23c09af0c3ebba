package store

// What happens to the memory of databases that were emptied.

import (
	"runtime"
	"runtime/debug"

	"github.com/miniredisd/miniredisd/store/ds/arena"
)

const (
	// releaseAtOnce is how much memory is given back on the spot, in bytes; more is given back in the background.
	releaseAtOnce = 1 << 20
	// collectAbove is how much must have gone for the garbage collector to be called, so that the Go heap shrinks too.
	collectAbove = 16 << 20
	// releaseChunks is how many chunks of memory are given back at a time in the background.
	releaseChunks = 8
)

// release gives back what keyspaces hold that nobody can reach any more.
func release(gone []*keyspace) {
	held := 0
	for _, ks := range gone {
		held += ks.arena.Account().Held + ks.objects.len()*objectsWeight
	}
	if held <= releaseAtOnce {
		for i, ks := range gone {
			ks.arena.Release()
			runtime.KeepAlive(ks) // its cleanup releases the arena too, and not at the same time
			gone[i] = nil
		}
		return
	}
	go func() {
		releaseSlowly(gone)
		if held > collectAbove {
			arena.Trim()
			debug.FreeOSMemory()
		}
	}()
}

// objectsWeight is what an object on the Go heap is taken to weigh, in bytes: only to tell much from little.
const objectsWeight = 256

// releaseSlowly is for much memory: others need not wait for it.
func releaseSlowly(gone []*keyspace) {
	pace := newPace()
	for i, ks := range gone {
		for !ks.arena.ReleaseSome(releaseChunks) {
			pace.rest()
		}
		runtime.KeepAlive(ks)
		gone[i] = nil
	}
}
