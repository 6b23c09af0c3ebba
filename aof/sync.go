package aof

// From the file to the disk. Who needs his bytes there leaves a waiter and is
// called back. A sync takes all waiters that there are when it begins (group
// commit), and two may be under way at a time:
//
//	waiters   a b c d e f g h …
//	          \_____/ \___/
//	          sync 0  sync 1   the next begins when one of them ends
//
// Syncing is mostly waiting: the second lets the disk and the file system's
// journal work on, where with one alone they would idle until those who were
// answered have asked for something new and it was executed. But a sync costs a
// lot whatever its size, so the second begins only when it serves as many as the
// first left over (see next).
//
// Each has a descriptor of its own. Linux tells an error of writing back once to
// each open file; of two syncs on one descriptor the other would see success.

import (
	"fmt"
	"slices"
	"time"
)

// delayedAfter is how long a sync takes that counts as delayed.
const delayedAfter = 2 * time.Second

// waiter waits for the bytes up to offset.
type waiter struct {
	offset  int64
	clients int         // how many it stands for
	done    func(error) // called with the log's lock held
}

// slot is room for a sync.
type slot struct {
	file    File // the log's file
	busy    bool
	end     int64    // it makes the bytes up to here durable; 0: it is not known yet
	waiters []waiter // those that it serves
	clients int      // that they stand for
	began   time.Time
	counted bool // it counts as delayed
}

// syncs is the part of a Log that syncs. The log's lock guards it.
type syncs struct {
	slots   []*slot
	queue   []waiter // no sync for them has begun
	queued  int      // clients that they stand for
	most    int      // clients that waited at a time lately, queued or not
	delayed int64
	disk    disk
}

// open is told the log's file, by as many descriptors as there may be syncs.
func (s *syncs) open(f File) { s.slots = append(s.slots, &slot{file: f}) }

// close closes the file.
func (s *syncs) close() error {
	s.disk.close()
	var failed error
	for _, slot := range s.slots {
		if err := slot.file.Close(); failed == nil {
			failed = err
		}
	}
	return failed
}

// underWay reports whether there is a sync.
func (s *syncs) underWay() bool {
	for _, slot := range s.slots {
		if slot.busy {
			return true
		}
	}
	return false
}

// WaitSynced returns when all bytes up to offset are on disk.
func (l *Log) WaitSynced(offset int64) error {
	if l.synced.Load() >= offset {
		return nil
	}
	done := make(chan error, 1)
	l.WhenSynced(offset, 1, func(err error) { done <- err })
	return <-done
}

// WhenSynced calls done when all bytes up to offset are on disk, or with the
// error for which they are not. clients is how many wait for that. done is
// called with the log's lock held: it must not wait nor ask the log anything.
func (l *Log) WhenSynced(offset int64, clients int, done func(error)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reap()
	offset = min(offset, l.fed)
	if l.synced.Load() >= offset {
		done(nil)
		return
	}
	w := waiter{offset, clients, done}
	for _, s := range l.syncs.slots {
		if s.busy && s.end >= offset {
			s.waiters = append(s.waiters, w)
			s.clients += clients
			return
		}
	}
	l.syncs.queue = append(l.syncs.queue, w)
	l.syncs.queued += clients
	l.startSyncs()
}

// startSyncs begins syncs for those who wait, as many as there should be.
func (l *Log) startSyncs() {
	for len(l.syncs.queue) > 0 && l.syncs.next() {
		l.startSync()
	}
}

// next reports whether it is time for another sync.
func (s *syncs) next() bool {
	busy, waiting := 0, s.queued
	for _, slot := range s.slots {
		if slot.busy {
			busy++
			waiting += slot.clients
		}
	}
	s.most = max(waiting, s.most-s.most/64)
	return busy == 0 || busy < len(s.slots) && s.queued*len(s.slots) >= s.most
}

// startSync begins a sync of all that was fed, for all who wait. It needs the
// lock, which is let go meanwhile, and a free slot.
func (l *Log) startSync() {
	i := l.syncs.take()
	s := l.syncs.slots[i]
	for l.writing {
		l.cond.Wait()
	}
	err := l.Err()
	if !l.dead {
		err = l.flush()
	}
	s.end = l.written.Load()
	if err != nil || l.synced.Load() >= s.end {
		l.free(s, err)
		return
	}
	s.began = l.o.Now()
	if l.syncs.disk.begin(s.file, i, l) {
		return
	}
	go func() {
		err := s.file.Sync()
		l.mu.Lock()
		defer l.mu.Unlock()
		l.syncEnded(s, err)
	}()
}

// take gives a slot to those who wait, and returns its number.
func (s *syncs) take() int {
	i := slices.IndexFunc(s.slots, func(slot *slot) bool { return !slot.busy })
	slot := s.slots[i]
	slot.busy, slot.end, slot.counted = true, 0, false
	slot.waiters, s.queue = s.queue, slot.waiters
	slot.clients, s.queued = s.queued, 0
	return i
}

// syncEnded is told how a sync has ended.
func (l *Log) syncEnded(s *slot, err error) {
	if l.Policy() == Always {
		l.o.Observe("aof-fsync-always", l.o.Now().Sub(s.began))
	}
	switch {
	case l.dead: // of another sync's error: what this one says is worth nothing
	case err != nil:
		l.die(fmt.Errorf("fsync of the append only file failed, so bytes already written may be lost; "+
			"a new log must be started: %w", err))
	default:
		l.synced.Store(max(l.synced.Load(), s.end))
		l.o.Synced()
	}
	l.free(s, l.Err())
	l.startSyncs()
}

// free ends the use of a slot and tells those whom it served; err is for those
// whose bytes are not on disk.
func (l *Log) free(s *slot, err error) {
	s.busy, s.began, s.clients = false, time.Time{}, 0
	for _, w := range s.waiters {
		if l.synced.Load() >= w.offset {
			w.done(nil)
		} else {
			w.done(err)
		}
	}
	clear(s.waiters)
	s.waiters = s.waiters[:0]
	l.cond.Broadcast()
}

// syncNow syncs what was fed, and waits for it. It needs the lock, which is let
// go meanwhile, and a free slot.
func (l *Log) syncNow() {
	over := false
	l.syncs.queue = append(l.syncs.queue, waiter{l.fed, 0, func(error) { over = true }})
	l.startSync()
	for !over {
		l.cond.Wait()
	}
}

// finalSync writes and syncs what there is, when all that has begun has ended.
func (l *Log) finalSync() error {
	for l.writing || l.syncs.underWay() {
		l.cond.Wait()
	}
	err := l.Err()
	if !l.dead {
		l.syncNow()
		err = l.Err()
	}
	for l.writing || l.syncs.underWay() { // of those who came meanwhile
		l.cond.Wait()
	}
	return err
}

// noteDelay counts, once for each sync, that it is so slow that a write did not
// wait for it any longer. (A write(2) may itself block behind an fsync(2) of the
// same file; the log starts it at once and lets the kernel decide.)
func (l *Log) noteDelay() (delayed bool) {
	for _, s := range l.syncs.slots {
		if s.busy && !s.counted && !s.began.IsZero() && l.o.Now().Sub(s.began) >= delayedAfter {
			s.counted, delayed = true, true
			l.syncs.delayed++
		}
	}
	return delayed
}
