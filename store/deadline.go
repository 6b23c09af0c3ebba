package store

// Deadlines: what happens at a key's time, lazily when somebody looks and actively by each shard's timer wheel.

import (
	"strconv"

	"github.com/miniredisd/miniredisd/expire"
	"github.com/miniredisd/miniredisd/store/ds/arena"
	"github.com/miniredisd/miniredisd/store/ds/dict"
)

// AppendInt appends the decimal text of n, as arguments of effects need it.
func AppendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

// Expire sets the deadline of e, in milliseconds since the Unix epoch.
func (tx *Tx) Expire(e *Entry, at int64) {
	tx.changed(e.ks.sh, e.keyBytes())
	r := e.header()
	if !r.timed() {
		s := r.shape()
		s.timed = true
		tx.reshape(e.ks, dict.Hash(r.key()), e.ref, s, 0)
	}
	tx.setDeadline(e.ks, e.ref, at)
}

// Persist removes the deadline of e and reports whether it had one.
func (tx *Tx) Persist(e *Entry) bool {
	r := e.header()
	if !r.timed() {
		return false
	}
	tx.changed(e.ks.sh, r.key())
	e.ks.timers.Remove(uint32(e.ref))
	s := r.shape()
	s.timed = false
	tx.reshape(e.ks, dict.Hash(r.key()), e.ref, s, 0)
	return true
}

// setDeadline files the timer of a timed record.
func (tx *Tx) setDeadline(ks *keyspace, ref arena.Ref, at int64) {
	at = max(at, 1) // 0 says: none
	ks.file(ref, at, tx.now)
	if at <= tx.now {
		tx.past = true
	}
	tx.dueAt(ks.sh, at)
}

// dueAt sees to it that a timer of the shard is looked at when its time has come.
func (tx *Tx) dueAt(sh *shard, at int64) {
	if at < sh.nextDue.Load() {
		sh.nextDue.Store(at)
		if wake := tx.st.wake.Load(); wake != nil {
			(*wake)(at)
		}
	}
}

var delName = []byte("DEL")

// expire removes a record whose time has come, and says so to the log.
func (tx *Tx) expire(ks *keyspace, h uint64, ref arena.Ref) {
	if r := ks.header(ref); r.isObject() {
		tx.discard(ks.objects.get(r.objectIndex()), nil)
	}
	ks.remove(h, ref)
	ks.sh.expired++
	key := ks.header(ref).key()
	tx.log(delName, key)
	if ks.sh.attention != 0 {
		tx.keyExpired(ks.sh, key)
		tx.keyReady(ks.sh, key)
		tx.tellTracker(ks.sh, key, 0)
	}
	tx.Notify(EventExpired, "expired", key)
	tx.last.key = nil
	if tx.past { // else nobody has seen it: it was dead before the unit began
		tx.handles.moved(ks, ref, 0)
	}
	ks.drop(ref)
}

// SetActiveExpire switches the active removal of expired keys; lazy removal stays (DEBUG SET-ACTIVE-EXPIRE).
func (s *Store) SetActiveExpire(on bool) { s.active.Store(on) }

// HoldExpire keeps keys whose time has come, or ends that. They are not shown, but neither removed nor logged: for a time in
// which no unit writes but those that are alone, which remove what they find dead as ever. Whoever ends it sees to it that
// ExpireDue is called.
func (s *Store) HoldExpire(on bool) { s.held.Store(on) }

// ExpireHeld reports whether HoldExpire is on.
func (s *Store) ExpireHeld() bool { return s.held.Load() }

// keepsDead reports whether the unit must leave keys alone whose time has come.
func (tx *Tx) keepsDead() bool { return !tx.alone && tx.st.held.Load() }

// OnDeadline names the function that is called, with the shard's lock held, when a deadline is set that lies before all
// others of its shard. It must be quick.
func (s *Store) OnDeadline(f func(at int64)) { s.wake.Store(&f) }

// expireBatch is how many keys of one shard are removed before its lock is given back, and others get their turn.
const expireBatch = 128

// ExpireDue removes the keys whose deadline has passed at now (ms). It returns a time before which no further key is
// due: call again then. The locks of a shard are given back every few hundred keys.
func (s *Store) ExpireDue(tx *Tx, now int64) (next int64) {
	next = maxTime
	if !s.active.Load() || s.held.Load() {
		return next
	}
	for i := range s.shards {
		sh := &s.shards[i]
		for sh.nextDue.Load() <= now && s.expireShard(tx, i, now) {
		}
		next = min(next, sh.nextDue.Load())
	}
	return next
}

// expireShard removes one batch and reports whether more is due.
func (s *Store) expireShard(tx *Tx, i int, now int64) (more bool) {
	s.Begin(tx, 0, Mode{Locks: 1 << i}, uint64(i))
	defer tx.End()
	if tx.keepsDead() {
		return false
	}
	tx.SetTime(now)
	sh := &s.shards[i]
	nextDue := int64(maxTime)
	for db, ks := range sh.dbs {
		if ks == nil {
			continue
		}
		tx.Select(db)
		if ks.timers != nil {
			more = advance(ks.timers, now, &nextDue, func(ref uint32) { tx.expireTimer(ks, arena.Ref(ref)) }) || more
		}
		if ks.fields != nil {
			more = advance(ks.fields, now, &nextDue, func(ref uint32) { tx.expireFields(ks, arena.Ref(ref)) }) || more
		}
	}
	if more {
		nextDue = now
	}
	sh.nextDue.Store(nextDue)
	return more
}

// advance hands out a batch of due timers. It lowers nextDue to what comes next, and reports whether more is due.
func advance[N expire.Nodes](w *expire.Wheel[N], now int64, nextDue *int64, due func(ref uint32)) (more bool) {
	more = w.Advance(now, expireBatch, due)
	if at, ok := w.Next(); ok {
		*nextDue = min(*nextDue, at)
	}
	return more
}

// expireTimer is called for a timer that the wheel has taken out already.
func (tx *Tx) expireTimer(ks *keyspace, ref arena.Ref) {
	ks.sh.expiredLate++
	tx.expire(ks, dict.Hash(ks.header(ref).key()), ref)
}

// ResumeExpire makes the shards look at all their timers again, after active expiry was off or a log was loaded.
func (s *Store) ResumeExpire() {
	for i := range s.shards {
		sh := &s.shards[i]
		sh.mu.Lock()
		sh.nextDue.Store(0)
		sh.mu.Unlock()
	}
	if wake := s.wake.Load(); wake != nil {
		(*wake)(0)
	}
}
