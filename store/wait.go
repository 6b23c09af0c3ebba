package store

import "slices"

// Who waits for keys, and how they are served.
//
//	shard.waiting: "jobs" → queue ⇄ place ⇄ place ⇄ place     first come, first served
//	                                  │       │       │
//	                                 Wait    Wait    Wait       a Wait has a place in the queue of each of its keys
//
// A unit that changes a key on which somebody waits notes it as ready. When the unit ends, and still under its locks, it
// serves those who wait: so nobody else can take what it has brought. It must hold the shards of all keys of a waiter for
// that. A unit that brings something to who needs more should run exclusively (Tx.Beyond); where that was not foreseen, as
// when a key is found expired, the ready keys are served by an exclusive unit right after.

// Waiter is somebody who waits. Its methods are called by units of others.
type Waiter interface {
	// Serve tries again what found nothing before, inside tx, which holds the shards of all the keys. It settles tx, leaves
	// its database and its ways as they were, and reports whether the wait is over.
	Serve(tx *Tx) (over bool)
	// Wake is called after the end of the unit in which Serve reported true.
	Wake()
}

// Wait is a Waiter in the queues of the keys it waits for. It is guarded by the shards of these keys: whoever adds, serves or
// ends it holds all of them. One that waits for no key is guarded by any one shard.
type Wait struct {
	who    Waiter
	kind   Kind
	always bool
	db     int
	locks  LockSet
	places []place  // nil when the wait is over
	one    [1]place // room for them: most wait for one key
}

// DB is the database of the keys.
func (w *Wait) DB() int { return w.db }

// queue is those who wait for one key name, in any database. It is never empty but in shard.queues.
type queue struct {
	first, last *place
	n           int
	always      int   // how many of them want to be served whatever the key is
	wide        int   // how many need more shards than the key's own
	ready       []int // databases in which the key is noted as ready
}

// place is a Wait's place in the queue of one key.
type place struct {
	*Wait
	key        string
	prev, next *place
}

func (q *queue) push(p *place) {
	if p.prev = q.last; q.last == nil {
		q.first = p
	} else {
		q.last.next = p
	}
	q.last = p
	q.count(p, 1)
}

func (q *queue) count(p *place, by int) {
	q.n += by
	if p.always {
		q.always += by
	}
	if p.locks&(p.locks-1) != 0 {
		q.wide += by
	}
}

func (q *queue) remove(p *place) {
	if p.prev == nil {
		q.first = p.next
	} else {
		p.prev.next = p.next
	}
	if p.next == nil {
		q.last = p.prev
	} else {
		p.next.prev = p.prev
	}
	q.count(p, -1)
}

// Wait puts who, as w, at the end of the queues of keys in the selected database: to be served when one of them holds a
// value of that kind; or, if always, whenever one of them changes or goes. locks are the shards that Serve needs, those of
// the keys among them; the unit must hold them. Without keys nobody serves it, and only EndWait ends it; the unit holds the
// shard that guards it to its end.
func (tx *Tx) Wait(w *Wait, who Waiter, keys [][]byte, kind Kind, always bool, locks LockSet) {
	*w = Wait{who: who, kind: kind, always: always, db: tx.db}
	w.takePlaces(keys)
	for _, p := range w.places {
		locks = locks.Add([]byte(p.key))
	}
	if locks == 0 {
		locks = 1 << (tx.slot % NumShards)
	}
	if tx.locks == 0 { // until now the unit has needed none
		tx.st.lock(locks)
		tx.locks = locks
	}
	w.locks = locks
	for i := range w.places {
		tx.st.enqueue(&w.places[i])
	}
}

// takePlaces makes the places of w, one for each key. A key may be named more than once.
func (w *Wait) takePlaces(keys [][]byte) {
	w.places = w.one[:0]
	if len(keys) == 1 {
		w.places = append(w.places, place{Wait: w, key: string(keys[0])})
		return
	}
	seen := make(map[string]bool, len(keys))
	for _, key := range keys {
		if !seen[string(key)] {
			k := string(key)
			seen[k] = true
			w.places = append(w.places, place{Wait: w, key: k})
		}
	}
}

