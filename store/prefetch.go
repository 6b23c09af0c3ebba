package store

// What a pipeline is going to look at, in the processor's cache before it does. A key that is not there costs two waits for
// memory, one after the other: for its bucket and for its record. The keys of many commands are independent of each other,
// so a processor that is asked for them in a row waits for all at once.

import (
	"bytes"

	"github.com/miniredisd/miniredisd/store/ds/dict"
)

const (
	// PrefetchKeys is the most keys that Prefetch looks at.
	PrefetchKeys = 16
	// maxPrefetched is the length of the longest key that it hashes, in bytes.
	maxPrefetched = 256
	// maxTouched is how far into a record it looks, in bytes: a processor sees by itself that one is read to its end.
	maxTouched = 128
)

// Prefetch brings what is stored under keys of a database near to the processor, and changes nothing. It is a hint: a shard that
// is locked is left out, so that the order of locks does not matter and nobody waits. It passes the gate as slot.
func (s *Store) Prefetch(db int, keys [][]byte, slot uint64) {
	var hashes [PrefetchKeys]uint64
	n := 0
	var last []byte
	for _, key := range keys[:min(len(keys), PrefetchKeys)] {
		if len(key) <= maxPrefetched && !bytes.Equal(key, last) {
			hashes[n], last = dict.Hash(key), key
			n++
		}
	}
	if n < 2 {
		return // one wait for memory is what the command itself has
	}
	if !s.gate.EnterUnlessBusy(slot) {
		return
	}
	var locked LockSet
	for _, h := range hashes[:n] {
		if i := shardOf(h); !locked.Has(i) && s.shards[i].mu.TryLock() {
			locked |= 1 << i
		}
	}
	s.prefetch(db, hashes[:n], locked)
	s.unlock(locked)
	s.gate.Leave(slot)
}

// prefetch reads all buckets, then all records that they name, then where those end. It returns how many records it has found.
func (s *Store) prefetch(db int, hashes []uint64, locked LockSet) (found int) {
	var (
		spaces  [PrefetchKeys]*keyspace
		records [PrefetchKeys]*header
		n       int
		sum     uint64
	)
	for _, h := range hashes {
		i := shardOf(h)
		if !locked.Has(i) {
			continue
		}
		if ks := s.shards[i].db(db); ks != nil {
			spaces[n], hashes[n] = ks, h
			sum |= ks.entries.Touch(h)
			n++
		}
	}
	for i, ks := range spaces[:n] {
		if ref, ok := ks.entries.Candidate(hashes[i]); ok {
			records[found] = ks.header(ref)
			sum |= uint64(records[found].bits)
			found++
		}
	}
	for _, r := range records[:found] {
		size := r.shape().size()
		sum |= uint64(*r.at(min(size, maxTouched) - 1))
	}
	keep(sum)
	return found
}

// keep does nothing with what was read only to be near; without it, the compiler would not read it.
//
//go:noinline
func keep(uint64) {}
