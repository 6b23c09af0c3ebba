package store

// Deadlines: what happens at a key's time, lazily when somebody looks and actively by each shard's timer wheel.

import (
	"strconv"

	"github.com/miniredisd/miniredisd/expire"
)

// AppendInt appends the decimal text of n, as arguments of effects need it.
func AppendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

// Expire sets the deadline of e, in milliseconds since the Unix epoch.
func (tx *Tx) Expire(e *Entry, at int64) {
	tx.changed(e.keyBytes())
	tx.setDeadline(e, at)
}

// Persist removes the deadline of e and reports whether it had one.
func (tx *Tx) Persist(e *Entry) bool {
	if e.expireAt == 0 {
		return false
	}
	tx.changed(e.keyBytes())
	tx.clearDeadline(e)
	return true
}

func (tx *Tx) setDeadline(e *Entry, at int64) {
	at = max(at, 1) // 0 says: none
	e.expireAt = at
	sh, ks, _ := tx.at(e.keyBytes())
	if ks.timers == nil {
		ks.timers = expire.New(tx.now, (*Entry).deadline)
	}
	if e.timer != 0 {
		ks.timers.Move(e.timer, at)
	} else {
		e.timer = ks.timers.Add(e, at)
	}
	if at < sh.nextDue.Load() {
		sh.nextDue.Store(at)
		if wake := tx.st.wake.Load(); wake != nil {
			(*wake)(at)
		}
	}
}

func (e *Entry) deadline() int64 { return e.expireAt }

func (tx *Tx) clearDeadline(e *Entry) {
	if e.expireAt == 0 {
		return
	}
	_, ks, _ := tx.at(e.keyBytes())
	ks.stop(e)
	e.expireAt = 0
}

// stop takes the timer of e out of the wheel.
func (ks *keyspace) stop(e *Entry) {
	if e.timer != 0 {
		ks.timers.Remove(e.timer)
		e.timer = 0
	}
}

var delName = []byte("DEL")

// expire removes an entry whose time has come, and says so to the log.
func (tx *Tx) expire(sh *shard, ks *keyspace, h uint64, e *Entry) {
	ks.entries.Delete(h, e.keyBytes())
	ks.stop(e)
	sh.expired++
	tx.log(delName, e.keyBytes())
	if len(sh.watchers) != 0 {
		tx.keyExpired(sh, e.keyBytes())
	}
	tx.Notify(EventExpired, "expired", e.keyBytes())
}

// SetActiveExpire switches the active removal of expired keys; lazy removal stays (DEBUG SET-ACTIVE-EXPIRE).
func (s *Store) SetActiveExpire(on bool) { s.active.Store(on) }

// OnDeadline names the function that is called, with the shard's lock held, when a deadline is set that lies before all
// others of its shard. It must be quick.
func (s *Store) OnDeadline(f func(at int64)) { s.wake.Store(&f) }

// expireBatch is how many keys of one shard are removed before its lock is given back, and others get their turn.
const expireBatch = 128

// ExpireDue removes the keys whose deadline has passed at now (ms). It returns a time before which no further key is
// due: call again then. The locks of a shard are given back every few hundred keys.
func (s *Store) ExpireDue(tx *Tx, now int64) (next int64) {
	next = maxTime
	if !s.active.Load() {
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
	tx.SetTime(now)
	sh := &s.shards[i]
	nextDue := int64(maxTime)
	for db, ks := range sh.dbs {
		if ks == nil || ks.timers == nil {
			continue
		}
		tx.Select(db)
		if ks.timers.Advance(now, expireBatch, func(e *Entry) { tx.expireTimer(sh, ks, e) }) {
			more = true
		}
		if at, ok := ks.timers.Next(); ok {
			nextDue = min(nextDue, at)
		}
	}
	if more {
		nextDue = now
	}
	sh.nextDue.Store(nextDue)
	return more
}

// expireTimer is called for a timer that the wheel has taken out already.
func (tx *Tx) expireTimer(sh *shard, ks *keyspace, e *Entry) {
	e.timer = 0
	sh.expiredLate++
	tx.expire(sh, ks, tx.hash(e.keyBytes()), e)
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
