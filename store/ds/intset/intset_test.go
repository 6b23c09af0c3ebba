package intset

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestModel(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, most := range []int64{100, math.MaxInt16 * 2, math.MaxInt32 * 2, math.MaxInt64} {
		s, model := New(), map[int64]bool{}
		for range 2000 {
			n := rnd.Int64N(most) - most/2
			var changed bool
			if rnd.IntN(3) > 0 {
				s, changed = s.Add(n)
				require.Equal(t, !model[n], changed)
				model[n] = true
			} else {
				s, changed = s.Remove(n)
				require.Equal(t, model[n], changed)
				delete(model, n)
			}
			require.Equal(t, model[n], s.Has(n))
			require.Equal(t, len(model), s.Len())
			_, err := Validate(s, true)
			require.NoError(t, err)
		}
		var want, got []int64
		for n := range model {
			want = append(want, n)
		}
		slices.Sort(want)
		for i := range s.Len() {
			got = append(got, s.At(i))
		}
		require.Equal(t, want, got)
	}
}

func TestExtremes(t *testing.T) {
	s := New()
	for i, n := range []int64{0, math.MaxInt16, math.MinInt16, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64} {
		require.False(t, s.Has(n))
		s, _ = s.Add(n)
		require.True(t, s.Has(n))
		require.Equal(t, i+1, s.Len())
	}
	require.Equal(t, int64(math.MinInt64), s.At(0))
	require.Equal(t, int64(math.MaxInt64), s.At(6))
	require.Len(t, s, HeaderSize+7*8)
}

func FuzzValidate(f *testing.F) {
	s, _ := New().Add(5)
	s, _ = s.Add(70000)
	f.Add([]byte(s))
	f.Add([]byte(New()))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Validate(b, true)
		if err != nil {
			return
		}
		for i := range s.Len() {
			require.True(t, s.Has(s.At(i)) || widthOf(s.At(i)) > s.width())
		}
		s, _ = slices.Clone(s).Add(1 << 40)
		_, err = Validate(s, true)
		require.NoError(t, err)
	})
}
