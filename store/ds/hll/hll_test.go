package hll

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/rounds"
)

const defaultLimit = 3000 // hll-sparse-max-bytes

// text is a sparse sketch as PFDEBUG DECODE shows it.
func (s Sketch) text() string {
	var words []string
	s.Runs(func(value uint8, length int, extended bool) {
		switch {
		case value > 0:
			words = append(words, fmt.Sprintf("v:%d,%d", value, length))
		case extended:
			words = append(words, fmt.Sprintf("Z:%d", length))
		default:
			words = append(words, fmt.Sprintf("z:%d", length))
		}
	})
	return strings.Join(words, " ")
}

func added(t *testing.T, s Sketch, elements ...string) Sketch {
	t.Helper()
	for _, e := range elements {
		var err error
		s, _, err = s.Add([]byte(e), defaultLimit)
		require.NoError(t, err)
	}
	return s
}

// The runs are those of a redis-server for the same elements.
func TestRedisHasTheSameRuns(t *testing.T) {
	rows := []struct {
		elements []string
		runs     string
	}{
		{nil, "Z:16384"},
		{[]string{"a", "b", "c"}, "Z:8436 v:1,1 Z:4274 v:2,1 Z:3068 v:1,1 Z:603"},
		{[]string{"foobar"}, "Z:1910 v:4,1 Z:14473"},
		{[]string{""}, "Z:5938 v:2,1 Z:10445"},
	}
	for _, r := range rows {
		require.Equal(t, r.runs, added(t, New(nil), r.elements...).text())
	}
}

func TestHeader(t *testing.T) {
	s := New([]byte("kept"))
	require.Equal(t, "kept", string(s[:4]))
	s = s[4:]
	require.Equal(t, "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x7f\xff", string(s))
	require.True(t, Check(s))
	require.False(t, s.Dense())
	n, ok := s.Cached()
	require.True(t, ok)
	require.Zero(t, n)
	s.SetCached(300)
	s.Invalidate()
	_, ok = s.Cached()
	require.False(t, ok)
	require.Equal(t, "\x2c\x01\x00\x00\x00\x00\x00\x80", string(s[8:16]))
	s.SetCached(300)
	s = added(t, s, "x")
	_, ok = s.Cached()
	require.False(t, ok, "a register has changed")
	s.SetCached(1)
	s = added(t, s, "x")
	_, ok = s.Cached()
	require.True(t, ok, "no register has changed")
	d, err := s.AppendDense(nil)
	require.NoError(t, err)
	require.True(t, d.Dense())
	require.True(t, Check(d))
	n, ok = d.Cached()
	require.True(t, ok)
	require.EqualValues(t, 1, n)
}

func TestCheck(t *testing.T) {
	dense := make([]byte, DenseSize)
	copy(dense, "HYLL")
	for name, b := range map[string][]byte{"empty": nil, "short": []byte("HYLL"), "magic": []byte("HYLLO, I am not it"),
		"encoding": []byte("HYLL\x02...........\x7f\xff"), "short dense": dense[:DenseSize-1], "long dense": append(dense, 0)} {
		require.False(t, Check(b), name)
	}
	require.True(t, Check(dense))
	require.True(t, Check([]byte("HYLL\x01..........."))) // without registers
}

// naive is what a sketch means.
type naive [Registers]uint8

func (n *naive) raise(index int, value uint8) bool {
	if n[index] >= value {
		return false
	}
	n[index] = value
	return true
}

