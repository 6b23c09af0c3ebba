package store

// What concerns whole databases: their size, their keys one after the other, emptying and swapping them.

import (
	"github.com/miniredisd/miniredisd/store/ds/arena"
	"github.com/miniredisd/miniredisd/store/ds/dict"
)

// lockShard takes shard i for a unit that goes through the shards one by one, unless the unit holds it already.
func (tx *Tx) lockShard(i int) (unlock func()) {
	if tx.locks.Has(i) {
		return func() {}
	}
	sh := &tx.st.shards[i]
	sh.mu.Lock()
	tx.locks |= 1 << i
	return func() {
		tx.locks &^= 1 << i
		sh.mu.Unlock()
	}
}

// Size is the number of keys of the selected database. The unit must hold all shards to have them counted at one time.
func (tx *Tx) Size() (n int) {
	for i := range tx.st.shards {
		unlock := tx.lockShard(i)
		if ks := tx.st.shards[i].db(tx.db); ks != nil {
			n += ks.entries.Len()
		}
		unlock()
	}
	return n
}

// SizeExpiring is the number of keys of the selected database that have a deadline.
func (tx *Tx) SizeExpiring() (n int) {
	for i := range tx.st.shards {
		unlock := tx.lockShard(i)
		if ks := tx.st.shards[i].db(tx.db); ks != nil && ks.timers != nil {
			n += ks.timers.Len()
		}
		unlock()
	}
	return n
}

// Each visits the live entries of the selected database, shard after shard, until visit returns false. visit must not
// change the keyspace. A unit that needs all of them at one time must hold all shards.
func (tx *Tx) Each(visit func(*Entry) bool) {
	var e Entry
	goOn := true
	for i := range tx.st.shards {
		unlock := tx.lockShard(i)
		if ks := tx.st.shards[i].db(tx.db); ks != nil {
			ks.entries.Each(func(ref arena.Ref) bool {
				if tx.dead(ks, ref) {
					return true
				}
				e = Entry{ks, ref}
				goOn = visit(&e)
				return goOn
			})
		}
		unlock()
		if !goOn {
			return
		}
	}
}

// dead reports whether the time of a record has come, though nobody has removed it yet.
func (tx *Tx) dead(ks *keyspace, ref arena.Ref) bool {
	return ks.header(ref).dead(tx.now) && !tx.Loading
}

// bury removes the dead that a unit came upon without looking for them. Each goes to the log on its own, before the
// shard is given back: not as a part of a transaction, unless the unit is one.
func (tx *Tx) bury(ks *keyspace, dead []arena.Ref) {
	if tx.keepsDead() {
		return
	}
	for _, ref := range dead {
		tx.expire(ks, dict.Hash(ks.header(ref).key()), ref)
		if !tx.alone {
			tx.Publish()
		}
	}
}

// Scan visits some live entries of the selected database, those of at least one bucket, and returns the cursor to go on
// with; 0 means that all was visited. Entries that stay in the database from the first call to the last are visited at
// least once. Keys whose time has come are removed.
//
// A cursor is the dict's own cursor with the shard's number in its low bits.
func (tx *Tx) Scan(cursor uint64, visit func(*Entry)) (next uint64) {
	i, inner := int(cursor&(NumShards-1)), cursor>>shardBits
	unlock := tx.lockShard(i)
	defer unlock()
	if ks := tx.st.shards[i].db(tx.db); ks != nil {
		var e Entry
		var dead []arena.Ref
		inner = ks.entries.Scan(inner, func(ref arena.Ref) {
			if tx.dead(ks, ref) {
				dead = append(dead, ref)
			} else {
				e = Entry{ks, ref}
				visit(&e)
			}
		})
		tx.bury(ks, dead)
	} else {
		inner = 0
	}
	if inner == 0 {
		i++
	}
	if i == NumShards {
		return 0
	}
	return inner<<shardBits | uint64(i)
}

