package store

// What keys and databases take of the memory, for MEMORY and INFO.

import (
	"runtime/debug"
	"sync"

	"github.com/miniredisd/miniredisd/store/ds/arena"
)

const (
	// slotBytes is what a key takes of the hash table on average: twelve share a bucket of 64 bytes, where some slots are free.
	slotBytes = 9
)

// Usage is what key and value take in memory in bytes, with their slot in the hash table.
func (e *Entry) Usage() int {
	n := e.Size() + slotBytes
	if e.Kind() != String {
		n += placeBytes
	}
	return n
}

// DatabaseMemory is what a database takes beside the keys and values themselves. All but the counts is in bytes.
type DatabaseMemory struct {
	DB, Keys int
	Tables   int // hash tables
	Headers  int // headers of records, and the places of objects
	Timers   int // timer wheels, and the nodes in the records of keys with a deadline
	Resizing int // hash tables that are being resized
	Resize   int // of Tables: what those being resized are moving to
}

// DatabasesMemory is the account of each database that has keys. The unit must be exclusive.
func (tx *Tx) DatabasesMemory() (all []DatabaseMemory) {
	for db := range tx.UsedDatabases() {
		m := DatabaseMemory{DB: db}
		for i := range tx.st.shards {
			if ks := tx.st.shards[i].db(db); ks != nil {
				m.add(ks)
			}
		}
		if m.Keys > 0 {
			all = append(all, m)
		}
	}
	return all
}

func (m *DatabaseMemory) add(ks *keyspace) {
	m.Keys += ks.entries.Len()
	m.Tables += ks.entries.Bytes()
	m.Headers += ks.entries.Len()*headerSize + int(ks.objects.n)*placeBytes
	if ks.timers != nil {
		m.Timers += ks.timers.Bytes() + ks.timers.Len()*timerSize
	}
	if ks.entries.Resizing() {
		m.Resizing++
		m.Resize += ks.entries.ResizeBytes()
	}
}

// purge is the purge that runs; the memory is the process's, whoever asks.
var purge struct {
	mu   sync.Mutex
	done chan struct{} // nil: none runs
}

// Purge begins to give back to the system what nothing needs: chunks that arenas keep, and the garbage of the Go heap. The
// channel is closed when it is done. Commands are served meanwhile; one purge runs at a time, and who comes in between waits
// for the one under way.
func Purge() <-chan struct{} {
	purge.mu.Lock()
	defer purge.mu.Unlock()
	if purge.done == nil {
		done := make(chan struct{})
		purge.done = done
		go func() {
			arena.Trim()
			debug.FreeOSMemory()
			purge.mu.Lock()
			purge.done = nil
			purge.mu.Unlock()
			close(done)
		}()
	}
	return purge.done
}
