package geo

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/rounds"
)

func TestDistanceText(t *testing.T) {
	for d, want := range map[float64]string{0: "0.0000", 166274.15156960038: "166274.1516", 0.00004: "0.0000", 0.00006: "0.0001", 0.775: "0.7750",
		12.00005: "12.0000", 1: "1.0000", 9.99996: "10.0000", 2e7: "20000000.0000", 1e300: "-922337203685477.5808"} {
		require.Equal(t, want, string(appendDistance(nil, d)), d)
	}
	require.Equal(t, "-922337203685477.5808", string(appendDistance(nil, math.NaN())))
}

func TestFixed(t *testing.T) {
	for f, want := range map[float64]string{200: "200.000000", -0.5: "-0.500000", math.Inf(1): "inf", math.Inf(-1): "-inf"} {
		require.Equal(t, want, fixed(f))
	}
}

func FuzzCoordinateText(f *testing.F) {
	for _, x := range []float64{0, math.Copysign(0, -1), 13.361389338970184, -85.05112878, 180, -179.99999731779099, 1.2673605809313e-06, -1e-18, 5e-324,
		0.5, 0.1, 9.999999999999998, 0.99999999999999994, 1.0 / 4096, 1.0 / (1 << 58)} {
		f.Add(x)
	}
	f.Fuzz(func(t *testing.T, x float64) {
		if !(math.Abs(x) <= 180) {
			return
		}
		want := strings.TrimRight(strconv.FormatFloat(x, 'f', 17, 64), "0")
		want = strings.TrimSuffix(want, ".")
		if want == "-0" {
			want = "0"
		}
		require.Equal(t, "before 0"+want, string(appendCoordinate([]byte("before 0"), x)))
	})
}

// Places are sorted as by a simple sort, whatever their order and the equal ones among them; when all are kept, these stay in
// their order.
func TestSort(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range rounds.Of(3000) {
		n, values := rng.IntN(120), 1+rng.IntN(200)
		places := make([]place, n)
		for i := range places {
			places[i] = place{score: float64(i), distance: float64(rng.IntN(values))}
		}
		o := ascending + order(rng.IntN(2))
		want := slices.Clone(places)
		slices.SortStableFunc(want, func(a, b place) int { return o.compare(&a, &b) })
		keep := rng.IntN(n + 1)
		got := slices.Clone(places)
		o.sort(got, keep)
		if keep == n {
			require.Equal(t, want, got)
			continue
		}
		for i := range keep {
			require.Equal(t, want[i].distance, got[i].distance)
		}
		slices.SortFunc(got, func(a, b place) int { return int(a.score - b.score) })
		require.Equal(t, places, got)
	}
}

// When the depth is used up, another sort takes over, with the same result.
func TestSortWithoutDepth(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for depth := range 6 {
		places := make([]place, 1000)
		for i, d := range rng.Perm(len(places)) {
			places[i].distance = float64(d)
		}
		ascending.sortFirst(places, 500, depth)
		for i := range 500 {
			require.Equal(t, float64(i), places[i].distance)
		}
	}
}