// enqueue puts p at the end of its key's queue. The key's shard is held.
func (s *Store) enqueue(p *place) {
	n := ShardOf([]byte(p.key))
	sh := &s.shards[n]
	q := sh.waiting[p.key]
	if q == nil {
		if sh.waiting == nil {
			sh.waiting = map[string]*queue{}
		}
		q = sh.newQueue()
		sh.waiting[p.key] = q
		sh.countAttention()
		s.awaited.Or(1 << n)
	}
	q.push(p)
}

// maxSpareQueues is how many queues out of use a shard keeps.
const maxSpareQueues = 16

func (sh *shard) newQueue() *queue {
	last := len(sh.queues) - 1
	if last < 0 {
		return &queue{}
	}
	q := sh.queues[last]
	sh.queues = sh.queues[:last]
	return q
}

// giveQueue takes back a queue that is empty.
func (sh *shard) giveQueue(q *queue) {
	if len(sh.queues) < maxSpareQueues {
		*q = queue{ready: q.ready[:0]}
		sh.queues = append(sh.queues, q)
	}
}

// leave takes w out of its queues. Its shards are held.
func (s *Store) leave(w *Wait) {
	for i := range w.places {
		p := &w.places[i]
		n := ShardOf([]byte(p.key))
		sh := &s.shards[n]
		q := sh.waiting[p.key]
		if q.remove(p); q.n > 0 {
			continue
		}
		delete(sh.waiting, p.key)
		sh.giveQueue(q)
		sh.countAttention()
		if len(sh.waiting) == 0 {
			s.awaited.And(^uint64(1 << n))
		}
	}
	w.places = nil
}

// EndWait ends a wait and reports whether it was not over yet. The caller is inside the gate and holds no shard, or is alone.
func (s *Store) EndWait(w *Wait) bool {
	locks := w.locks
	s.lock(locks)
	defer s.unlock(locks)
	if w.places == nil {
		return false
	}
	s.leave(w)
	return true
}

// countAttention must follow every change of the number of keys that are watched, waited for or tracked.
func (sh *shard) countAttention() { sh.attention = len(sh.watchers) + len(sh.waiting) + sh.tracked }

// Awaited reports whether somebody waits for a key in a shard of the unit.
func (tx *Tx) Awaited() bool { return tx.st.awaited.Load()&uint64(tx.locks) != 0 }

// Beyond reports whether somebody waits for key who needs shards that the unit does not hold.
func (tx *Tx) Beyond(key []byte) bool {
	q := tx.st.shards[ShardOf(key)].waiting[string(key)]
	if q == nil || q.wide == 0 { // many may wait, and most of them for one key
		return false
	}
	for p := q.first; p != nil; p = p.next {
		if p.locks&^tx.locks != 0 {
			return true
		}
	}
	return false
}

// readyKey is a key that has changed and on which somebody waits.
type readyKey struct {
	db  int
	key string
}

// keyReady notes a key of the selected database as ready, if somebody waits for it.
func (tx *Tx) keyReady(sh *shard, key []byte) {
	if q := sh.waiting[string(key)]; q != nil {
		tx.noteReady(q, readyKey{tx.db, q.first.key})
	}
}

func (tx *Tx) noteReady(q *queue, k readyKey) {
	if !tx.within && q.putOff(k) {
		tx.ready = append(tx.ready, k)
	}
}

func (q *queue) served(db int) {
	if i := slices.Index(q.ready, db); i >= 0 {
		q.ready = slices.Delete(q.ready, i, i+1)
	}
}

// Ready lets those look again who wait for key in the selected database, when something has changed that is no change of
// the key itself: a group of a stream has gone.
func (tx *Tx) Ready(key []byte) {
	if sh, _, _ := tx.at(key); len(sh.waiting) != 0 {
		tx.keyReady(sh, key)
	}
}

// AllReady lets everybody look again who waits for a key of database db; of any one if db is -1. The unit must be exclusive.
func (tx *Tx) AllReady(db int) {
	for i := range tx.st.shards {
		for key, q := range tx.st.shards[i].waiting {
			for p := q.first; p != nil; p = p.next {
				if db < 0 || p.db == db {
					tx.noteReady(q, readyKey{p.db, key})
				}
			}
		}
	}
}

