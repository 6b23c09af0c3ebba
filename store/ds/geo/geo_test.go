package geo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/rounds"
)

func randomPoint(rnd *rand.Rand) Point {
	return Point{(rnd.Float64()*2 - 1) * MaxLongitude, (rnd.Float64()*2 - 1) * MaxLatitude}
}

func TestScores(t *testing.T) {
	for _, tc := range []struct {
		at    Point
		score uint64
		text  string
	}{
		{Point{13.361389, 38.115556}, 3479099956230698, "sqc8b49rny0"},
		{Point{15.087269, 37.502669}, 3479447370796909, "sqdtr74hyu0"},
		{Point{0, 0}, 0xc000000000000, "s0000000000"},
		{Point{-180, -MaxLatitude}, 0, "00bh0hbj200"},
		{Point{180, 0}, 1<<53 | 1<<50, ""},
		{Point{180, MaxLatitude}, 3 << 52, ""}, // the ends of the map are beyond 52 bits
	} {
		require.Equal(t, tc.score, tc.at.Score(), "%v", tc.at)
		if text := At(float64(tc.score)).Text(); tc.text != "" {
			require.Equal(t, tc.text, string(text[:]), "%v", tc.at)
		}
	}
	rnd := rand.New(rand.NewPCG(3, 3))
	for range rounds.Of(10000) {
		p := randomPoint(rnd)
		q := At(float64(p.Score()))
		require.InDelta(t, p.Longitude, q.Longitude, MaxLongitude/(1<<26)+1e-12)
		require.InDelta(t, p.Latitude, q.Latitude, MaxLatitude/(1<<26)+1e-12)
		require.Equal(t, p.Score(), q.Score())
	}
}

func TestValid(t *testing.T) {
	for _, p := range []Point{{0, 0}, {180, MaxLatitude}, {-180, -MaxLatitude}} {
		require.True(t, p.Valid())
	}
	for _, p := range []Point{{180.1, 0}, {-180.1, 0}, {0, 85.06}, {0, -85.06}, {math.Inf(1), 0}, {0, math.NaN()}} {
		require.False(t, p.Valid())
	}
}

// Any score is somewhere on the map.
func TestScoresOfNothing(t *testing.T) {
	for score, bits := range map[float64]uint64{0: 0, 1.9: 1, -1: math.MaxUint64, -1.9: math.MaxUint64, 1 << 63: 1 << 63, 1 << 64: 0, 1e300: 0,
		math.Inf(1): 0, -(1 << 63): 1 << 63, -1e300: 1 << 63, math.Inf(-1): 1 << 63} {
		require.Equal(t, bits, truncate(score), "%v", score)
		require.True(t, At(score).Valid(), "%v", score)
	}
}

func TestNeighbours(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 4))
	for range rounds.Of(10000) {
		steps := uint(1 + rnd.IntN(MaxSteps))
		n := uint32(1) << steps
		x, y := rnd.Uint32N(n), rnd.Uint32N(n)
		if rnd.IntN(3) == 0 {
			x, y = (n-1)*rnd.Uint32N(2), (n-1)*rnd.Uint32N(2) // a corner
		}
		c := cell{spread(y) | spread(x)<<1, steps}
		require.Equal(t, [2]uint32{x, y}, [2]uint32{gather(c.bits >> 1), gather(c.bits)})
		for _, d := range around {
			near := c.neighbour(d.x, d.y)
			want := [2]uint32{(x + uint32(d.x)) % n, (y + uint32(d.y)) % n}
			require.Equal(t, want, [2]uint32{gather(near.bits >> 1), gather(near.bits)}, "%d,%d of %d, %v", x, y, n, d)
			require.Equal(t, c, near.neighbour(-d.x, -d.y))
		}
	}
}

func TestDistances(t *testing.T) {
	palermo, catania := At(3479099956230698), At(3479447370796909)
	require.Equal(t, "166274.1516", fmt.Sprintf("%.4f", Distance(palermo, catania)))
	require.Zero(t, Distance(palermo, palermo))
	quarter := radius * math.Pi / 2
	require.InDelta(t, quarter, Distance(Point{0, 0}, Point{90, 0}), 1e-8)
	require.InDelta(t, quarter/2, Distance(Point{7, 0}, Point{7, -45}), 1e-8)
	require.InDelta(t, 2*quarter, Distance(Point{-90, 10}, Point{90, -10}), 1)
	require.InDelta(t, radius*0.002*degree, Distance(Point{-179.999, 0}, Point{179.999, 0}), 1e-6)
	require.Equal(t, Distance(Point{3, 50}, Point{3, 51}), alongMeridian(51, 50))

	// The constant is what C makes of it.
	halfTurn := 180.0
	require.Equal(t, math.Pi/halfTurn, degree)

	// A chord gives the same by another formula.
	rnd := rand.New(rand.NewPCG(5, 5))
	for range rounds.Of(10000) {
		a, b := randomPoint(rnd), randomPoint(rnd)
		d := Distance(a, b)
		require.InDelta(t, d, Distance(b, a), 1e-6)
		require.InDelta(t, d, 2*radius*math.Asin(math.Min(1, chord(a, b)/2)), 20)
	}
}

// chord is the straight line between two positions in a globe of radius 1.
func chord(a, b Point) float64 {
	ax, ay, az := vector(a)
	bx, by, bz := vector(b)
	return math.Sqrt((ax-bx)*(ax-bx) + (ay-by)*(ay-by) + (az-bz)*(az-bz))
}

func vector(p Point) (x, y, z float64) {
	lon, lat := p.Longitude*degree, p.Latitude*degree
	return math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)
}
