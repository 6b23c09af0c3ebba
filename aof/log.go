package aof

// The writer: the stream of effects comes in through Feed (a memory copy), and
// whoever must not go on before his bytes are safe waits for them. There is no
// writer goroutine on that path: the first who waits writes what all have fed
// until then, and the others wait for him (group commit). How bytes get from the
// file to the disk stands in sync.go.
//
//	fed      offset behind the last byte that came in       >= written
//	written  offset behind the last byte given to write(2)  >= synced
//	synced   offset behind the last byte known to be on disk
//
// A write that fails is undone (the file is cut to where it was) and its bytes
// stay pending. Err is set, so that the server refuses new writes, until a later
// try succeeds. Bytes are written at a known position, so even if the cut fails
// the next try overwrites the half-written ones.
//
// An fsync that fails is final. The kernel may have dropped the dirty pages and
// marked them clean, so a second fsync would say "fine" about bytes that are not
// on disk, and the log does not hold them any more: with everysec that would be
// a second copy of all that is written in between. The whole data set is in
// memory, so what helps is a new log written from it: turn appendonly off and
// on, or restart with a good disk. Until then Err says so and writes are refused.

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

const (
	keepPending   = 1 << 20          // largest write buffer kept for reuse, bytes
	writeLogEvery = 30 * time.Second // between two lines about failing writes
)

// ErrClosed is what waits on a closed log return.
var ErrClosed = errors.New("the append only file is closed")

// ErrFull means that more bytes were fed than may be pending while the disk did
// not take them. What came later is lost to the log, so this is final.
var ErrFull = errors.New("the append only file's buffer is full")

// Log is an open append-only log. It is safe for concurrent use. It is a sink of
// an oplog.Log, whose lock is taken before its own.
type Log struct {
	o       Options
	policy  atomic.Int32
	written atomic.Int64
	synced  atomic.Int64
	failure atomic.Pointer[error] // what Err returns

	quit    chan struct{}
	workers sync.WaitGroup
	closing sync.Once

	lastWriteLog time.Time // owned by who has writing set

	mu       sync.Mutex
	cond     *sync.Cond // a write or sync ended, or the log died
	syncs    syncs
	pending  []byte // fed, not yet being written
	spare    []byte // an empty buffer for the next pending
	inFlight int    // bytes being written
	fed      int64
	file     File          // the last incr file
	prompt   *promptWriter // of file, for who has writing set; nil where there is none
	size     int64         // good bytes in it
	writing  bool          // somebody is writing to file
	dead     bool          // failed for good: nothing is written any more
	failures int           // failed writes and syncs; tells waiters that theirs failed

	told bool // the final failure was logged

	baseSize  int64 // bytes of the base file
	otherSize int64 // bytes of all files but the last incr
}

func newLog(o Options) *Log {
	l := &Log{o: o, quit: make(chan struct{}), fed: o.Offset}
	l.written.Store(o.Offset)
	l.synced.Store(o.Offset)
	l.cond = sync.NewCond(&l.mu)
	l.policy.Store(int32(o.Policy))
	return l
}

// Feed takes the next bytes of the stream, up to offset; it implements
// oplog.Sink. It only copies memory.
func (l *Log) Feed(p []byte, offset int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fed = offset
	if !l.dead && int64(len(l.pending)+l.inFlight) >= l.maxPending() {
		l.die(ErrFull)
	}
	if l.dead {
		return // fed stays ahead of written: whoever waits for p gets the error
	}
	l.pending = append(l.pending, p...)
}

// maxPending is the bound that Feed holds: pending may exceed it by one unit. It
// is wider while writes succeed: then it is the waiting clients that bound the
// buffer, and one very large unit must not end a healthy log.
func (l *Log) maxPending() int64 {
	if l.Err() == nil {
		return 4 * int64(l.o.MaxPending)
	}
	return int64(l.o.MaxPending)
}

