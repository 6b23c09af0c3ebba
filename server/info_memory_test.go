package server

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store/ds/arena"
)

var garbage [][]byte

// What nobody uses any more is collected though nobody allocates; and once, not every second.
func TestIdleCollection(t *testing.T) {
	s, err := New(Options{})
	require.NoError(t, err)
	forced := func() uint64 {
		sample := []metrics.Sample{{Name: "/gc/cycles/forced:gc-cycles"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	s.tendMemory()
	before := forced()
	s.tendMemory()
	require.Equal(t, before, forced(), "nothing was allocated")
	for range 64 {
		garbage = append(garbage, make([]byte, 1<<20))
	}
	garbage = nil
	s.tendMemory()
	require.Equal(t, before+1, forced())
	s.tendMemory()
	require.Equal(t, before+1, forced())
}

// What is said to be in use is what there is: the Go heap after a collection and the blocks outside of it grow as much as the figure,
// and shrink as much.
func TestUsedMemoryIsWhatThereIs(t *testing.T) {
	const n = 20_000
	s := startWith(t, nil) // one for all: what a server leaves behind goes when it likes
	p := dial(t, s)
	p.do("SETEX k 1000 v", "+OK")                     // the database is in use
	p.do(`EVAL "redis.call('set', 'k', 1)" 0`, "$-1") // and the interpreter there
	for what, script := range map[string]string{
		"strings":         "for i = 1, N do redis.call('set', 'key:' .. i, string.rep('v', 500)) end",
		"deadlines":       "for i = 1, 10 * N do redis.call('set', 'key:' .. i, 'v', 'ex', 1000 + i) end",
		"small hashes":    "for i = 1, N do redis.call('hset', 'key:' .. i, 'f', string.rep('v', 50), 'g', string.rep('v', 300)) end",
		"a hash":          "for i = 1, N do redis.call('hset', 'h', 'field:' .. i, string.rep('v', 500)) end",
		"many hashes":     "for i = 1, N do redis.call('hset', 'h' .. i % 20, 'field:' .. i, string.rep('v', 500)) end",
		"field deadlines": "for i = 1, 5 * N do redis.call('hset', 'h', i, 'v') redis.call('hexpire', 'h', 1000, 'fields', 1, i) end",
		"sets":            "for i = 1, 20 * N do redis.call('sadd', 's' .. i % 30, 'member:' .. i) end",
		"sorted sets":     "for i = 1, 20 * N do redis.call('zadd', 'z' .. i % 30, i, 'member:' .. i) end",
		"lists":           "for i = 1, N do redis.call('rpush', 'l' .. i % 500, string.rep('v', 500)) end",
		"small lists":     "for i = 1, N do redis.call('rpush', 'l' .. i, string.rep('v', 500)) end",
		"streams":         "for i = 1, N do redis.call('xadd', 's' .. i % 30, '*', 'f', string.rep('v', 500)) end",
		"pending": "redis.call('xgroup', 'create', 's', 'g', '0', 'mkstream') for i = 1, 5 * N do redis.call('xadd', 's', '*', 'f', 'v') end " +
			"redis.call('xreadgroup', 'group', 'g', 'c', 'count', 5 * N, 'streams', 's', '>')",
	} {
		t.Run(what, func(t *testing.T) {
			used, there, taken := s.inUse(), memoryThere(s), arena.Taken()
			text := strings.ReplaceAll(script, "N", strconv.Itoa(n))
			p.write(fmt.Sprintf("*3\r\n$4\r\nEVAL\r\n$%d\r\n%s\r\n$1\r\n0\r\n", len(text), text))
			p.expect("$-1")
			grown := float64(memoryThere(s) - there)
			require.Greater(t, grown, 2e6)
			require.InDelta(t, 1, float64(s.inUse()-used)/grown, 0.1, "the figure has grown so many times as much as the memory")
			p.do("FLUSHALL", "+OK")
			require.InDelta(t, used, s.inUse(), 200e3)
			// What is given back behind it is not the next one's.
			waitFor(t, func() bool { return arena.Taken() <= taken && memoryThere(s) <= there+500e3 })
		})
	}
}

// memoryThere is what the process has in blocks outside of the Go heap, and on it after a collection, in bytes. What servers before
// have left may take several collections to go.
func memoryThere(s *Server) (bytes int64) {
	for last := int64(-1); bytes != last; {
		last = bytes
		runtime.GC()
		sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(sample)
		bytes = (int64(sample[0].Value.Uint64()) + int64(s.store.Memory().Records.Allocated+arena.Taken())) >> 16 << 16
	}
	return bytes
}
