package load

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// drainWait is how long the last replies may take after the last request was due.
const drainWait = 30 * time.Second

// Rate is a load of single requests, half GET and half SET, on random keys of Fill. At a fixed rate each request has a time
// at which it is due, whatever became of those before it: requests that a server in a pause makes late are sent as soon as
// their connection takes them, and their latency counts from when they were due. A generator that waits for a reply before
// it sends the next would leave out just the requests that a pause would have made slow (coordinated omission).
type Rate struct {
	Clients int // connections, which take turns
	Keys    int // how many keys are chosen from, at random
	Value   int // bytes
	// PerSecond is how many requests are due in a second. With 0 each connection sends its next request when it has its
	// reply: as much as the server, or this generator, can do.
	PerSecond float64
	Duration  time.Duration
}

// RateResult is what Rate.Run has seen.
type RateResult struct {
	// Latencies are the times from when a request was due until its reply was read, in ms, in order of replies.
	Latencies []float64
	// Late are the times from when a request was due until this generator had handed it to the operating system, in ms. They
	// are within the latencies: where they are as long, the latency is this generator's, or the machine's, and not the
	// server's. Only with PerSecond.
	Late []float64
	// PerSecond is how many requests were answered in a second.
	PerSecond float64
}

// check looks for what cannot be run.
func (r Rate) check() error {
	if r.Clients < 1 || r.Keys < 1 || r.Value < 0 || r.Duration <= 0 || r.PerSecond < 0 {
		return errors.New("a load needs connections, keys and a duration")
	}
	if r.PerSecond > 0 && r.PerSecond*r.Duration.Seconds() < 1 {
		return errors.New("at this rate no request is due in this time")
	}
	return nil
}

// maker makes the requests of a Rate.
type maker struct {
	random *rand.Rand
	keys   int
	value  string // as it stands in a request
}

func (r Rate) maker() *maker {
	return &maker{rand.New(rand.NewPCG(3, 4)), r.Keys, fmt.Sprintf("$%d\r\n%s\r\n", r.Value, strings.Repeat("x", r.Value))}
}

// appendNext appends a GET or a SET.
func (m *maker) appendNext(b []byte) []byte {
	n := m.random.Uint64()
	if n&1 == 0 {
		b = append(b, "*2\r\n$3\r\nGET\r\n$17\r\nkey:"...)
		return append(appendPadded(b, int((n>>1)%uint64(m.keys)), 13), "\r\n"...)
	}
	b = append(b, "*3\r\n$3\r\nSET\r\n$17\r\nkey:"...)
	b = append(appendPadded(b, int((n>>1)%uint64(m.keys)), 13), "\r\n"...)
	return append(b, m.value...)
}