// WaitWritten returns when all bytes up to offset were given to write(2), which
// is enough to outlive the process. If nobody is writing, the caller writes what
// is pending for all. It is one atomic load when that has happened already. An
// offset beyond what was fed means all that was fed.
func (l *Log) WaitWritten(offset int64) error {
	if l.written.Load() >= offset {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	offset = min(offset, l.fed)
	for l.written.Load() < offset {
		if err := l.write(); err != nil {
			return err
		}
	}
	return nil
}

// WaitDurable waits for as much as the policy promises a client before it gets
// its reply: synced with Always, else written.
func (l *Log) WaitDurable(offset int64) error {
	if l.Policy() == Always {
		return l.WaitSynced(offset)
	}
	return l.WaitWritten(offset)
}

// Written returns the offset up to which bytes were given to write(2).
func (l *Log) Written() int64 { return l.written.Load() }

// Synced returns the offset up to which bytes are on disk.
func (l *Log) Synced() int64 { return l.synced.Load() }

// Policy returns the fsync policy.
func (l *Log) Policy() Policy { return Policy(l.policy.Load()) }

// SetPolicy changes the fsync policy. Turned to Always, later waits sync what
// was written before as well.
func (l *Log) SetPolicy(p Policy) { l.policy.Store(int32(p)) }

// Err returns why the log cannot take writes now, nil when it is healthy.
func (l *Log) Err() error {
	if p := l.failure.Load(); p != nil {
		return *p
	}
	return nil
}

// write writes what is pending, or if somebody is writing waits for him. It needs
// the lock, which is let go meanwhile.
func (l *Log) write() error {
	if l.dead {
		return l.Err()
	}
	if !l.writing {
		return l.flush()
	}
	failures := l.failures
	l.cond.Wait()
	if l.failures != failures {
		if err := l.Err(); err != nil {
			return err
		}
	}
	return nil
}

// flush writes what is pending. It needs the lock, which is let go meanwhile, and
// writing to be false.
func (l *Log) flush() error {
	if len(l.pending) == 0 {
		l.written.Store(l.fed)
		return nil
	}
	buf, end, at := l.pending, l.fed, l.size
	l.pending, l.spare = l.spare, nil
	l.inFlight, l.writing = len(buf), true
	delayed, to := l.noteDelay(), io.WriterAt(l.file)
	if l.prompt != nil && !l.syncs.underWay() { // during a sync, the file system may make writes wait
		to = l.prompt
	}

	l.mu.Unlock()
	if delayed {
		l.o.Logf('*', "Asynchronous AOF fsync is taking too long (disk is busy?). "+
			"Writing the AOF buffer without waiting for fsync to complete, this may slow down Redis.")
	}
	err := l.put(to, buf, at)
	l.mu.Lock()

	l.inFlight, l.writing = 0, false
	defer l.cond.Broadcast()
	if err != nil {
		l.pending = append(buf, l.pending...)
		l.failures++
		if !l.dead {
			l.failure.Store(&err)
		}
		return err
	}
	l.size += int64(len(buf))
	l.written.Store(end)
	if cap(buf) <= keepPending {
		l.spare = buf[:0]
	}
	if !l.dead {
		l.failure.Store(nil)
	}
	return nil
}

// put writes buf at position at of the file, by way of to, wholly or not at all,
// and logs when that begins or ceases to fail. The caller has writing set, not the
// lock.
func (l *Log) put(to io.WriterAt, buf []byte, at int64) error {
	var began time.Time
	observed := l.o.Observed()
	if observed {
		began = l.o.Now()
	}
	n, err := to.WriteAt(buf, at)
	if observed {
		l.o.Observe("aof-write", l.o.Now().Sub(began))
	}
	if err == nil {
		if l.Err() != nil {
			l.lastWriteLog = time.Time{}
			l.o.Logf('#', "AOF write error looks solved, Redis can write again.")
		}
		return nil
	}
	var cutErr error
	if n > 0 {
		cutErr = l.file.Truncate(at)
	}
	if now := l.o.Now(); l.lastWriteLog.IsZero() || now.Sub(l.lastWriteLog) >= writeLogEvery {
		l.lastWriteLog = now
		l.o.Logf('#', "Error writing to the AOF file: %v (nwritten=%d, expected=%d)", err, n, len(buf))
		if cutErr != nil {
			l.o.Logf('#', "Could not remove short write from the append-only file: %v", cutErr)
		}
	}
	return fmt.Errorf("writing the append only file: %w", err)
}

// die makes a failure final; the first one stays.
func (l *Log) die(err error) {
	if l.dead {
		return
	}
	l.dead = true
	l.failures++
	l.failure.Store(&err)
	l.cond.Broadcast()
}

// Close writes and syncs what is pending, whatever the policy, and closes the
// file. Feed and waits for bytes that were not written fail from then on.
func (l *Log) Close() error {
	err := ErrClosed
	l.closing.Do(func() {
		close(l.quit)
		l.workers.Wait()
		err = l.close()
	})
	return err
}

func (l *Log) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.finalSync()
	l.die(ErrClosed)
	if closeErr := l.syncs.close(); err == nil {
		err = closeErr
	}
	return err
}
