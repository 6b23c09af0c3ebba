package server

import (
	"strings"
	"sync"
	"sync/atomic"
)

// statStripes is the number of copies of each hot counter: clients count in the one of their number, readers add up.
const statStripes = 16

// maxErrorKinds bounds the table of error codes that INFO errorstats shows, as scripts may invent them.
const maxErrorKinds = 128

// stats are the counters of INFO.
type stats struct {
	stripes [statStripes]statStripe

	connections, rejectedConns atomic.Int64
	queryTooLong               atomic.Int64 // clients sent away for what they sent
	outputTooLong              atomic.Int64 // clients sent away for what they did not read
	errors                     atomic.Int64 // replies that were errors
	mu                         sync.Mutex
	errorKinds                 map[string]int64 // by the error's first word
}

type statStripe struct {
	commands []commandStat // by Spec.ID
	calls    atomic.Int64
	in, out  atomic.Int64 // bytes
	reads    atomic.Int64 // from sockets that brought something
	writes   atomic.Int64
	_        [64]byte
}

// commandStat is what INFO commandstats shows of one command.
type commandStat struct{ calls, nanos, rejected, failed atomic.Int64 }

func (s *stats) init(commands int) {
	for i := range s.stripes {
		s.stripes[i].commands = make([]commandStat, commands)
	}
	s.errorKinds = map[string]int64{}
}

// called counts an executed command.
func (s *stats) called(client uint64, id int, nanos int64, failed bool) {
	st := &s.stripes[client%statStripes]
	st.calls.Add(1)
	c := &st.commands[id]
	c.calls.Add(1)
	c.nanos.Add(nanos)
	if failed {
		c.failed.Add(1)
	}
}

func (s *stats) rejected(client uint64, id int) {
	s.stripes[client%statStripes].commands[id].rejected.Add(1)
}

func (s *stats) netIn(client uint64, n int) {
	st := &s.stripes[client%statStripes]
	st.in.Add(int64(n))
	st.reads.Add(1)
}

func (s *stats) netOut(client uint64, n int) {
	st := &s.stripes[client%statStripes]
	st.out.Add(int64(n))
	st.writes.Add(1)
}

// countError counts an error reply by its code.
func (s *stats) countError(msg string) {
	s.errors.Add(1)
	kind, _, _ := strings.Cut(msg, " ")
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.errorKinds[kind]; known || len(s.errorKinds) < maxErrorKinds {
		s.errorKinds[kind]++
	}
}

// total adds one counter up over the stripes.
func (s *stats) total(counter func(*statStripe) *atomic.Int64) (sum int64) {
	for i := range s.stripes {
		sum += counter(&s.stripes[i]).Load()
	}
	return sum
}

func (s *stats) totalCalls() int64 {
	return s.total(func(st *statStripe) *atomic.Int64 { return &st.calls })
}
func (s *stats) totalIn() int64 { return s.total(func(st *statStripe) *atomic.Int64 { return &st.in }) }
func (s *stats) totalOut() int64 {
	return s.total(func(st *statStripe) *atomic.Int64 { return &st.out })
}

func (s *stats) totalReads() int64 {
	return s.total(func(st *statStripe) *atomic.Int64 { return &st.reads })
}
func (s *stats) totalWrites() int64 {
	return s.total(func(st *statStripe) *atomic.Int64 { return &st.writes })
}

// command adds up the figures of one command.
func (s *stats) command(id int) (calls, nanos, rejected, failed int64) {
	for i := range s.stripes {
		c := &s.stripes[i].commands[id]
		calls += c.calls.Load()
		nanos += c.nanos.Load()
		rejected += c.rejected.Load()
		failed += c.failed.Load()
	}
	return
}

// reset zeroes what CONFIG RESETSTAT zeroes.
func (s *stats) reset() {
	for i := range s.stripes {
		st := &s.stripes[i]
		st.calls.Store(0)
		st.in.Store(0)
		st.out.Store(0)
		st.reads.Store(0)
		st.writes.Store(0)
		for j := range st.commands {
			c := &st.commands[j]
			c.calls.Store(0)
			c.nanos.Store(0)
			c.rejected.Store(0)
			c.failed.Store(0)
		}
	}
	s.connections.Store(0)
	s.rejectedConns.Store(0)
	s.queryTooLong.Store(0)
	s.outputTooLong.Store(0)
	s.errors.Store(0)
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.errorKinds)
}
