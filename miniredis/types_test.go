package miniredis_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/miniredis"
)

func TestHashes(t *testing.T) {
	s := miniredis.RunT(t)
	require.Empty(t, s.HGet("h", "f"))
	_, err := s.HKeys("h")
	require.Equal(t, miniredis.ErrKeyNotFound, err)
	s.HSet("h", "b", "1", "a", "text")
	require.Equal(t, "1", s.HGet("h", "b"))
	require.Equal(t, "hash", s.Type("h"))
	fields, err := s.HKeys("h")
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, fields)
	for _, incr := range []func(string, string, int) (int, error){s.HIncr, s.HIncrBy} {
		_, err = incr("h", "a", 1)
		require.Error(t, err)
	}
	n, err := s.HIncr("h", "b", 5)
	require.NoError(t, err)
	require.Equal(t, 6, n)
	f, err := s.HIncrfloat("h", "b", 0.5)
	require.NoError(t, err)
	require.Equal(t, 6.5, f)
	f, _ = s.HIncrByFloat("h", "b", 1)
	require.Equal(t, 7.5, f)
	s.HDel("h", "b")
	s.HDel("h", "none")
	require.Equal(t, []string{"a"}, must(s.HKeys("h")))
	s.Set("s", "v")
	require.Empty(t, s.HGet("s", "f"))
	_, err = s.HKeys("s")
	require.Equal(t, miniredis.ErrWrongType, err)
	s.HSet("s", "f", "v")
	require.Equal(t, "v", s.HGet("s", "f"), "another type is replaced")
}

func TestHashDeadlines(t *testing.T) {
	s := miniredis.RunT(t)
	s.HSet("h", "a", "1", "stays", "1")
	require.False(t, s.HExpire("h", "none", time.Second))
	require.False(t, s.HExpire("none", "a", time.Second))
	require.True(t, s.HExpire("h", "a", 2*time.Second))
	require.Equal(t, 2*time.Second, s.HTTL("h", "a"))
	require.Zero(t, s.HTTL("h", "stays"))
	require.Zero(t, s.HTTL("none", "a"))
	require.True(t, s.HPersist("h", "a"))
	require.False(t, s.HPersist("h", "a"))
	s.HSetEX("h", time.Minute, "b", "1", "c", "2")
	s.HExpire("h", "a", time.Second)
	s.FastForward(time.Second)
	require.Equal(t, []string{"b", "c", "stays"}, must(s.HKeys("h")))
	s.FastForward(time.Minute)
	require.Equal(t, []string{"stays"}, must(s.HKeys("h")))
	s.HSetEX("only", time.Second, "f", "v")
	s.FastForward(time.Second)
	require.False(t, s.Exists("only"))
}

func TestSets(t *testing.T) {
	s := miniredis.RunT(t)
	_, err := s.Members("s")
	require.Equal(t, miniredis.ErrKeyNotFound, err)
	_, err = s.SIsMember("s", "a")
	require.Equal(t, miniredis.ErrKeyNotFound, err)
	_, err = s.SRem("s", "a")
	require.Equal(t, miniredis.ErrKeyNotFound, err)
	require.Zero(t, must(s.SCard("s")))
	require.Empty(t, must(s.SRandMember("s")))
	require.Equal(t, 2, must(s.SetAdd("s", "b", "a")))
	require.Equal(t, 1, must(s.SAdd("s", "b", "c")))
	require.Equal(t, []string{"a", "b", "c"}, must(s.Members("s")))
	require.Equal(t, []string{"a", "b", "c"}, must(s.SMembers("s")))
	require.True(t, must(s.IsMember("s", "a")))
	require.False(t, must(s.SIsMember("s", "x")))
	require.Equal(t, 1, must(s.SRem("s", "a", "x")))
	require.Equal(t, 2, must(s.SCard("s")))
	require.Contains(t, []string{"b", "c"}, must(s.SRandMember("s")))
	s.CheckSet(t, "s", "c", "b")
}

func TestSortedSets(t *testing.T) {
	s := miniredis.RunT(t)
	for _, err := range []error{fails(s.ZMembers("z")), fails(s.SortedSet("z")), fails(s.ZScore("z", "a")), fails(s.ZRem("z", "a")), fails(s.ZMScore("z", "a"))} {
		require.Equal(t, miniredis.ErrKeyNotFound, err)
	}
	require.True(t, must(s.ZAdd("z", 2.5, "b")))
	require.True(t, must(s.ZAdd("z", math.Inf(-1), "a")))
	require.True(t, must(s.ZAdd("z", 1e20, "c")))
	require.False(t, must(s.ZAdd("z", 3, "b")))
	require.Equal(t, []string{"a", "b", "c"}, must(s.ZMembers("z")))
	require.Equal(t, map[string]float64{"a": math.Inf(-1), "b": 3, "c": 1e20}, must(s.SortedSet("z")))
	require.Equal(t, 3.0, must(s.ZScore("z", "b")))
	require.Zero(t, must(s.ZScore("z", "none")))
	require.Equal(t, []float64{1e20, 0, 3}, must(s.ZMScore("z", "c", "none", "b")))
	require.True(t, must(s.ZRem("z", "a")))
	require.False(t, must(s.ZRem("z", "a")))
	require.Error(t, fails(s.ZAdd("z", math.NaN(), "a")))
}

