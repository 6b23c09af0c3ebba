package store

// The account of the memory: what all databases take, known at any time from what each part says of itself. It counts what is in
// use. What was removed counts no more, though its memory may be given back a moment later, or by the garbage collector.

import (
	"unsafe"

	"github.com/miniredisd/miniredisd/store/ds/arena"
)

// Account says what a Store takes, in bytes but for Records.Blocks.
type Account struct {
	Records arena.Account // records and hash tables
	Values  int           // collections that do not lie in their record
	Tables  int           // what leads to records and values, and timer wheels
}

// Used is the memory in use.
func (a *Account) Used() int { return a.Records.Allocated + a.Values + a.Tables }

// Memory is the account of all databases. The unit must be exclusive.
func (tx *Tx) Memory() (sum Account) {
	for i := range tx.st.shards {
		tx.st.shards[i].addMemory(&sum)
	}
	tx.st.addDatabases(&sum)
	return sum
}

// Memory is Tx.Memory for those who are in no unit; it takes the shards one after the other.
func (s *Store) Memory() (sum Account) {
	for i := range s.shards {
		s.gate.Enter(uint64(i))
		s.shards[i].addMemoryLocked(&sum)
		s.gate.Leave(uint64(i))
	}
	s.addDatabases(&sum)
	return sum
}

// MemoryUnlessBusy is Memory, but does not wait for a busy unit (see Gate). False: there is one. slot is that of Begin.
func (s *Store) MemoryUnlessBusy(slot uint64) (sum Account, ok bool) {
	if !s.gate.EnterUnlessBusy(slot) {
		return sum, false
	}
	defer s.gate.Leave(slot)
	for i := range s.shards {
		s.shards[i].addMemoryLocked(&sum)
	}
	s.addDatabases(&sum)
	return sum, true
}

// addDatabases adds what a database takes beside what grows with its keys: for each that was ever used all shards, as if it had keys
// in each of them. Else the first keys of a database would seem to be the most expensive ones.
func (s *Store) addDatabases(sum *Account) {
	sum.Tables += int(s.usedDBs.Load()) * NumShards * int(unsafe.Sizeof(keyspace{})+unsafe.Sizeof(arena.Arena{}))
}

// addMemoryLocked is addMemory under the shard's lock, which it takes.
func (sh *shard) addMemoryLocked(sum *Account) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.addMemory(sum)
}

func (sh *shard) addMemory(sum *Account) {
	for _, ks := range sh.dbs {
		if ks != nil {
			a := ks.arena.Account()
			sum.Records.Blocks += a.Blocks
			sum.Records.Allocated += a.Allocated
			sum.Records.Held += a.Held
			sum.Values += ks.objects.weight
			sum.Tables += ks.tableBytes()
		}
	}
}

// tableBytes is what a keyspace has on the Go heap to find its records and values, and their timers.
func (ks *keyspace) tableBytes() int {
	n := ks.arena.Overhead() + ks.entries.HeapBytes() + ks.objects.tableBytes()
	if ks.timers != nil {
		n += ks.timers.Bytes()
	}
	if ks.fields != nil {
		n += ks.fields.Bytes()
	}
	return n
}

// used notes that a database has keys, or had some.
func (s *Store) used(db int) {
	if !s.everUsed[db].Load() && s.everUsed[db].CompareAndSwap(false, true) {
		s.usedDBs.Add(1)
	}
}

// weigh notes what the values take now that the unit's command may have changed. The entries through which it did so are still known.
func (tx *Tx) weigh() {
	tx.touched = false
	hs := &tx.handles
	hs.made.weigh()
	for i := range min(hs.n, firstHandles) {
		hs.first[i].weigh()
	}
	for left, chunk := hs.n-firstHandles, 0; left > 0; left, chunk = left-moreHandles, chunk+1 {
		for i := range min(left, moreHandles) {
			hs.more[chunk][i].weigh()
		}
	}
}

// weigh notes what the value takes now, if it does not lie in its record. An entry of a record that is gone is none.
func (e *Entry) weigh() {
	if e.ref != 0 && e.header().isObject() {
		e.ks.objects.weigh(e.header().objectIndex())
	}
}
