package stream

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// check fails when the chunks are not what they must be.
func (o *ordered[K, V]) check(t testing.TB) {
	n := 0
	var last *K
	for i, c := range o.chunks {
		require.NotEmpty(t, c, "chunk %d", i)
		require.LessOrEqual(t, len(c), chunkMax)
		for j := range c {
			if last != nil {
				require.Negative(t, (*last).Compare(c[j].key), "order")
			}
			last = &c[j].key
			n++
		}
	}
	require.Equal(t, n, o.n)
}

func TestOrderedAgainstSlice(t *testing.T) {
	for seed := range uint64(6) {
		rng := rand.New(rand.NewPCG(seed, 7))
		var o ordered[ID, int]
		var keys []ID
		model := map[ID]int{}
		span := []uint64{50, 1000, 100000}[seed%3]
		for step := range 4000 {
			k := ID{rng.Uint64N(span), rng.Uint64N(2)}
			if grow := step%1300 < 900; grow && rng.IntN(3) > 0 && len(keys) > 0 { // at the end, as is usual
				k, _ = keys[len(keys)-1].Next()
			}
			i, had := slices.BinarySearchFunc(keys, k, ID.Compare)
			if rng.IntN(100) < 30+step/1000*20 && len(keys) > 0 {
				if rng.IntN(2) == 0 {
					i, had = rng.IntN(len(keys)), true
					k = keys[i]
				}
				require.Equal(t, had, o.delete(k))
				if had {
					keys = slices.Delete(keys, i, i+1)
					delete(model, k)
				}
			} else {
				p, was := o.put(k)
				require.Equal(t, had, was)
				p.val = step
				model[k] = step
				if !had {
					keys = slices.Insert(keys, i, k)
				}
			}
			if step%100 == 0 {
				o.check(t)
				requireSame(t, &o, keys, model, rng)
			}
		}
		c := o.clone(func(v int) int { return v })
		for len(keys) > 0 {
			require.True(t, o.delete(keys[len(keys)-1]))
			keys = keys[:len(keys)-1]
		}
		o.check(t)
		require.Empty(t, o.chunks)
		c.check(t)
		require.Equal(t, len(model), c.n, "a clone is one of its own")
	}
}

func requireSame(t testing.TB, o *ordered[ID, int], keys []ID, model map[ID]int, rng *rand.Rand) {
	require.Equal(t, len(keys), o.n)
	k := ID{rng.Uint64N(1000), 1}
	i, had := slices.BinarySearchFunc(keys, k, ID.Compare)
	if had {
		require.Equal(t, model[k], o.get(k).val)
	} else {
		require.Nil(t, o.get(k))
	}
	rest := keys[i:]
	for id, v := range o.from(&k) {
		require.Equal(t, rest[0], id)
		require.Equal(t, model[id], *v)
		rest = rest[1:]
	}
	require.Empty(t, rest)
	if !had {
		i--
	}
	p := o.floor(k)
	require.Equal(t, i >= 0, o.valid(p))
	for ; o.valid(p); p = o.prev(p) {
		require.Equal(t, keys[i], o.at(p).key)
		i--
	}
	require.Equal(t, -1, i)
	if len(keys) > 0 {
		require.Equal(t, keys[len(keys)-1], o.last().key)
	} else {
		require.Nil(t, o.last())
	}
}

func TestAppendingToAMapIsCheap(t *testing.T) {
	var o ordered[ID, [3]int]
	n := uint64(0)
	add := func() {
		n++
		o.put(ID{n, 0})
	}
	for range 10 * chunkMax {
		add()
	}
	require.LessOrEqual(t, testing.AllocsPerRun(chunkMax, add), 1.0)
	require.Len(t, o.chunks, int(n+chunkMax-1)/chunkMax, "chunks that were filled are full")
}
