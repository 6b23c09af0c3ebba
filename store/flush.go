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
		held += ks.arena.Account().Held + ks.objects.weight
	}
	if held <= releaseAtOnce {
		for i, ks := range gone {
			ks.objects.each(Object.Release)
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

// releaseSlowly is for much memory: others need not wait for it.
func releaseSlowly(gone []*keyspace) {
	pace := newPace()
	for i, ks := range gone {
		ks.objects.each(func(obj Object) {
			obj.Release()
			pace.rest()
		})
		for !ks.arena.ReleaseSome(releaseChunks) {
			pace.rest()
		}
		runtime.KeepAlive(ks)
		gone[i] = nil
	}
}

// lazyLen is how many elements a value must have for its memory to count as given back behind the command, as with Redis.
const lazyLen = 64

// Unlink is Delete for a command that leaves the memory of large values to the background. In fact Delete does so too: only
// the count of INFO differs.
func (tx *Tx) Unlink(key []byte) bool {
	e := tx.Peek(key)
	if e == nil {
		return false
	}
	if obj := e.Object(); obj != nil && obj.Len() > lazyLen {
		tx.st.lazyFreed.Add(1)
	}
	return tx.Delete(key)
}

// CountFlushed adds keys whose memory Flush has left to the background.
func (tx *Tx) CountFlushed(keys int) { tx.st.lazyFreed.Add(int64(keys)) }

// discard notes that a unit has removed an object from its key, unless it is kept as what takes its place.
func (tx *Tx) discard(obj, kept Object) {
	if obj != kept {
		tx.discarded = append(tx.discarded, obj)
	}
}

// releaseDiscarded gives back the objects that the unit has removed: nobody has a use for their bytes any more. Much is given
// back in the background, so that nobody waits for it.
func (tx *Tx) releaseDiscarded() {
	dead, held := tx.discarded, 0
	for _, obj := range dead {
		held += obj.Bytes()
	}
	if held > releaseAtOnce {
		tx.discarded = nil
		go func() {
			pace := newPace()
			for _, obj := range dead {
				obj.Release()
				pace.rest()
			}
		}()
		return
	}
	for i, obj := range dead {
		obj.Release()
		dead[i] = nil
	}
	tx.discarded = dead[:0]
}
