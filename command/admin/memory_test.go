package admin_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store/ds/arena"
)

func TestMemoryUsage(t *testing.T) {
	s := start(t)
	s.run(steps{
		{"SET k v", "OK"}, {"RPUSH l a b c", "3"},
		{"MEMORY USAGE none", "nil"}, {"MEMORY USAGE none SAMPLES 0", "nil"},
		{"MEMORY USAGE k SAMPLES", "-ERR syntax error"}, {"MEMORY USAGE k WHAT 1", "-ERR syntax error"},
		{"MEMORY USAGE k SAMPLES -1", "-ERR syntax error"},
		{"MEMORY USAGE k SAMPLES x", "-ERR value is not an integer or out of range"},
		{"MEMORY USAGE none SAMPLES x", "-ERR value is not an integer or out of range"},
	})
	require.Equal(t, s.do("MEMORY USAGE k"), s.do("MEMORY USAGE k SAMPLES 0 samples 7"))
	usage := func(key string) int {
		n, err := strconv.Atoi(s.do("MEMORY USAGE " + key))
		require.NoError(t, err)
		return n
	}
	require.InDelta(t, 8+2+9, usage("k"), 8)
	require.Greater(t, usage("l"), usage("k"))
	before := usage("k")
	s.do("EXPIRE k 100")
	require.Equal(t, before+16, usage("k"))
	s.do("SETRANGE k 10000 x")
	require.Greater(t, usage("k"), 10000)
}

// What MEMORY USAGE says of the keys is what the memory grows by.
func TestMemoryUsageAddsUp(t *testing.T) {
	s := start(t)
	const keys = 200_000 // what earlier tests have left goes meanwhile, and must be little beside them
	before := s.number("used_memory")
	s.do(fmt.Sprintf("DEBUG POPULATE %d key 100", keys))
	grown := s.number("used_memory") - before
	one, err := strconv.Atoi(s.do("MEMORY USAGE key:12345"))
	require.NoError(t, err)
	tolerance := 0.15
	if arena.Invariants {
		tolerance = 0.6 // the ledger of that build is memory, too
	}
	require.InEpsilon(t, one*keys, grown, tolerance)
}

// number is a figure of INFO memory, after a purge: what is in use counts garbage too.
func (s *server) number(field string) int {
	s.t.Helper()
	require.Equal(s.t, "OK", s.do("MEMORY PURGE"))
	for line := range strings.SplitSeq(s.do("INFO memory"), "\r\n") {
		if v, ok := strings.CutPrefix(line, field+":"); ok {
			n, err := strconv.Atoi(v)
			require.NoError(s.t, err)
			return n
		}
	}
	s.t.Fatal("no", field)
	return 0
}

// memoryStats are the pairs of MEMORY STATS.
func (s *server) memoryStats() map[string]any {
	s.t.Helper()
	pairs, err := s.conn.Do(ctx, "MEMORY", "STATS").Slice()
	require.NoError(s.t, err)
	stats := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		stats[pairs[i].(string)] = pairs[i+1]
	}
	require.Len(s.t, stats, len(pairs)/2, "a name occurs twice")
	return stats
}

func TestMemoryStats(t *testing.T) {
	s := start(t)
	require.Len(t, s.memoryStats(), 31)
	s.do("DEBUG POPULATE 10000 key 50")
	s.run(steps{{"SELECT 3", "OK"}, {"SET a 1 EX 100", "OK"}, {"RPUSH l a b c", "3"}})
	m := s.memoryStats()
	number := func(name string) int64 { return m[name].(int64) }
	require.Len(t, m, 33)
	require.Equal(t, int64(10002), m["keys.count"])
	require.Equal(t, number("dataset.bytes")/10002, number("keys.bytes-per-key"))
	main, timers := int64(0), int64(0)
	for _, db := range []string{"db.0", "db.3"} {
		pairs := m[db].([]any)
		require.Equal(t, []any{"overhead.hashtable.main", "overhead.hashtable.expires"}, []any{pairs[0], pairs[2]})
		main += pairs[1].(int64)
		timers += pairs[3].(int64)
	}
	require.InDelta(t, 10000*(9+8), main, 10000*8)
	require.Greater(t, timers, int64(16))
	require.Equal(t, number("startup.allocated")+number("clients.normal")+number("aof.buffer")+main+timers, number("overhead.total"))
	require.Equal(t, number("total.allocated"), number("overhead.total")+number("dataset.bytes"))
	require.GreaterOrEqual(t, number("peak.allocated"), number("total.allocated"))
	require.GreaterOrEqual(t, number("allocator.active"), number("allocator.allocated"))
	require.GreaterOrEqual(t, number("allocator.resident"), number("allocator.active"))
}

func TestMemoryDoctorAndMallocStats(t *testing.T) {
	s := start(t)
	s.do("DEBUG POPULATE 100000 key 100")
	require.Regexp(t, `(?s)^(Nothing is odd|Some things are odd.*\n \* )`, s.do("MEMORY DOCTOR"))
	text := s.do("MEMORY MALLOC-STATS")
	require.Regexp(t, `(?s)^Arenas .*blocks, count +1\d{5}\n  in blocks +1\d{7}\n  held +\d{8}\nRuntime of Go .*  all +\d{7,}\n`, text)
}

// A purge gives back what a peak has left, and others are served while it runs.
func TestMemoryPurge(t *testing.T) {
	s := start(t)
	const element = 4000
	args := []any{"RPUSH", "big"}
	for range 5000 {
		args = append(args, strings.Repeat("x", element))
	}
	require.NoError(t, s.conn.Do(ctx, args...).Err())
	clear(args)
	full := s.number("allocator_resident")
	s.do("DEL big")
	require.Eventually(t, func() bool {
		return s.number("allocator_resident") < full-10<<20
	}, 10*time.Second, 10*time.Millisecond)
}
