package store

import (
	"sync/atomic"

	"github.com/miniredisd/miniredisd/store/ds/dict"
)

// Watch is what one client watches between WATCH and EXEC. Shards hold the other end: who watches each key.
type Watch struct {
	touched atomic.Bool
	keys    []watched // written by the owner only
}

type watchKey struct {
	db  int
	key string
}

type watched struct {
	watchKey
	shard int
}

// watchers are those who watch one key. The value says that the key's time had come already when it was watched and
// that it is still there: its removal is no change for them.
type watchers map[*Watch]bool

// Watch starts to watch key in the selected database for w.
func (tx *Tx) Watch(w *Watch, key []byte) {
	// Not find: it would remove an expired key, which would wake the others for nothing.
	sh, ks, h := tx.at(key)
	k := watchKey{tx.db, string(key)}
	if _, ok := sh.watchers[k][w]; ok {
		return
	}
	expired := false
	if ks != nil {
		ref := ks.find(h, key)
		expired = ref != 0 && ks.header(ref).dead(tx.now)
	}
	if sh.watchers == nil {
		sh.watchers = map[watchKey]watchers{}
	}
	if sh.watchers[k] == nil {
		sh.watchers[k] = watchers{}
		sh.countAttention()
	}
	sh.watchers[k][w] = expired
	w.keys = append(w.keys, watched{watchKey: k, shard: shardOf(h)})
}

// Empty reports whether nothing is watched.
func (w *Watch) Empty() bool { return len(w.keys) == 0 }

// Len is the number of watched keys.
func (w *Watch) Len() int { return len(w.keys) }

// Dirty reports whether a watched key is known to have changed. (Tx.Touched looks for those that died unnoticed, too.)
func (w *Watch) Dirty() bool { return w.touched.Load() }

// Unwatch forgets all that w watches. The caller must hold no shard, or all of them by exclusive mode.
func (s *Store) Unwatch(w *Watch) {
	for _, k := range w.keys {
		sh := &s.shards[k.shard]
		sh.mu.Lock()
		delete(sh.watchers[k.watchKey], w)
		if len(sh.watchers[k.watchKey]) == 0 {
			delete(sh.watchers, k.watchKey)
			sh.countAttention()
		}
		sh.mu.Unlock()
	}
	w.keys = w.keys[:0]
	w.touched.Store(false)
}

// Touched reports whether a key that w watches was changed, or died, since. The unit must be exclusive.
func (tx *Tx) Touched(w *Watch) bool {
	if w.touched.Load() {
		return true
	}
	for _, k := range w.keys {
		sh := &tx.st.shards[k.shard]
		if ks := sh.db(k.db); ks != nil && !sh.watchers[k.watchKey][w] {
			ref := ks.find(dict.HashString(k.key), []byte(k.key))
			if ref != 0 && ks.header(ref).dead(tx.now) {
				return true
			}
		}
	}
	return false
}

// keyChanged wakes those who watch key in the selected database.
func (tx *Tx) keyChanged(sh *shard, key []byte) {
	for w := range sh.watchers[watchKey{tx.db, string(key)}] {
		w.touched.Store(true)
	}
}

// keyExpired is keyChanged for a key that is removed because its time has come.
func (tx *Tx) keyExpired(sh *shard, key []byte) {
	ws := sh.watchers[watchKey{tx.db, string(key)}]
	for w, wasExpired := range ws {
		if wasExpired {
			ws[w] = false // from now on it is a key that does not exist
		} else {
			w.touched.Store(true)
		}
	}
}

// databaseChanged wakes those who watch a key of database db that exists, or that exists in database other when that
// is about to take its place (-1: none). A key that is dead, though still there, counts as absent. Exclusive units only.
func (tx *Tx) databaseChanged(sh *shard, db, other int) {
	for k, ws := range sh.watchers {
		if k.db != db {
			continue
		}
		before, after := sh.peek(db, k.key), sh.peek(other, k.key)
		if before == nil && after == nil {
			continue
		}
		stillDead := after != nil && after.dead(tx.now) && !tx.Loading
		for w, wasExpired := range ws {
			absent := wasExpired || before == nil
			if absent && (after == nil || stillDead) {
				ws[w] = stillDead
			} else {
				w.touched.Store(true)
			}
		}
	}
}

// peek finds a key, dead or alive; nil: there is none. db may be -1.
func (sh *shard) peek(db int, key string) *header {
	if db < 0 || sh.db(db) == nil {
		return nil
	}
	ks := sh.db(db)
	ref := ks.find(dict.HashString(key), []byte(key))
	if ref == 0 {
		return nil
	}
	return ks.header(ref)
}
