// Package soak lets many clients do everything at once, while time passes, and then asks whether the log tells the same
// story as the memory.
package soak

import (
	"flag"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/internal/drivertest"
	"github.com/miniredisd/miniredisd/server"
	"github.com/miniredisd/miniredisd/tests/wire"
)

var (
	seed    = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random commands")
	batches = flag.Int("batches", 300, "how many pipelines each client sends")
)

const (
	clients  = 8
	pipeline = 32 // commands at most
)

func TestMain(m *testing.M) { drivertest.Main(m) }

// The order of the log is an order in which things happened: whatever the clients did to each other's keys, replaying the
// log gives the data that is in memory. Time moves while they work, so that keys die under their hands.
func TestLogTellsTheSameStory(t *testing.T) {
	t.Logf("seed %d", *seed)
	now := clock.NewManual(time.Unix(1_700_000_000, 0))
	cfg := config.New()
	require.NoError(t, cfg.Load(append([]string{"--port", "0", "--bind", "127.0.0.1", "--dir", t.TempDir(), "--appendonly", "yes",
		"--enable-debug-command", "yes"}, drivertest.Options()...), nil))
	s, err := server.New(server.Options{Config: cfg, Clock: now})
	require.NoError(t, err)
	require.NoError(t, s.Start())
	defer s.Close()
	addr := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port()))

	var working sync.WaitGroup
	for i := range clients {
		d := &dice{Rand: rand.New(rand.NewPCG(*seed, uint64(i)))}
		working.Go(func() { work(t, addr, d, now) })
	}
	working.Wait()
	if t.Failed() {
		return
	}
	c, err := wire.Dial(addr)
	require.NoError(t, err)
	defer c.Close()
	c.Timeout = time.Minute // for a log to be loaded on a busy machine
	before := must(t, c, "DEBUG", "DIGEST")
	require.NotEqual(t, strings.Repeat("0", 40), before)
	was := contents(t, c)
	require.Equal(t, "OK", must(t, c, "DEBUG", "LOADAOF"))
	require.Empty(t, differences(was, contents(t, c)), "seed %d", *seed)
	require.Equal(t, before, must(t, c, "DEBUG", "DIGEST"), "seed %d", *seed)
	require.Equal(t, "OK", must(t, c, "DEBUG", "RELOAD"))
	require.Equal(t, before, must(t, c, "DEBUG", "DIGEST"), "seed %d", *seed)
}

func must(t *testing.T, c *wire.Conn, args ...string) string {
	t.Helper()
	v, err := c.Must(args...)
	require.NoError(t, err)
	return v.Text
}

// work is one client: pipelines of random commands, some of them transactions. Error replies are replies.
func work(t *testing.T, addr string, d *dice, now *clock.Manual) {
	c, err := wire.Dial(addr)
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	for range *batches {
		requests := d.pipeline()
		for _, r := range requests {
			c.Send(r...)
		}
		if err := c.Flush(); err != nil {
			t.Error(err)
			return
		}
		for _, r := range requests {
			v, err := c.Receive()
			if err != nil {
				t.Errorf("%.200q: %v", r, err)
				return
			}
			if r[0] == "DUMP" && v.Kind == wire.Bulk {
				d.payload = v.Text
			}
		}
		now.Advance(time.Duration(d.IntN(3)) * time.Millisecond)
	}
}

// pipeline is what a client sends at once.
func (d *dice) pipeline() [][]string {
	var requests [][]string
	for range 1 + d.IntN(pipeline) {
		requests = append(requests, d.command())
	}
	if d.IntN(4) == 0 {
		requests = append(append([][]string{{"MULTI"}}, requests...), []string{"EXEC"})
	}
	return requests
}
