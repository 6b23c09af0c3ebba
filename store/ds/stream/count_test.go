package stream

// Of groups: how far they are, and what they have had pending for long.

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLag(t *testing.T) {
	s := New()
	add := func(seq uint64) { s.Add(ID{1, seq}, slicesOf([]string{"f", "v"}), Limits{4096, 100}) }
	g := s.CreateGroup([]byte("g"), ID{}, Unknown)
	lag := func() any {
		if n, ok := s.Lag(g); ok {
			return int(n)
		}
		return nil
	}
	require.Equal(t, 0, lag())
	for seq := range uint64(5) {
		add(seq + 1)
	}
	require.Equal(t, 5, lag())
	require.True(t, s.Deliver(g, ID{1, 1}))
	require.False(t, s.Deliver(g, ID{1, 1}))
	require.EqualValues(t, 1, g.Read)
	require.Equal(t, 4, lag())
	s.Delete(ID{1, 3})
	require.Nil(t, lag(), "which may be one of those to come")
	s.Deliver(g, ID{1, 4})
	require.EqualValues(t, Unknown, g.Read, "the entry deleted was on the way to it")
	require.Nil(t, lag())
	s.Deliver(g, ID{1, 5})
	require.EqualValues(t, 5, g.Read, "the last one's number is known")
	require.Equal(t, 0, lag())
	add(7)
	require.Equal(t, 1, lag(), "the entry deleted lies behind")
	s.Delete(ID{1, 7})
	g.LastID, g.Read = ID{1, 2}, Unknown
	require.Nil(t, lag())
	g.LastID = ID{1, 7}
	require.Equal(t, 0, lag(), "the last one's number is known")
	g.LastID = ID{1, 8}
	require.Nil(t, lag(), "in the future")
	s.Trim(Trim{}, nil)
	g.LastID = ID{1, 2}
	require.Equal(t, 0, lag(), "there is nothing")
}

// What is gone before the first entry does not matter to a group that has yet to read all that are left.
func TestLagBeforeTheFirst(t *testing.T) {
	for name, shorten := range map[string]func(s *Stream){
		"trimmed": func(s *Stream) { s.Trim(Trim{MaxLen: 2}, nil) },
		"deleted": func(s *Stream) { s.Delete(ID{1, 3}); s.Delete(ID{1, 1}); s.Delete(ID{1, 2}) },
	} {
		s := New()
		for seq := range uint64(5) {
			s.Add(ID{1, seq + 1}, slicesOf([]string{"f", "v"}), Limits{4096, 100})
		}
		g := s.CreateGroup([]byte("g"), ID{}, 0)
		s.Deliver(g, ID{1, 1})
		shorten(s)
		n, ok := s.Lag(g)
		require.True(t, ok, name)
		require.EqualValues(t, 2, n, name)
		s.Deliver(g, ID{1, 4})
		require.EqualValues(t, 4, g.Read, "%s: its number follows from how many are left", name)
		s.Deliver(g, ID{1, 5})
		n, _ = s.Lag(g)
		require.Zero(t, n, name)
	}
}

func TestIdle(t *testing.T) {
	s := New()
	for seq := range uint64(6) {
		s.Add(ID{1, seq + 1}, slicesOf([]string{"f", "v"}), Limits{4096, 3})
	}
	g := s.CreateGroup([]byte("g"), ID{}, 0)
	c := g.CreateConsumer([]byte("c"), 1)
	check := func(until int64, count int, next int64, seqs ...uint64) {
		t.Helper()
		ids, then := g.Idle(s, until, count)
		var found []uint64
		for _, id := range ids {
			found = append(found, id.Seq)
		}
		require.Equal(t, seqs, found)
		require.Equal(t, next, then)
	}
	check(1000, 0, math.MaxInt64)
	for i, at := range []int64{50, 20, 30, 20, 90, 10} {
		g.Assign(ID{1, uint64(i) + 1}, c, at, 1)
	}
	s.Delete(ID{1, 6})
	check(9, 0, 10)
	check(10, 0, 20) // the one of 10 is deleted
	check(50, 0, 90, 2, 4, 3, 1)
	check(50, 2, 90, 2, 4)
	g.Ack(ID{1, 6})
	g.Assign(ID{1, 2}, c, 95, 2)
	check(100, 0, math.MaxInt64, 4, 3, 1, 5, 2)
	check(19, 0, 20)
}
