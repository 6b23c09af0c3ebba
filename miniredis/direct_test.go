package miniredis_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/miniredis"
)

func TestStrings(t *testing.T) {
	s := miniredis.RunT(t)
	_, err := s.Get("k")
	require.Equal(t, miniredis.ErrKeyNotFound, err)
	require.NoError(t, s.Set("k", "a\r\nb"))
	s.SetTTL("k", time.Minute)
	v, err := s.Get("k")
	require.NoError(t, err)
	require.Equal(t, "a\r\nb", v)
	require.NoError(t, s.Set("k", ""), "SET takes the deadline away")
	require.Zero(t, s.TTL("k"))
	s.CheckGet(t, "k", "")
	require.Equal(t, "string", s.Type("k"))

	_, err = s.Incr("k", 1)
	require.Equal(t, miniredis.ErrIntValueError, err)
	n, err := s.Incr("n", 5)
	require.NoError(t, err)
	require.Equal(t, 5, n)
	n, _ = s.Incr("n", -7)
	require.Equal(t, -2, n)
	s.Set("n", "9223372036854775807")
	_, err = s.Incr("n", 1)
	require.Equal(t, miniredis.ErrIntValueOverflowError, err)
	f, err := s.IncrByFloat("f", 0.25)
	require.NoError(t, err)
	require.Equal(t, 0.25, f)
	f, _ = s.Incrfloat("f", 1.5)
	require.Equal(t, 1.75, f)
	_, err = s.Incrfloat("k", 1)
	require.Equal(t, miniredis.ErrFloatValueError, err)
}

func TestLists(t *testing.T) {
	s := miniredis.RunT(t)
	_, err := s.List("l")
	require.Equal(t, miniredis.ErrKeyNotFound, err)
	_, err = s.Pop("l")
	require.Equal(t, miniredis.ErrKeyNotFound, err)
	n, err := s.Push("l", "b", "c")
	require.NoError(t, err)
	require.Equal(t, 2, n)
	n, _ = s.Lpush("l", "a")
	require.Equal(t, 3, n)
	n, _ = s.RPush("l", "d")
	require.Equal(t, 4, n)
	s.CheckList(t, "l", "a", "b", "c", "d")
	require.Equal(t, "list", s.Type("l"))
	for _, pop := range []struct {
		f    func(string) (string, error)
		want string
	}{{s.Lpop, "a"}, {s.Pop, "d"}, {s.RPop, "c"}, {s.Lpop, "b"}} {
		v, err := pop.f("l")
		require.NoError(t, err)
		require.Equal(t, pop.want, v)
	}
	require.False(t, s.Exists("l"))
}

func TestWrongType(t *testing.T) {
	s := miniredis.RunT(t)
	s.Set("s", "v")
	s.Push("l", "v")
	errs := map[string]error{}
	_, errs["Get"] = s.Get("l")
	errs["Set"] = s.Set("l", "v")
	_, errs["Incr"] = s.Incr("l", 1)
	_, errs["List"] = s.List("s")
	_, errs["Push"] = s.Push("s", "v")
	_, errs["Lpush"] = s.Lpush("s", "v")
	_, errs["Pop"] = s.Pop("s")
	_, errs["Lpop"] = s.Lpop("s")
	for name, err := range errs {
		require.Equal(t, miniredis.ErrWrongType, err, name)
	}
}

func TestKeys(t *testing.T) {
	s := miniredis.RunT(t)
	require.Empty(t, s.Keys())
	require.Empty(t, s.Type("k"))
	require.False(t, s.Exists("k"))
	require.False(t, s.Del("k"))
	require.False(t, s.Unlink("k"))
	require.Zero(t, s.TTL("k"))
	s.SetTTL("k", time.Second)
	require.False(t, s.Exists("k"))
	for _, k := range []string{"b", "c", "a"} {
		s.Set(k, "v")
	}
	require.Equal(t, []string{"a", "b", "c"}, s.Keys())
	s.SetTTL("a", 1500*time.Microsecond)
	require.Equal(t, 2*time.Millisecond, s.TTL("a"))
	require.True(t, s.Del("b"))
	require.True(t, s.Unlink("c"))
	s.SetTTL("a", 0)
	require.Empty(t, s.Keys())
}

func TestDatabases(t *testing.T) {
	s := miniredis.RunT(t)
	s.Set("k", "0")
	s.DB(1).Set("k", "1")
	s.Select(1)
	s.CheckGet(t, "k", "1")
	require.True(t, s.SwapDB(0, 1))
	require.False(t, s.SwapDB(0, 16))
	s.CheckGet(t, "k", "0")
	require.NoError(t, s.Copy(1, "k", 2, "copy"))
	require.NoError(t, s.Copy(0, "k", 2, "copy"))
	require.Equal(t, miniredis.ErrKeyNotFound, s.Copy(0, "none", 2, "copy"))
	v, err := s.DB(2).Get("copy")
	require.NoError(t, err)
	require.Equal(t, "1", v)
	s.FlushDB()
	require.Empty(t, s.Keys())
	require.Equal(t, []string{"k"}, s.DB(0).Keys())
	s.FlushAll()
	require.Empty(t, s.DB(0).Keys())
}

// An accessor's change is one like a client's: those who watch the key notice.
func TestAccessorsTouchWatches(t *testing.T) {
	s := miniredis.RunT(t)
	conn := connect(t, s.Addr()).Conn()
	defer conn.Close()
	require.NoError(t, conn.Do(ctx, "WATCH", "k").Err())
	s.Set("k", "other")
	require.NoError(t, conn.Do(ctx, "MULTI").Err())
	require.NoError(t, conn.Do(ctx, "SET", "k", "mine").Err())
	require.ErrorContains(t, conn.Do(ctx, "EXEC").Err(), "nil")
	s.CheckGet(t, "k", "other")
}

// reports takes the place of a *testing.T.
type reports []string

func (*reports) Helper() {}

func (r *reports) Errorf(format string, args ...any) { *r = append(*r, fmt.Sprintf(format, args...)) }

func TestChecks(t *testing.T) {
	s := miniredis.RunT(t)
	s.Set("s", "v")
	s.Push("l", "a", "b")
	var r reports
	s.CheckGet(&r, "s", "v")
	s.CheckList(&r, "l", "a", "b")
	require.Empty(t, r)
	s.CheckGet(&r, "s", "w")
	s.CheckGet(&r, "l", "v")
	s.CheckList(&r, "l", "b", "a")
	s.CheckList(&r, "none", "a")
	require.Equal(t, reports{
		`GET "s": expected "w", got "v"`,
		`GET "l": WRONGTYPE Operation against a key holding the wrong kind of value`,
		`LRANGE "l": expected ["b" "a"], got ["a" "b"]`,
		`LRANGE "none": ERR no such key`}, r)
}

func TestDump(t *testing.T) {
	s := miniredis.RunT(t)
	s.Set("s", "v")
	s.Push("l", "a", strings.Repeat("x", 100))
	require.Equal(t, "- l\n   \"a\"\n   \""+strings.Repeat("x", 52)+"\"...(100)\n- s\n   \"v\"\n", s.Dump())
}
