package server

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
)

// inUse is the figure that maxmemory is compared with.
func (s *Server) inUse() uint64 {
	data := s.store.Memory()
	return s.evictable(&data)
}

// allow sets maxmemory so that bytes more than now may be used.
func allow(p *peer, s *Server, bytes uint64) (limit uint64) {
	limit = s.inUse() + bytes
	p.do("CONFIG SET maxmemory "+strconv.FormatUint(limit, 10), "+OK")
	return limit
}

// Memory ends close to the limit, whatever it is spent on; and what is removed may be used again soon.
func TestMaxMemory(t *testing.T) {
	const room, size = 32 << 20, 10_000
	value := strings.Repeat("v", size)
	for what, request := range map[string]func(n int) string{
		"strings": func(n int) string { return fmt.Sprint("SET key:", n, " ") },
		"a hash":  func(n int) string { return fmt.Sprint("HSET hash ", n, " ") },
		"a list":  func(int) string { return "RPUSH list " },
	} {
		t.Run(what, func(t *testing.T) {
			s := startWith(t, nil)
			p := dial(t, s)
			limit := allow(p, s, room)
			n := 0
			for ; ; n++ {
				p.send(request(n) + value)
				if reply := p.line(); reply[0] == '-' {
					require.Equal(t, "-"+command.ErrOutOfMemory, reply)
					break
				}
			}
			require.Greater(t, n, room/size/3)
			require.InDelta(t, limit, s.inUse(), room/2)
			p.do("FLUSHALL", "+OK")
			waitFor(t, func() bool {
				p.send("SET key v")
				return p.line() == "+OK"
			})
		})
	}
}

// Values that were replaced do not count, though the garbage collector has not come for them yet.
func TestMaxMemoryWithoutGarbage(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	allow(p, s, 8<<20)
	value := strings.Repeat("v", 5_000)
	for range 10_000 {
		p.write("RPUSH list " + value + " " + value + "\r\nDEL list\r\n")
		p.expect(":2", ":1")
	}
}

// Nobody waits for a script that is busy to learn how much memory is used.
func TestMaxMemoryWhileBusy(t *testing.T) {
	s := startWith(t, nil)
	gate := s.store.Gate()
	gate.Lock()
	gate.SetBusy()
	_, ok := s.store.MemoryUnlessBusy(1)
	require.False(t, ok)
	gate.EndBusy()
	gate.Unlock()
	_, ok = s.store.MemoryUnlessBusy(1)
	require.True(t, ok)
}

// With a policy that lets keys go, nothing is refused, whatever is written, and memory stays close to the limit.
func TestEviction(t *testing.T) {
	const room, size = 8 << 20, 10_000
	value := strings.Repeat("v", size)
	for what, request := range map[string]string{"strings": "SET key:%d ", "lists": "RPUSH key:%d ", "volatile": "SETEX key:%d 1000 ",
		"a script": `EVAL "redis.call('set',KEYS[1],ARGV[1]) return 1" 1 key:%d `} {
		t.Run(what, func(t *testing.T) {
			s := startWith(t, nil)
			p := dial(t, s)
			p.do("CONFIG SET maxmemory-policy "+map[bool]string{true: "volatile-lru", false: "allkeys-lru"}[what == "volatile"], "+OK")
			limit := allow(p, s, room)
			for i := range 5 * room / size {
				p.send(fmt.Sprintf(request, i) + value)
				require.NotEqual(t, byte('-'), p.line()[0])
			}
			require.InDelta(t, limit, s.inUse(), room/2)
			evicted := s.store.Stats().Evicted
			require.Greater(t, evicted, int64(3*room/size))
			require.Less(t, evicted, int64(5*room/size)*19/20, "next to nothing is left")
		})
	}
}

// What takes longer than a command may wait goes on behind it.
func TestEvictionBehind(t *testing.T) {
	s := startWith(t, nil, "--maxmemory-policy", "allkeys-random", "--enable-debug-command", "yes")
	p := dial(t, s)
	p.do("DEBUG POPULATE 100000", "+OK")
	p.do("CONFIG SET maxmemory 1", "+OK")
	waitFor(t, func() bool { return s.store.Stats().Evicted == 100_000 })
	p.do("DBSIZE", ":0")
	waitFor(t, func() bool { return !s.evictor.behind.Load() })
}

func TestTenacity(t *testing.T) {
	for steps, want := range map[int64]int64{0: 0, 1: 50_000, 10: 500_000, 20: 2_022_778, 100: math.MaxInt64} {
		require.InEpsilon(t, float64(want)+1, float64(tenacity(steps))+1, 1e-5, steps)
	}
}
