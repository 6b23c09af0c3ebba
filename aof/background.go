package aof

// What the log does by itself: the work of each second, and telling an event
// loop, which must not park, that bytes are durable.

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
	case l.Policy() != No && !l.syncing:
		_ = l.sync() // Err tells
	case !l.writing:
		_ = l.flush()
	}
	l.mu.Unlock()
	if final != nil {
		l.o.Logf('#', "The append only file failed for good, writes are refused: %v", final)
	}
}

// OnDurable sets up notification in place of WaitDurable, for a caller that must
// not park: after Request, f is told the offset up to which bytes are as durable
// as the policy promises, which is at least what was fed when Request was called,
// or the error for which it is less. f runs on a goroutine of the log, one call
// at a time. OnDurable is called once, before the first Request.
func (l *Log) OnDurable(f func(offset int64, err error)) {
	l.notify = make(chan struct{}, 1)
	l.workers.Go(func() {
		for {
			select {
			case <-l.quit:
				return
			case <-l.notify:
				f(l.makeDurable())
			}
		}
	})
}

// Request asks for what was fed so far to be made durable. It never blocks; many
// requests may be answered by one call of OnDurable's f.
func (l *Log) Request() {
	select {
	case l.notify <- struct{}{}:
	default: // one is waiting to be served and will see what was fed by now
	}
}

func (l *Log) makeDurable() (int64, error) {
	l.mu.Lock()
	fed := l.fed
	l.mu.Unlock()
	if err := l.WaitDurable(fed); err != nil {
		if l.Policy() == Always {
			return l.Synced(), err
		}
		return l.Written(), err
	}
	return fed, nil
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
		DelayedFsyncs: l.delayed,
		Err:           l.Err(),
	}
	s.LastWriteOK = s.Err == nil
	if l.syncing {
		s.PendingFsyncs = 1
	}
	return s
}
