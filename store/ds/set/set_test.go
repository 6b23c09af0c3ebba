package set

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store/ds/intset"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

var lim = Limits{Intset: 40, Listpack: 20, ListpackValue: 12}

// check looks at the structure, and compares with the model.
func check(t *testing.T, s *Set, model map[string]bool) {
	t.Helper()
	require.Equal(t, len(model), s.Len())
	seen := map[string]bool{}
	s.Each(func(m []byte) bool {
		require.False(t, seen[string(m)], "%q is there twice", m)
		seen[string(m)] = true
		require.True(t, model[string(m)], "%q should not be there", m)
		return true
	})
	require.Len(t, seen, len(model))
	switch s.Enc {
	case Intset:
		_, err := intset.Validate(s.Packed, true)
		require.NoError(t, err)
	case Listpack:
		require.NoError(t, listpack.Listpack(s.Packed).Validate(true))
	default:
		live := 0
		s.Each(func(m []byte) bool { live += blockSize(m); return true })
		require.GreaterOrEqual(t, s.Table.slab.Live(), live)
		require.LessOrEqual(t, s.Table.slab.Live(), live*9/8+8*s.Len())
	}
}

func TestModel(t *testing.T) {
	for seed := range uint64(30) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		s, model := New([]byte("1"), 1, lim), map[string]bool{}
		values := 10 << rnd.IntN(6)
		for range 1000 {
			m := strconv.Itoa(rnd.IntN(values) - values/2)
			if seed%3 > 0 && rnd.IntN(20) == 0 {
				m = fmt.Sprint("member of a set ", m)[rnd.IntN(16):]
			}
			if seed%5 == 0 && rnd.IntN(200) == 0 {
				m = fmt.Sprintf("%0*d", 100+rnd.IntN(20000), rnd.IntN(3))
			}
			require.Equal(t, model[m], s.Has([]byte(m)))
			if rnd.IntN(5) < 3 {
				if !model[m] {
					s.Insert([]byte(m), lim)
					model[m] = true
				}
			} else {
				require.Equal(t, model[m], s.Remove([]byte(m)))
				delete(model, m)
			}
			require.Equal(t, len(model), s.Len())
		}
		check(t, s, model)
		if s.Enc == Hashtable {
			clone := &Set{Table: s.Table.Clone()}
			s.Table.Release()
			check(t, clone, model)
		}
	}
}

func TestEncodings(t *testing.T) {
	long := "a member longer than allowed"
	for _, test := range []struct {
		members []string
		want    Encoding
	}{
		{[]string{"1", "2"}, Intset},
		{[]string{"a", "2"}, Listpack},
		{[]string{"1", "a"}, Listpack},
		{[]string{long}, Hashtable},
		{[]string{"1", long}, Hashtable},
		{[]string{"9223372036854775807", "a"}, Hashtable}, // its text is too long for a listpack
		{[]string{"007"}, Listpack},
	} {
		s, model := New([]byte(test.members[0]), 1, lim), map[string]bool{}
		for _, m := range test.members {
			s.Insert([]byte(m), lim)
			model[m] = true
		}
		require.Equal(t, test.want, s.Enc, test.members)
		check(t, s, model)
	}
	require.Equal(t, Listpack, New([]byte("a"), lim.Listpack, lim).Enc)
	require.Equal(t, Hashtable, New([]byte("a"), lim.Listpack+1, lim).Enc)
	require.Equal(t, Hashtable, New([]byte("1"), lim.Intset+1, lim).Enc)
}

// TestSampleIsFair draws a few of many, and most of them, from each encoding: everyone must come up about as often.
func TestSampleIsFair(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, prefix := range []string{"", "m"} {
		for _, size := range []int{10, 200} {
			s, model := New([]byte(prefix+"0"), 1, lim), map[string]bool{}
			for i := range size {
				s.Insert([]byte(prefix+strconv.Itoa(i)), lim)
				model[prefix+strconv.Itoa(i)] = true
			}
			for _, count := range []int{1, size / 4, size - 1, size} {
				times := map[string]int{}
				const rounds = 800
				for range rounds {
					var drawn []string
					s.Sample(count, rnd.Uint64N, func(m []byte) { drawn = append(drawn, string(m)) })
					require.Len(t, drawn, count)
					slices.Sort(drawn)
					require.Len(t, slices.Compact(drawn), count, "a member came up twice")
					for _, m := range drawn {
						require.True(t, model[m])
						times[m]++
					}
				}
				want := rounds * count / size
				if want > 200 {
					for m := range model {
						require.InEpsilon(t, want, times[m], 0.4, "%q of %d, %d drawn", m, size, count)
					}
				}
			}
		}
	}
}

func TestScanVisitsAll(t *testing.T) {
	s, seen := &Set{Table: NewTable()}, map[string]bool{}
	for i := range 5000 {
		s.Insert([]byte(strconv.Itoa(i)), lim)
	}
	cursor := uint64(0)
	for {
		cursor = s.Scan(cursor, func(m []byte) { seen[string(m)] = true })
		if cursor == 0 {
			break
		}
	}
	require.Len(t, seen, 5000)
}

func TestMemory(t *testing.T) {
	table := NewTable()
	const n = 100_000
	for i := range n {
		table.Insert(fmt.Appendf(nil, "member:%07d", i))
	}
	require.Less(t, table.Bytes()/n, 30, "bytes for each member of 14")
	t.Logf("%d bytes for each member of 14", table.Bytes()/n)
}

func BenchmarkHas(b *testing.B) {
	table := NewTable()
	for i := range 1_000_000 {
		table.Insert(fmt.Appendf(nil, "member:%07d", i))
	}
	key := []byte("member:0500000")
	for b.Loop() {
		if !table.Has(key) {
			b.Fatal("not there")
		}
	}
}