// Random returns a key of the selected database, nil when it is empty. The unit must hold all shards.
func (tx *Tx) Random() *Entry {
	// A key whose time has come is removed, and another one drawn; a database full of them ends the search.
	for range maxRandomTries {
		ks, ref := tx.draw()
		if ref == 0 {
			return nil
		}
		if !tx.dead(ks, ref) {
			return tx.handles.entry(ks, ref)
		}
		tx.bury(ks, []arena.Ref{ref})
	}
	var first *Entry
	tx.Each(func(e *Entry) bool { first = tx.handles.entry(e.ks, e.ref); return false })
	return first
}

// maxRandomTries bounds the keys that Random removes.
const maxRandomTries = 100

// draw picks any record, dead or alive; 0 when there is none.
func (tx *Tx) draw() (*keyspace, arena.Ref) {
	n := tx.Size()
	if n == 0 {
		return nil, 0
	}
	k := int(tx.Rand(uint64(n)))
	for i := range tx.st.shards {
		ks := tx.st.shards[i].db(tx.db)
		if ks == nil {
			continue
		}
		if k < ks.entries.Len() {
			ref, _ := ks.entries.Random(tx.st.opt.Rand)
			return ks, ref
		}
		k -= ks.entries.Len()
	}
	return nil, 0
}

// Flush empties database db, or all when db is -1, and returns the number of keys that went. The unit must be exclusive.
// The memory is given back behind it (flush.go), so that the time does not depend on the number of keys.
func (tx *Tx) Flush(db int) (keys int) {
	var gone []*keyspace
	for i := range tx.st.shards {
		sh := &tx.st.shards[i]
		for d, ks := range sh.dbs {
			if ks == nil || db >= 0 && d != db {
				continue
			}
			if len(sh.watchers) != 0 {
				tx.databaseChanged(sh, d, -1)
			}
			keys += ks.entries.Len()
			gone = append(gone, ks)
			sh.dbs[d] = nil
		}
	}
	tx.handles.reset() // they are of no keyspace any more
	tx.tellTrackerOfAll()
	tx.AllReady(db) // some wait to see a key go
	release(gone)
	return keys
}

// Swap exchanges two databases: whoever has selected one sees the other's keys. The unit must be exclusive.
func (tx *Tx) Swap(a, b int) {
	tx.dirty++
	for i := range tx.st.shards {
		sh := &tx.st.shards[i]
		if len(sh.watchers) != 0 {
			tx.databaseChanged(sh, a, b)
			tx.databaseChanged(sh, b, a)
		}
		sh.reach(max(a, b))
		sh.dbs[a], sh.dbs[b] = sh.dbs[b], sh.dbs[a]
	}
	tx.tellTrackerOfAll()
	tx.AllReady(a)
	tx.AllReady(b)
}

// Tables visits the dicts of the selected database that are in use, a shard each.
func (tx *Tx) Tables(visit func(dict.Stats)) {
	for i := range tx.st.shards {
		unlock := tx.lockShard(i)
		if ks := tx.st.shards[i].db(tx.db); ks != nil {
			visit(ks.entries.Stats())
		}
		unlock()
	}
}

// resizeStep is how many buckets of a dict that is being resized are moved along at a time.
const resizeStep = 64

// Step moves resizes along, which otherwise stand still while nothing is written, and gives memory back that is not needed.
// It reports whether a resize goes on.
func (s *Store) Step() (more bool) {
	pace := newPace()
	for i := range s.shards {
		s.gate.Enter(uint64(i))
		sh := &s.shards[i]
		sh.mu.Lock()
		for _, ks := range sh.dbs {
			if ks != nil && ks.entries.Resizing() && ks.entries.Step(resizeStep) {
				more = true
			}
		}
		sh.mu.Unlock()
		s.gate.Leave(uint64(i))
		pace.rest()
	}
	arena.Trim()
	return more
}
