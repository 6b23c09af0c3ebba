package dict

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/rounds"
)

// TestScanGuarantee iterates while the dict grows and shrinks: what is there throughout must be shown.
func TestScanGuarantee(t *testing.T) {
	resized, steps := 0, 0
	for seed := range uint64(rounds.Of(600)) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		var d recordDict
		stay := rnd.IntN(1 + rnd.IntN(200))
		for i := range stay {
			d.Insert(hashOf(i), newRecord(i))
		}
		comers := []int{} // come and go
		come := func() {
			n := 1_000_000*len(comers) + rnd.IntN(1_000_000) + stay
			comers = append(comers, n)
			d.Insert(hashOf(n), newRecord(n))
		}
		leave := func() {
			if n := len(comers) - 1; n >= 0 {
				_, ok := d.Delete(hashOf(comers[n]), keyOf(comers[n]))
				require.True(t, ok)
				comers = comers[:n]
			}
		}
		for range rnd.IntN(1 + rnd.IntN(1000)) {
			come()
		}
		seen := map[int]bool{}
		growing := rnd.IntN(2) == 0
		churn := 1 + rnd.IntN(50)
		for cursor := uint64(0); ; steps++ {
			cursor = d.Scan(cursor, func(r number) { seen[r.value()] = true })
			if cursor == 0 {
				break
			}
			before := d.cur.buckets
			if rnd.IntN(20) == 0 {
				growing = !growing
			}
			if len(comers) > 3000 {
				growing = false
			}
			for range rnd.IntN(churn) {
				if growing {
					come()
				} else {
					leave()
				}
			}
			switch rnd.IntN(40) {
			case 0:
				d.Reserve(rnd.IntN(8 * (d.Len() + 1)))
			case 1:
				d.Step(rnd.IntN(100))
			}
			if d.cur.buckets != before {
				resized++
			}
		}
		for i := range stay {
			require.True(t, seen[i], "seed %d: element %d of %d was not shown", seed, i, stay)
		}
	}
	require.Greater(t, resized, rounds.Of(500))
	require.Greater(t, steps, rounds.Of(10_000))
}

// TestScanTakesAnyCursor feeds cursors that no scan returned: every one must lead to an end.
func TestScanTakesAnyCursor(t *testing.T) {
	var d recordDict
	for i := range 300 {
		d.Insert(hashOf(i), newRecord(i))
	}
	for _, reserve := range []int{0, 5000} {
		d.Reserve(reserve)
		d.Step(5)
		for range 1000 {
			steps := 0
			for cursor := d.Scan(rand.Uint64(), func(number) {}); cursor != 0; steps++ {
				cursor = d.Scan(cursor, func(number) {})
			}
			require.LessOrEqual(t, steps, max(d.cur.buckets, d.next.buckets))
		}
	}
}

func TestRandomIsFair(t *testing.T) {
	for _, c := range []struct {
		name    string
		prepare func(d *recordDict)
	}{
		{"at rest", func(d *recordDict) {
			for d.Step(1) {
			}
		}},
		{"growing", func(d *recordDict) {
			for d.Step(1) {
			}
			d.Reserve(4 * d.Len())
			d.Step(d.cur.buckets / 3)
			require.True(t, d.Resizing())
		}},
		{"sparse", func(d *recordDict) {
			for d.Step(1) {
			}
			d.Reserve(20 * d.Len())
			for d.Step(1) {
			}
		}},
		{"shrinking", func(d *recordDict) {
			for d.Step(1) {
			}
			d.resize(d.cur.buckets / 4)
			d.Step(d.next.buckets * 3 / 2)
			require.True(t, d.Resizing())
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			const elements, draws = 300, 100_000
			rnd := rand.New(rand.NewPCG(7, 7))
			var d recordDict
			for i := range elements {
				d.Insert(hashOf(i), newRecord(i))
			}
			c.prepare(&d)
			check(t, &d)
			counts := make([]float64, elements)
			thrown := 0
			for range draws {
				r, ok := d.Random(func(n uint64) uint64 { thrown++; return rnd.Uint64N(n) })
				must(t, ok, "nothing found")
				counts[r.value()]++
			}
			for i, n := range counts {
				require.InDelta(t, draws/elements, n, draws/elements*0.5, "element %d", i)
			}
			require.Less(t, thrown, 100*draws)
		})
	}
}

// TestRandomSparse has one element in a table for a million.
func TestRandomSparse(t *testing.T) {
	var d recordDict
	d.Reserve(1_000_000)
	d.Insert(hashOf(5), newRecord(5))
	for range 1000 {
		thrown := 0
		r, ok := d.Random(func(n uint64) uint64 { thrown++; return rand.Uint64N(n) })
		require.True(t, ok)
		require.Equal(t, 5, r.value())
		require.LessOrEqual(t, thrown, 2*randomTries+2)
	}
}
