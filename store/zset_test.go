package store

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/rounds"
	"github.com/miniredisd/miniredisd/store/ds/zset"
)

type scored struct {
	member string
	score  float64
}

func (z *ZSet) elements() (all []scored) {
	it := z.All()
	for member, ok := it.Next(); ok; member, ok = it.Next() {
		all = append(all, scored{string(member), it.Score()})
	}
	return all
}

// TestZSetEditor changes a sorted set at random, through the limits up to which it is packed, and compares it and the count of
// changes with a slice.
func TestZSetEditor(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 8))
	s := New(Options{})
	key, limits := []byte("z"), ZSetLimits{Entries: 30, Value: 20}
	var model []scored
	for range rounds.Of(6000) {
		s.unit(0, 1, func(tx *Tx) {
			e := tx.Write(key)
			z := tx.EditZSet(key, e, limits, 1)
			member, score := fmt.Sprint(rnd.IntN(60)), float64(rnd.IntN(100))/8
			if rnd.IntN(300) == 0 {
				member = strings.Repeat("long", 10)
			}
			i := slices.IndexFunc(model, func(x scored) bool { return x.member == member })
			switch n := rnd.IntN(20); {
			case n < 11:
				what, now := z.Add([]byte(member), score, zset.OnlyGreater)
				switch {
				case i < 0:
					require.Equal(t, zset.Added, what)
					model = append(model, scored{member, score})
				case score > model[i].score:
					require.Equal(t, zset.Updated, what)
					model[i].score = score
				default:
					require.Equal(t, zset.Refused, what)
					require.Equal(t, model[i].score, now)
				}
				slices.SortFunc(model, func(a, b scored) int {
					return cmp.Or(cmp.Compare(a.score, b.score), strings.Compare(a.member, b.member))
				})
			case n < 19:
				require.Equal(t, i >= 0, z.Remove([]byte(member)))
				if i >= 0 {
					model = slices.Delete(model, i, i+1)
				}
			default:
				from := rnd.IntN(len(model) + 1)
				to := from + rnd.IntN(len(model)-from+1)
				before := tx.dirty
				z.RemoveRange(from, to)
				require.Equal(t, to-from, tx.dirty-before)
				model = slices.Delete(model, from, to)
			}
			require.True(t, slices.Equal(model, z.elements()))
			require.Equal(t, len(model) > 0, z.Exists())
			require.Equal(t, len(model) > 0, tx.Peek(key) != nil)
		})
		s.check(t)
	}
}

func TestBuiltZSets(t *testing.T) {
	limits := ZSetLimits{Entries: 3, Value: 5}
	for _, tc := range []struct {
		members  string
		encoding string
	}{{"a b c", "listpack"}, {"a b c d", "skiplist"}, {"abcde a", "listpack"}, {"abcdef a", "skiplist"}} {
		s := New(Options{})
		s.unit(0, 1, func(tx *Tx) {
			build := func() *zset.Builder {
				b := zset.NewBuilder(0)
				b.Put([]byte("too long to be packed"), 3)
				for i, m := range strings.Fields(tc.members) {
					b.Put([]byte(m), float64(i)+0.5)
				}
				b.Remove([]byte("too long to be packed"))
				return b
			}
			tx.setText("k", "something else")
			tx.PutZSet([]byte("k"), build(), limits)
			tx.Give([]byte("o"), ZSetValue(build(), limits))
			for _, key := range []string{"k", "o"} {
				e := tx.Peek([]byte(key))
				require.Equal(t, tc.encoding, e.Encoding())
				z := e.ZSet()
				score, ok := z.Score([]byte("a"))
				require.True(t, ok)
				rank, same, _ := z.Rank([]byte("a"))
				require.Equal(t, score, same)
				require.Equal(t, float64(rank)+0.5, score)
			}
		})
		s.check(t)
	}
}
