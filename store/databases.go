package store

// What concerns whole databases: their size, their keys one after the other, emptying and swapping them.

import "github.com/miniredisd/miniredisd/store/ds/dict"

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
	goOn := true
	for i := range tx.st.shards {
		unlock := tx.lockShard(i)
		if ks := tx.st.shards[i].db(tx.db); ks != nil {
			ks.entries.Each(func(e *Entry) bool {
				if e.dead(tx) {
					return true
				}
				goOn = visit(e)
				return goOn
			})
		}
		unlock()
		if !goOn {
			return
		}
	}
}

// dead reports whether the time of e has come, though nobody has removed it yet.
func (e *Entry) dead(tx *Tx) bool { return e.expireAt != 0 && e.expireAt <= tx.now && !tx.Loading }

// bury removes the dead that a unit came upon without looking for them. Each goes to the log on its own, before the
// shard is given back: not as a part of a transaction, unless the unit is one.
func (tx *Tx) bury(sh *shard, ks *keyspace, dead []*Entry) {
	for _, e := range dead {
		tx.expire(sh, ks, dict.Hash(e.keyBytes()), e)
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
	sh := &tx.st.shards[i]
	if ks := sh.db(tx.db); ks != nil {
		var dead []*Entry
		inner = ks.entries.Scan(inner, func(e *Entry) {
			if e.dead(tx) {
				dead = append(dead, e)
			} else {
				visit(e)
			}
		})
		tx.bury(sh, ks, dead)
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
		sh, ks, e := tx.draw()
		if e == nil || !e.dead(tx) {
			return e
		}
		tx.bury(sh, ks, []*Entry{e})
	}
	var first *Entry
	tx.Each(func(e *Entry) bool { first = e; return false })
	return first
}

// maxRandomTries bounds the keys that Random removes.
const maxRandomTries = 100

// draw picks any entry, dead or alive; nil when there is none.
func (tx *Tx) draw() (*shard, *keyspace, *Entry) {
	n := tx.Size()
	if n == 0 {
		return nil, nil, nil
	}
	k := int(tx.Rand(uint64(n)))
	for i := range tx.st.shards {
		sh := &tx.st.shards[i]
		ks := sh.db(tx.db)
		if ks == nil {
			continue
		}
		if k < ks.entries.Len() {
			e, _ := ks.entries.Random(tx.st.opt.Rand)
			return sh, ks, e
		}
		k -= ks.entries.Len()
	}
	return nil, nil, nil
}

// Flush empties database db, or all when db is -1, and returns the number of keys that went. The unit must be exclusive.
// What was stored is left to the garbage collector, so that the time does not depend on the number of keys.
func (tx *Tx) Flush(db int) (keys int) {
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
			sh.dbs[d] = nil
		}
	}
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

// Step moves resizes along, which otherwise stand still while nothing is written. It reports whether one goes on.
func (s *Store) Step() (more bool) {
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
	}
	return more
}