// serve lets those have a try, at the time that it is by now, who wait for ready keys, key by key in the order in which these
// became ready. What it cannot serve under the unit's locks remains in tx.ready.
func (tx *Tx) serve() {
	tx.Publish()
	db := tx.db
	if now := tx.st.opt.Now; now != nil {
		tx.now = max(tx.now, now())
	}
	late := 0
	for i := 0; i < len(tx.ready); i++ { // those who are served may make more keys ready
		k := tx.ready[i]
		if !tx.serveKey(k) {
			tx.ready[late] = k
			late++
		}
	}
	clear(tx.ready[late:])
	tx.ready = tx.ready[:late]
	tx.db = db
}

// serveKey serves those who wait for one key. False: an exclusive unit must do it.
func (tx *Tx) serveKey(k readyKey) (ok bool) {
	key := []byte(k.key)
	n := ShardOf(key)
	if !tx.locks.Has(n) { // the unit walked through the shards
		return false
	}
	q := tx.st.shards[n].waiting[k.key]
	if q == nil {
		return true
	}
	q.served(k.db)
	tx.db = k.db
	var next *place
	kind, exists := tx.kindOf(key)
	for p, left := q.first, q.n; p != nil && left > 0 && (exists || q.always > 0); p, left = next, left-1 {
		next = p.next
		if p.db != k.db || !p.always && !(exists && p.kind == kind) {
			continue
		}
		if p.locks&^tx.locks != 0 {
			return !q.putOff(k)
		}
		w := p.Wait
		if w.who.Serve(tx) {
			tx.st.leave(w)
			tx.served = append(tx.served, w.who)
		}
		tx.Publish()
		kind, exists = tx.kindOf(key)
	}
	return true
}

// putOff notes a key as ready that remains to be served, and reports false if it has become ready once more meanwhile.
func (q *queue) putOff(k readyKey) bool {
	if slices.Contains(q.ready, k.db) {
		return false
	}
	q.ready = append(q.ready, k.db)
	return true
}

// kindOf is the kind of value under a key. One whose time has come is left where it is.
func (tx *Tx) kindOf(key []byte) (kind Kind, exists bool) {
	_, ks, h := tx.at(key)
	if ks == nil {
		return 0, false
	}
	ref := ks.find(h, key)
	if ref == 0 || tx.dead(ks, ref) {
		return 0, false
	}
	return ks.header(ref).kind(), true
}

// serveLate serves, alone, what a unit could not serve under its own locks. It has ended. Where that cannot be now, because
// another unit is busy, nobody is kept waiting.
func (s *Store) serveLate(ready []readyKey, now int64, slot uint64) {
	var alone Tx
	serve := func() {
		alone.SetTime(now)
		alone.ready = ready
		alone.End()
	}
	if s.BeginUnlessBusy(&alone, 0, Mode{Exclusive: true}, slot) {
		serve()
		return
	}
	go func() {
		s.Begin(&alone, 0, Mode{Exclusive: true}, slot)
		serve()
	}()
}

// Retry lets those look again who wait for the keys of w, if w still waits, in a unit of its own at the time now.
func (s *Store) Retry(w *Wait, now int64, slot uint64) {
	var tx Tx
	s.Begin(&tx, w.db, Mode{Locks: w.locks}, slot)
	tx.SetTime(now)
	for i := range w.places {
		tx.Ready([]byte(w.places[i].key))
	}
	tx.End()
}

// wakeServed wakes those who were served, when the unit has given its locks back.
func (tx *Tx) wakeServed() {
	for i, who := range tx.served {
		who.Wake()
		tx.served[i] = nil
	}
	tx.served = tx.served[:0]
}

// AwaitedKeys is the number of keys that somebody waits for, and of those for which somebody also waits to see them go. The
// unit must be exclusive.
func (tx *Tx) AwaitedKeys() (keys, always int) {
	for i := range tx.st.shards {
		for _, q := range tx.st.shards[i].waiting {
			n, a := q.databases()
			keys, always = keys+n, always+a
		}
	}
	return keys, always
}

// databases counts the databases in which the key is waited for.
func (q *queue) databases() (n, always int) {
	all, of := map[int]bool{}, map[int]bool{}
	for p := q.first; p != nil; p = p.next {
		all[p.db] = true
		if p.always {
			of[p.db] = true
		}
	}
	return len(all), len(of)
}
