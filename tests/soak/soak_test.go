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
	keys     = 200
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
		working.Go(func() { work(t, addr, rand.New(rand.NewPCG(*seed, uint64(i))), now) })
	}
	working.Wait()
	if t.Failed() {
		return
	}
	c, err := wire.Dial(addr)
	require.NoError(t, err)
	defer c.Close()
	before := must(t, c, "DEBUG", "DIGEST")
	require.NotEqual(t, strings.Repeat("0", 40), before)
	require.Equal(t, "OK", must(t, c, "DEBUG", "LOADAOF"))
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
func work(t *testing.T, addr string, r *rand.Rand, now *clock.Manual) {
	c, err := wire.Dial(addr)
	if err != nil {
		t.Error(err)
		return
	}
	defer c.Close()
	for range *batches {
		n := 1 + r.IntN(pipeline)
		multi := r.IntN(4) == 0
		if multi {
			c.Send("MULTI")
		}
		for range n {
			c.Send(command(r)...)
		}
		if multi {
			c.Send("EXEC")
			n += 2
		}
		if err := c.Flush(); err != nil {
			t.Error(err)
			return
		}
		for range n {
			if _, err := c.Receive(); err != nil {
				t.Error(err)
				return
			}
		}
		now.Advance(time.Duration(r.IntN(3)) * time.Millisecond)
	}
}

// command is a random command on few keys.
func command(r *rand.Rand) []string {
	if r.IntN(3) == 0 {
		return hashCommand(r)
	}
	key := func() string { return "k" + strconv.Itoa(r.IntN(keys)) }
	num := func(n int) string { return strconv.Itoa(r.IntN(n)) }
	switch r.IntN(24) {
	case 0:
		return []string{"SET", key(), strings.Repeat("v", r.IntN(300)), "PX", strconv.Itoa(1 + r.IntN(500))}
	case 1:
		return []string{"SET", key(), num(1 << 40), "KEEPTTL"}
	case 2:
		return []string{"GETEX", key(), "PX", strconv.Itoa(1 + r.IntN(300))}
	case 3:
		return []string{"DEL", key(), key()}
	case 4:
		return []string{"APPEND", key(), strings.Repeat("a", r.IntN(60))}
	case 5:
		return []string{"PEXPIRE", key(), num(800)}
	case 6:
		return []string{"PERSIST", key()}
	case 7:
		return []string{"RENAME", key(), key()}
	case 8:
		return []string{"COPY", key(), key(), "DB", num(3), "REPLACE"}
	case 9:
		return []string{"SETRANGE", key(), num(50_000), "zz"}
	case 10, 11:
		return []string{"RPUSH", key(), num(9), strings.Repeat("e", r.IntN(200)), num(1 << 30)}
	case 12:
		return []string{"LPUSH", key(), num(9)}
	case 13:
		return []string{"LPOP", key(), num(4)}
	case 14:
		return []string{"RPOP", key()}
	case 15:
		return []string{"MSET", key(), num(100), key(), "text"}
	case 16:
		return []string{"MOVE", key(), num(3)}
	case 17:
		return []string{"INCRBYFLOAT", key(), "0.5"}
	case 18:
		return []string{"INCR", key()}
	case 19:
		return []string{"SELECT", num(3)}
	case 20:
		return []string{"SCAN", num(1 << 16)}
	case 21:
		return []string{"GETDEL", key()}
	case 22:
		return []string{"RANDOMKEY"}
	default:
		if r.IntN(200) == 0 {
			return [][]string{{"FLUSHDB"}, {"SWAPDB", "0", "1"}, {"FLUSHALL", "ASYNC"}}[r.IntN(3)]
		}
		return []string{"MGET", key(), key(), key()}
	}
}
