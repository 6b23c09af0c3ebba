// Package crash kills the server, as a process of its own and under load, with no chance to clean up, and checks that
// every write it has acknowledged is there after a restart, and none that nobody sent.
//
// Four rounds are played by default, one for each way of writing; -rounds 20 is the long run.
package crash

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/drivertest"
	"github.com/miniredisd/miniredisd/tests/process"
	"github.com/miniredisd/miniredisd/tests/wire"
)

var (
	rounds = flag.Int("rounds", 4, "how often the server is killed")
	seed   = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the moments and the batches")
)

const (
	writers  = 4
	maxBatch = 64
	// The server is killed between these times after the writers have begun.
	minLoad, maxLoad = 100 * time.Millisecond, 400 * time.Millisecond
)

// mode is a way of writing.
type mode struct {
	fsync string
	batch int // the most requests a writer sends before it waits for replies
}

var modes = []mode{{"always", 1}, {"always", maxBatch}, {"everysec", 1}, {"everysec", maxBatch}}

func TestKill(t *testing.T) {
	t.Logf("-seed %d", *seed)
	r := rand.New(rand.NewPCG(*seed, 0))
	program := process.Build(t)
	lives := make([]*life, len(modes))
	for round := range *rounds {
		m := round % len(modes)
		if lives[m] == nil {
			lives[m] = &life{mode: modes[m], dir: t.TempDir(), program: program}
		}
		name := fmt.Sprintf("%d/appendfsync=%s,batch=%d", round, modes[m].fsync, modes[m].batch)
		if !t.Run(name, func(t *testing.T) { lives[m].round(t, r) }) {
			t.Fatalf("-seed %d", *seed)
		}
	}
}

func TestMain(m *testing.M) { drivertest.Main(m) }

// life is a data set that is written by several servers, one after the other, each of which is killed.
type life struct {
	mode
	dir, program string
	histories    []*history // of all writers there have been
}

func (l *life) start(t *testing.T) *process.Server {
	t.Helper()
	return process.Start(t, l.program, l.dir, append(drivertest.Options(), "--appendonly", "yes", "--appendfsync", l.fsync)...)
}

// round loads a server, kills it, starts the next one and checks what that has.
func (l *life) round(t *testing.T, r *rand.Rand) {
	s := l.start(t)
	var load sync.WaitGroup
	for range writers {
		h := &history{prefix: fmt.Sprintf("w%d:", len(l.histories))}
		l.histories = append(l.histories, h)
		c, rnd := s.Dial(t), rand.New(rand.NewPCG(r.Uint64(), 0))
		load.Go(func() { h.write(c, l.batch, rnd) })
	}
	time.Sleep(minLoad + time.Duration(r.Int64N(int64(maxLoad-minLoad))))
	s.Kill()
	load.Wait()
	l.check(t)
}

// check starts a server on what the killed ones have left behind.
func (l *life) check(t *testing.T) {
	s := l.start(t)
	defer s.Kill()
	c := s.Dial(t)
	keys, acked := 0, 0
	for _, h := range l.histories {
		require.Empty(t, h.complaint)
		keys += h.check(t, c)
		acked += h.acked
	}
	size, err := c.Must("DBSIZE")
	require.NoError(t, err)
	require.EqualValues(t, keys, size.Int64(), "keys that nobody wrote")
	require.NotZero(t, acked, "the server was killed before it did anything")
	t.Logf("%d writes acknowledged, %d keys", acked, keys)
}

// history is what one writer did: its steps 1, 2, 3, … in this order, over one connection. So what a server knows of it
// after a crash is the outcome of the first m steps, with acked ≤ m ≤ sent.
type history struct {
	prefix      string
	sent, acked int
	popped      []string // what replies to SPOP gave away
	complaint   string   // an error reply
}

// write does steps until the connection ends.
func (h *history) write(c *wire.Conn, batch int, r *rand.Rand) {
	for {
		first, n := h.sent+1, 1+r.IntN(batch)
		for i := range n {
			for _, request := range h.step(first + i) {
				c.Send(request...)
			}
		}
		h.sent += n
		if c.Flush() != nil {
			return
		}
		for i := range n {
			for _, request := range h.step(first + i) {
				v, err := c.Receive()
				if err != nil {
					return
				}
				if v.Kind == wire.Error {
					h.complaint = v.Text
					return
				}
				if request[0] == "SPOP" {
					h.popped = append(h.popped, v.Text)
				}
			}
			h.acked++
		}
	}
}
