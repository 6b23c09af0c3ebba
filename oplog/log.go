// Package oplog is the one ordered stream of effects: what the data set's
// changes look like as commands. The execution unit appends to it while it
// still holds the locks of the shards it changed, so the order of the stream is
// an order in which the changes could have happened. The append-only file,
// replicas and taps are sinks of this stream; none of them sees anything else.
//
// The package holds no data and knows no command: it imports only the standard
// library, and a sink is any type with a Feed method.
package oplog

import (
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

// Sink receives the stream.
type Sink interface {
	// Feed takes the next bytes of the stream; offset is the stream's offset
	// behind them. One call carries one whole unit (with the SELECT and the
	// MULTI/EXEC that belong to it). It runs under the log's lock and under the
	// locks of the shards the unit changed: it must only copy memory, must not
	// keep p, and must not call back into the log.
	Feed(p []byte, offset int64)
}

// keepScratch is the largest framing buffer kept between units, in bytes.
const keepScratch = 1 << 20

var (
	multi = []byte("*1\r\n$5\r\nMULTI\r\n")
	exec  = []byte("*1\r\n$4\r\nEXEC\r\n")
)

// Log is the ordered stream of effects. Offsets count the bytes appended since
// the log was made. Lock order: the log's lock is taken after the shards' locks
// and before any lock of a sink. The zero value is an empty log at offset 0.
type Log struct {
	active atomic.Bool
	offset atomic.Int64

	mu      sync.Mutex
	sinks   []Sink
	db      int    // database the stream stands in; meaningful when started
	started bool   // false: no SELECT was written yet, db is not known
	scratch []byte // framing of one unit, reused
}

// Active reports whether anybody listens. When it is false a unit need not
// encode its effects at all.
func (l *Log) Active() bool { return l.active.Load() }

// Offset returns the number of bytes appended so far.
func (l *Log) Offset() int64 { return l.offset.Load() }

// Append adds one unit: body holds n commands back to back as RESP, all for
// database db. A SELECT goes first if the stream stands in another database, and
// MULTI and EXEC go around more than one command. body is copied. It returns the
// offset behind the unit. Units are in the stream in the order of their calls.
func (l *Log) Append(db, n int, body []byte) int64 {
	return l.AppendAcross(db, db, n, body)
}

// AppendAcross is Append for a unit that changes databases on its way: it starts
// in db, body itself holds the SELECT commands (counted in n), and the last of
// them selects endDB.
func (l *Log) AppendAcross(db, endDB, n int, body []byte) int64 {
	if n <= 0 || len(body) == 0 {
		return l.Offset()
	}
	l.mu.Lock()
	defer l.mu.Unlock()

	unit := l.frame(db, n, body)
	l.db, l.started = endDB, true
	offset := l.offset.Add(int64(len(unit)))
	for _, s := range l.sinks {
		s.Feed(unit, offset)
	}
	return offset
}

// frame returns body with what the stream needs around it. Body itself comes
// back when it needs nothing, which is the usual case and saves a copy.
func (l *Log) frame(db, n int, body []byte) []byte {
	sameDB := l.started && l.db == db
	if sameDB && n == 1 {
		return body
	}
	b := l.scratch[:0]
	if !sameDB {
		b = appendSelect(b, db)
	}
	if n > 1 {
		b = append(b, multi...)
	}
	b = append(b, body...)
	if n > 1 {
		b = append(b, exec...)
	}
	if cap(b) <= keepScratch {
		l.scratch = b
	} else {
		l.scratch = nil
	}
	return b
}

func appendSelect(b []byte, db int) []byte {
	digits := strconv.Itoa(db)
	b = append(b, "*2\r\n$6\r\nSELECT\r\n$"...)
	b = strconv.AppendInt(b, int64(len(digits)), 10)
	b = append(b, "\r\n"...)
	b = append(b, digits...)
	return append(b, "\r\n"...)
}

// Attach adds a sink and returns the offset at which its part of the stream
// begins. That part starts with a SELECT, which the other sinks see as well, so
// that all sinks have the same bytes at the same offsets.
//
// A sink whose stream must fit a state of the data set (a new replica, a log
// turned on at run time) is attached while no unit runs: units look at Active
// before they encode.
func (l *Log) Attach(s Sink) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.sinks, s) {
		l.sinks = append(l.sinks, s)
		l.started = false
	}
	l.active.Store(true)
	return l.offset.Load()
}

// Detach removes a sink. After it returns the sink's Feed is not called again.
func (l *Log) Detach(s Sink) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if i := slices.Index(l.sinks, s); i >= 0 {
		l.sinks = slices.Delete(l.sinks, i, i+1)
	}
	l.active.Store(len(l.sinks) > 0)
}