func TestStreams(t *testing.T) {
	s := miniredis.RunT(t)
	require.Empty(t, must(s.Stream("x")))
	s.SetTime(time.UnixMilli(1000))
	require.Equal(t, "1000-0", must(s.XAdd("x", "*", []string{"f", "v", "g", "w"})))
	require.Equal(t, "1000-1", must(s.XAdd("x", "", []string{"f", ""})))
	require.Equal(t, "2000-7", must(s.XAdd("x", "2000-7", []string{"f", "v"})))
	require.ErrorContains(t, fails(s.XAdd("x", "1-1", []string{"f", "v"})), "equal or smaller")
	require.Error(t, fails(s.XAdd("x", "*", []string{"odd"})))
	require.Equal(t, []miniredis.StreamEntry{{ID: "1000-0", Values: []string{"f", "v", "g", "w"}}, {ID: "1000-1", Values: []string{"f", ""}},
		{ID: "2000-7", Values: []string{"f", "v"}}}, must(s.Stream("x")))
}

func TestHyperLogLogs(t *testing.T) {
	s := miniredis.RunT(t)
	require.Equal(t, 1, must(s.PfAdd("p", "a", "b")))
	require.Equal(t, 0, must(s.PfAdd("p", "a")))
	require.Equal(t, 1, must(s.PfAdd("q", "c")))
	require.Equal(t, 2, must(s.PfCount("p")))
	require.Equal(t, 3, must(s.PfCount("p", "q", "none")))
	require.Zero(t, must(s.PfCount()))
	require.NoError(t, s.PfMerge("all", "p", "q"))
	require.Equal(t, 3, must(s.DB(0).HllCount("all")))
}

func TestTypesAreKept(t *testing.T) {
	s := miniredis.RunT(t)
	s.Set("string", "v")
	for i, err := range []error{fails(s.SAdd("string", "a")), fails(s.Members("string")), fails(s.IsMember("string", "a")), fails(s.SRem("string", "a")),
		fails(s.SCard("string")), fails(s.SRandMember("string")), fails(s.ZAdd("string", 1, "a")), fails(s.ZMembers("string")),
		fails(s.SortedSet("string")), fails(s.ZScore("string", "a")), fails(s.ZMScore("string", "a")), fails(s.ZRem("string", "a")),
		fails(s.XAdd("string", "*", []string{"f", "v"})), fails(s.Stream("string")), fails(s.HIncr("string", "f", 1)), fails(s.HIncrfloat("string", "f", 1))} {
		require.Equal(t, miniredis.ErrWrongType, err, i)
	}
	require.ErrorContains(t, fails(s.PfAdd("string", "a")), "not a valid HyperLogLog")
	require.ErrorContains(t, s.PfMerge("d", "string"), "not a valid HyperLogLog")
}

func TestCheckSet(t *testing.T) {
	s := miniredis.RunT(t)
	s.SAdd("s", "a", "b")
	var r reports
	s.CheckSet(&r, "s", "b", "a")
	require.Empty(t, r)
	s.CheckSet(&r, "s", "a")
	s.CheckSet(&r, "none", "a")
	require.Equal(t, reports{`SMEMBERS "s": expected ["a"], got ["a" "b"]`, `SMEMBERS "none": ERR no such key`}, r)
}

func TestDumpOfAllTypes(t *testing.T) {
	s := miniredis.RunT(t)
	s.HSet("hash", "f", "v", "a", "w")
	s.SAdd("set", "b", "a")
	s.ZAdd("zset", 1.5, "m")
	s.XAdd("stream", "1-1", []string{"f", "v"})
	require.Equal(t, `- hash
   a: "w"
   f: "v"
- set
   "a"
   "b"
- stream
   1-1
      "f": "v"
- zset
   1.500000: "m"
`, s.Dump())
}

// Values of all types outlive Close.
func TestTypesOutliveClose(t *testing.T) {
	s := miniredis.RunT(t)
	s.HSetEX("hash", time.Minute, "f", "v")
	s.SAdd("set", "1", "2")
	for i := range 1000 {
		s.ZAdd("zset", float64(i), fmt.Sprint(i))
	}
	s.XAdd("stream", "1-1", []string{"f", "v"})
	s.PfAdd("hll", "a")
	before := s.Dump()
	s.Close()
	require.NoError(t, s.Restart())
	require.Equal(t, before, s.Dump())
	require.Equal(t, time.Minute, s.HTTL("hash", "f"))
	s.FastForward(time.Minute)
	require.Equal(t, []string{"hll", "set", "stream", "zset"}, s.Keys())
}

// must is a value that comes without an error.
func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// fails is the error that comes with a value.
func fails[V any](_ V, err error) error { return err }
