package server

import (
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/latency"
)

// statStripes is the number of copies of each hot counter, a power of two: clients count in the one of their number, readers
// add up. With one processor there is one, and less to keep in its cache.
const statStripes = 16

// stats are the counters of INFO.
type stats struct {
	stripes []statStripe

	connections, rejectedConns atomic.Int64
	queryTooLong               atomic.Int64 // clients sent away for what they sent
	outputTooLong              atomic.Int64 // clients sent away for what they did not read
	evictedClients             atomic.Int64 // clients sent away for all that they took
	errors                     atomic.Int64 // replies that were errors
	errorsFreed                atomic.Int64 // kinds of errors that were forgotten; lazyfreed_objects counts them as Redis does
	mu                         sync.Mutex
	errorKinds                 map[string]int64 // by the error's first word
	errorsOff                  bool             // there were too many kinds
}

type statStripe struct {
	commands []commandStat // by Spec.ID
	calls    atomic.Int64
	in, out  atomic.Int64 // bytes
	memory   atomic.Int64 // bytes that clients take
	reads    atomic.Int64 // from sockets that brought something
	writes   atomic.Int64
	most     atomic.Int64 // commands of one round, about: two that count at the same time may miss one
	_        [64]byte
}

// commandStat is what INFO commandstats and latencystats show of one command. A call is counted in the histogram of how long
// calls took, and only where there is none (latency-tracking) in untracked.
type commandStat struct {
	latency                            atomic.Pointer[latency.Histogram] // nil as long as nothing is in it
	nanos, untracked, rejected, failed atomic.Int64
}

// commandSums are the figures of a command.
type commandSums struct{ calls, nanos, rejected, failed int64 }

func (s *stats) init(commands int) {
	s.stripes = make([]statStripe, statStripes)
	if runtime.GOMAXPROCS(0) == 1 {
		s.stripes = s.stripes[:1]
	}
	for i := range s.stripes {
		s.stripes[i].commands = make([]commandStat, commands)
	}
	s.errorKinds = map[string]int64{}
}

// of is the stripe that a client counts in.
func (s *stats) of(client uint64) *statStripe { return &s.stripes[client&uint64(len(s.stripes)-1)] }

// called counts an executed command, but for the total of all, which is counted for many at a time.
func (s *stats) called(client uint64, id int, nanos int64, track, failed bool) {
	c := &s.of(client).commands[id]
	c.nanos.Add(nanos)
	if track {
		c.histogram().Count(nanos)
	} else {
		c.untracked.Add(1)
	}
	if failed {
		c.failed.Add(1)
	}
}

func (c *commandStat) histogram() *latency.Histogram {
	h := c.latency.Load()
	if h == nil {
		c.latency.CompareAndSwap(nil, new(latency.Histogram))
		if h = c.latency.Load(); h == nil { // the statistics were reset just now
			return new(latency.Histogram)
		}
	}
	return h
}

// settle counts what a client has executed since the last time.
func (s *stats) settle(c *command.Client) {
	if c.Executed > 0 {
		s.executed(c.ID, c.Executed)
		if most := &s.of(c.ID).most; c.Executed > most.Load() {
			most.Store(c.Executed)
		}
		c.Executed = 0
	}
}

// executed counts commands of a client in the total of all.
func (s *stats) executed(client uint64, n int64) { s.of(client).calls.Add(n) }

func (s *stats) rejected(client uint64, id int) {
	s.of(client).commands[id].rejected.Add(1)
}

func (s *stats) netIn(client uint64, n int) {
	st := s.of(client)
	st.in.Add(int64(n))
	st.reads.Add(1)
}

func (s *stats) netOut(client uint64, n int) {
	st := s.of(client)
	st.out.Add(int64(n))
	st.writes.Add(1)
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

// most is the number of commands that one round has executed at the most.
func (s *stats) most() (n int64) {
	for i := range s.stripes {
		n = max(n, s.stripes[i].most.Load())
	}
	return n
}

// totalTook is how long all commands took, in ns.
func (s *stats) totalTook() (sum int64) {
	for i := range s.stripes {
		for j := range s.stripes[i].commands {
			sum += s.stripes[i].commands[j].nanos.Load()
		}
	}
	return sum
}

func (s *stats) totalWrites() int64 {
	return s.total(func(st *statStripe) *atomic.Int64 { return &st.writes })
}

// command adds up the figures of one command. took is how long its calls took as far as that was counted, nil when it was not.
func (s *stats) command(id int) (sums commandSums, took *latency.Distribution) {
	for i := range s.stripes {
		c := &s.stripes[i].commands[id]
		sums.calls += c.untracked.Load()
		sums.nanos += c.nanos.Load()
		sums.rejected += c.rejected.Load()
		sums.failed += c.failed.Load()
		if h := c.latency.Load(); h != nil {
			if took == nil {
				took = new(latency.Distribution)
			}
			took.Add(h)
		}
	}
	if took != nil {
		sums.calls += took.Total
	}
	return sums, took
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
		st.most.Store(0)
		for j := range st.commands {
			c := &st.commands[j]
			c.latency.Store(nil)
			c.untracked.Store(0)
			c.nanos.Store(0)
			c.rejected.Store(0)
			c.failed.Store(0)
		}
	}
	s.connections.Store(0)
	s.rejectedConns.Store(0)
	s.queryTooLong.Store(0)
	s.outputTooLong.Store(0)
	s.evictedClients.Store(0)
	s.errors.Store(0)
	s.errorsFreed.Store(0)
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.errorKinds)
	s.errorsOff = false
}