// requireSame checks the registers of a sketch, and that it is written in no more runs than need be at most.
func requireSame(t *testing.T, n *naive, s Sketch) {
	t.Helper()
	var r Set
	require.NoError(t, r.Merge(s))
	require.Equal(t, Set(*n), r)
	want := r.Count()
	got, err := s.Count()
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestAgainstNaive(t *testing.T) {
	for _, limit := range []int{0, 18, 40, 500, 3000, 40000} {
		rng := rand.New(rand.NewPCG(uint64(limit), 1))
		var n naive
		s := New(nil)
		d, err := s.AppendDense(nil)
		require.NoError(t, err)
		values := 4 // few values have neighbours joined
		near := rng.IntN(Registers)
		wasSparse := true
		for i := range 6000 {
			if i > 3000 {
				values = 32
			}
			index, value := rng.IntN(Registers), uint8(1+rng.IntN(values))
			if rng.IntN(2) == 0 {
				index = (near + rng.IntN(100)) % Registers
			}
			want := n.raise(index, value)
			var changed bool
			s, changed, err = s.Raise(index, value, limit)
			require.NoError(t, err)
			require.Equal(t, want, changed)
			_, changed, _ = d.Raise(index, value, limit)
			require.Equal(t, want, changed)
			require.Equal(t, n[index], d.Register(index))
			require.True(t, s.Dense() || len(s) <= max(limit, 18), "longer than the limit")
			require.True(t, wasSparse || s.Dense(), "dense is for ever")
			wasSparse = !s.Dense()
			if i%500 == 0 {
				requireSame(t, &n, s)
				requireSame(t, &n, d)
			}
		}
		requireSame(t, &n, s)
		requireSame(t, &n, d)
		require.Equal(t, limit < 40000, s.Dense())
	}
}

func TestValuesThatSparseCannotHold(t *testing.T) {
	s, changed, err := New(nil).Raise(7, 33, defaultLimit)
	require.NoError(t, err)
	require.True(t, changed)
	require.True(t, s.Dense())
	require.EqualValues(t, 33, s.Register(7))
	s, changed, err = New(nil).Raise(Registers-1, 32, defaultLimit)
	require.NoError(t, err)
	require.True(t, changed)
	require.Equal(t, "Z:16383 v:32,1", s.text())
}

func TestNeighboursAreJoined(t *testing.T) {
	raised := func(indexes ...int) string {
		s := New(nil)
		for _, i := range indexes {
			s, _, _ = s.Raise(i, 2, defaultLimit)
		}
		return s.text()
	}
	require.Equal(t, "v:2,4 v:2,1 Z:16379", raised(0, 1, 2, 3, 4))
	require.Equal(t, "v:2,1 v:2,4 Z:16379", raised(4, 3, 2, 1, 0))
	require.Equal(t, "v:2,3 Z:16381", raised(0, 2, 1))
	require.Equal(t, "z:64 v:2,1 Z:16319", raised(64))
	require.Equal(t, "Z:65 v:2,1 Z:16318", raised(65))
}

// Estimates stay within some standard errors of the truth, whatever the representation.
func TestEstimates(t *testing.T) {
	s := New(nil)
	next := 1
	for i := range rounds.Of(1_000_000) {
		var err error
		s, _, err = s.Add(fmt.Appendf(nil, "element %d", i), defaultLimit)
		require.NoError(t, err)
		if i+1 == next {
			n, err := s.Count()
			require.NoError(t, err)
			require.InDelta(t, next, n, math.Ceil(4*1.04/128*float64(next)))
			next *= 10
		}
	}
	require.True(t, s.Dense())
}

// Registers that no element gives must not keep the estimate from ending.
func TestEstimateOfNonsense(t *testing.T) {
	for v := range uint8(64) {
		var r Set
		for i := range r {
			r[i] = v
		}
		if n := r.Count(); v == 0 {
			require.Zero(t, n)
		} else {
			require.NotZero(t, n)
		}
	}
}

func TestStore(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for _, elements := range []int{0, 3, 100, 400, 900, 5000} {
		for _, dense := range []bool{false, true} {
			a, b := New(nil), New(nil)
			for range elements {
				a = added(t, a, fmt.Sprint(rng.Uint64()))
				b = added(t, b, fmt.Sprint(rng.Uint64()))
			}
			var r Set
			require.NoError(t, r.Merge(a))
			require.NoError(t, r.Merge(b))
			one := append(Sketch{}, a...) // as if register by register
			for i, v := range r {
				var err error
				one, _, err = one.Raise(i, v, defaultLimit)
				require.NoError(t, err)
			}
			united, err := r.Store(a, dense || a.Dense(), defaultLimit)
			require.NoError(t, err)
			if united.Dense() == one.Dense() {
				united.SetCached(0)
				one.SetCached(0)
				require.Equal(t, one, united)
			}
			require.True(t, Check(united))
			n := naive(r)
			requireSame(t, &n, united)
		}
	}
}

func TestCorrupt(t *testing.T) {
	header := "HYLL\x01..........."
	for name, registers := range map[string]string{
		"none":         "",
		"too few":      "\x7f\xfe",
		"one more":     "\x7f\xff\x00",
		"a value more": "\x7f\xff\x80",
		"far more":     strings.Repeat("\x7f\xff", 1000),
		"cut off":      "\x00\x7f",
	} {
		s := Sketch(header + registers)
		_, err := s.Count()
		require.ErrorIs(t, err, ErrCorrupt, name)
		var r Set
		require.ErrorIs(t, r.Merge(s), ErrCorrupt, name)
		_, err = s.AppendDense(nil)
		require.ErrorIs(t, err, ErrCorrupt, name)
		_, _, err = s.Raise(3, 33, defaultLimit)
		require.ErrorIs(t, err, ErrCorrupt, name)
	}
	for _, registers := range []string{"", "\x00", "\x7f"} {
		_, _, err := Sketch(header+registers).Raise(9, 1, defaultLimit)
		require.ErrorIs(t, err, ErrCorrupt)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	s := make(Sketch, 0, 20_000)
	elements := make([][]byte, 500)
	for i := range elements {
		elements[i] = fmt.Append(nil, i)
	}
	require.Zero(t, testing.AllocsPerRun(10, func() {
		s = New(s[:0])
		for _, e := range elements {
			s, _, _ = s.Add(e, defaultLimit)
		}
		s.Count()
	}))
}

func FuzzSketch(f *testing.F) {
	f.Add([]byte("HYLL\x01...........\x7f\xff"), uint16(7), uint8(3))
	f.Add([]byte("HYLL\x01...........\x40\x00\x84\x85\x7f\xfb"), uint16(1), uint8(2))
	f.Add([]byte("HYLL\x01...........\x7f"), uint16(1), uint8(40))
	f.Fuzz(func(t *testing.T, b []byte, index uint16, value uint8) {
		if !Check(b) {
			return
		}
		s := Sketch(b)
		index, value = index%Registers, value%52
		var before, after Set
		bad := before.Merge(s)
		_, err := s.Count()
		require.Equal(t, bad, err)
		dense, err := s.AppendDense(nil)
		require.Equal(t, bad, err)
		s.Runs(func(uint8, int, bool) {})
		raised, changed, err := append(Sketch{}, s...).Raise(int(index), value, defaultLimit)
		if bad != nil {
			return // it may go unnoticed
		}
		require.NoError(t, err)
		require.Equal(t, before[index] < value, changed)
		require.NoError(t, after.Merge(raised))
		before[index] = max(before[index], value)
		require.Equal(t, before, after)
		_, _, err = dense.Raise(int(index), value, defaultLimit)
		require.NoError(t, err)
		a, _ := dense.Count()
		require.Equal(t, after.Count(), a)
	})
}

func BenchmarkCount(b *testing.B) {
	sparse := New(nil)
	for i := range 800 {
		sparse, _, _ = sparse.Add(fmt.Append(nil, i), defaultLimit)
	}
	dense, _ := sparse.AppendDense(nil)
	for name, s := range map[string]Sketch{"sparse": sparse, "dense": dense} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s.Count()
			}
		})
		b.Run("merge "+name, func(b *testing.B) {
			var r Set
			for b.Loop() {
				r.Merge(s)
			}
		})
		b.Run("add "+name, func(b *testing.B) {
			for b.Loop() {
				s.Add([]byte("17"), defaultLimit)
			}
		})
	}
}
