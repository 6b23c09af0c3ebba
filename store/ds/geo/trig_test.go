package geo

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

const exactBits = 300

func exact(x float64) *big.Float { return new(big.Float).SetPrec(exactBits).SetFloat64(x) }

// series is the sum of first·(-x²)^k / ((n+1)(n+2)…(n+2k)).
func series(x, first *big.Float, n float64) *big.Float {
	square := exact(0).Mul(x, x)
	sum, term := exact(0), exact(0).Set(first)
	for least := first.MantExp(nil) - exactBits; term.Sign() != 0 && term.MantExp(nil) > least; n += 2 {
		sum.Add(sum, term)
		term.Mul(term, square)
		term.Quo(term, exact(-(n+1)*(n+2)))
	}
	return sum
}

func exactSin(x *big.Float) *big.Float { return series(x, x, 1) }
func exactCos(x *big.Float) *big.Float { return series(x, exact(1), 0) }

// off is how far a result is from the exact one, in units of its last place.
func off(got float64, want *big.Float) float64 {
	ulp := math.Nextafter(math.Abs(got), math.Inf(1)) - math.Abs(got)
	diff, _ := exact(0).Sub(exact(got), want).Float64()
	return math.Abs(diff) / ulp
}

// halfUnit is the rounding to the nearest double, and the little that may come before it.
const halfUnit = 0.5005

func TestSines(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	angles := []float64{1e-300, 1e-9, 1.0 / 256, math.Nextafter(1.0/256, 1), math.Pi / 6, math.Pi / 4, math.Pi / 2,
		math.Nextafter(math.Pi/2, 2), math.Nextafter(math.Pi/2, 1), 3, math.Nextafter(math.Pi, 3), math.Pi}
	for range 2000 {
		angles = append(angles, rnd.Float64()*math.Pi, rnd.Float64()*0.01)
	}
	for _, x := range angles {
		require.Less(t, off(sin(x), exactSin(exact(x))), halfUnit, "sin %x", x)
		require.Equal(t, sin(x), -sin(-x))
		if math.Abs(x-math.Pi/2) > 1e-9 {
			require.Less(t, off(cos(x), exactCos(exact(x))), halfUnit, "cos %x", x)
		}
		require.InDelta(t, math.Cos(x), cos(x), 1e-15)
		require.Equal(t, cos(x), cos(-x))
	}
	require.Zero(t, sin(0))
	require.Equal(t, 1.0, cos(0))
	require.InDelta(t, math.Cos(1e6), cos(1e6), 1e-9)
}

// The sine of an exact result is the argument; its slope is the cosine.
func TestArcSine(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 2))
	sines := []float64{1e-300, 1e-10, 1e-3, 1.0 / 64, math.Nextafter(1.0/64, 0), 0.1, math.Nextafter(0.5, 0), 0.5, math.Nextafter(0.5, 1), 0.9999999, math.Nextafter(1, 0), 1}
	for range 2000 {
		sines = append(sines, rnd.Float64(), rnd.Float64()*1e-5, rnd.Float64()/64, 1-rnd.Float64()*1e-9)
	}
	for _, x := range sines {
		y := asin(x)
		// One step of Newton's from a result that is nearly exact gives more digits than are needed; at 1 there is no slope.
		want := exact(0).SetPrec(exactBits)
		if x == 1 {
			want.Add(exact(halfPi.hi), exact(halfPi.lo))
		} else {
			miss := exact(0).Sub(exact(x), exactSin(exact(y)))
			want.Add(exact(y), miss.Quo(miss, exactCos(exact(y))))
		}
		require.Less(t, off(y, want), halfUnit, "asin %x", x)
	}
	require.Zero(t, asin(0))
	require.True(t, math.IsNaN(asin(math.Nextafter(1, 2))))
}
