package aof

// What the log does by itself: the work of each second.

import "time"

// everySecond runs until Close.
func (l *Log) everySecond() {
	tick := l.o.Tick
	if tick == nil {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		tick = ticker.C
	}
	for {
		select {
		case <-l.quit:
			return
		case <-tick:
			l.second()
		}
	}
}

// second writes what nobody waits for (keys that expired) or what failed before,
// and syncs with EverySec. With Always it also syncs what was written while the
// policy was another.
func (l *Log) second() {
	l.mu.Lock()
	var final error
	switch {
	case l.dead:
		if !l.told {
			l.told, final = true, l.Err()
		}
	case l.Policy() != No && !l.syncs.underWay():
		l.syncNow() // Err tells
	case !l.writing:
		_ = l.flush()
	}
	l.mu.Unlock()
	if final != nil {
		l.o.Logf('#', "The append only file failed for good, writes are refused: %v", final)
	}
}

// Stats is the state of the log for INFO persistence.
type Stats struct {
	Size          int64 // aof_current_size: bytes of all files
	BaseSize      int64 // aof_base_size
	PendingBytes  int   // aof_buffer_length: fed, not yet written
	PendingFsyncs int   // aof_pending_bio_fsync: 1 while a sync is under way
	DelayedFsyncs int64 // aof_delayed_fsync
	LastWriteOK   bool  // aof_last_write_status
	Err           error // what Err returns
}

// Stats returns the state of the log.
func (l *Log) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Stats{
		Size:          l.otherSize + l.size,
		BaseSize:      l.baseSize,
		PendingBytes:  len(l.pending) + l.inFlight,
		DelayedFsyncs: l.syncs.delayed,
		Err:           l.Err(),
	}
	s.LastWriteOK = s.Err == nil
	if l.syncs.underWay() {
		s.PendingFsyncs = 1
	}
	return s
}
