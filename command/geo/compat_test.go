//go:build compat

package geo_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/process"
	"github.com/miniredisd/miniredisd/tests/wire"
)

var (
	seed     = flag.Uint64("seed", 1, "of the random searches")
	searches = flag.Int("searches", 4000, "how many there are")
)

// chance makes random requests.
type chance struct {
	*rand.Rand
	members int
}

// position is anywhere, near where the map ends, or one of few.
func (r chance) position() (longitude, latitude string) {
	lon, lat := (r.Float64()*2-1)*180, (r.Float64()*2-1)*85.05
	switch r.IntN(6) {
	case 0:
		lon = math.Copysign(180-math.Min(r.ExpFloat64(), 180), lon)
	case 1:
		lat = math.Copysign(85.05-math.Min(r.ExpFloat64()*5, 80), lat)
	case 2:
		lon, lat = lon/100, lat/100
	case 3:
		lon, lat = math.Round(lon/30), math.Round(lat/30)
	}
	return fmt.Sprint(lon), fmt.Sprint(lat)
}

func (r chance) member() string { return "m" + strconv.Itoa(r.IntN(r.members)) }

func (r chance) unit() string { return [...]string{"m", "km", "ft", "mi"}[r.IntN(4)] }

// length is from nothing to more than the world, most of them some hundred kilometres.
func (r chance) length() string {
	if r.IntN(30) == 0 {
		return "0"
	}
	return fmt.Sprintf("%.6g", math.Pow(10, r.NormFloat64()*1.2+3))
}

func (r chance) search() []string {
	args := []string{"GEOSEARCH", "g"}
	if r.IntN(2) == 0 {
		lon, lat := r.position()
		args = append(args, "FROMLONLAT", lon, lat)
	} else {
		args = append(args, "FROMMEMBER", r.member())
	}
	if r.IntN(2) == 0 {
		args = append(args, "BYRADIUS", r.length(), r.unit())
	} else {
		args = append(args, "BYBOX", r.length(), r.length(), r.unit())
	}
	for _, option := range [...]string{"ASC", "DESC", "WITHDIST", "WITHCOORD", "WITHHASH"} {
		if r.IntN(3) == 0 {
			args = append(args, option)
		}
	}
	if r.IntN(2) == 0 {
		args = append(args, "COUNT", strconv.Itoa(1+r.IntN(r.members)))
		if r.IntN(3) == 0 {
			args = append(args, "ANY")
		}
	}
	return args
}

// TestRedis compares searches and distances with those of a real redis-server, byte for byte. The library's sines, of which
// it is made, are not rounded as well as they could be: where all digits of a distance show, the last one may differ.
func TestRedis(t *testing.T) {
	t.Logf("-seed %d", *seed)
	redis, err := wire.Dial(process.Redis(t, t.TempDir()).Addr)
	require.NoError(t, err)
	ours, err := wire.Dial(process.Start(t, process.Build(t), t.TempDir()).Addr)
	require.NoError(t, err)
	both := func(args ...string) (want, got wire.Value) {
		want, err := redis.Do(args...)
		require.NoError(t, err)
		got, err = ours.Do(args...)
		require.NoError(t, err)
		return want, got
	}
	found, last := 0, 0
	for round := range 8 {
		r := chance{rand.New(rand.NewPCG(*seed, uint64(round))), [...]int{5, 40, 300, 3000}[round/2]}
		both("HELLO", strconv.Itoa(2+round%2))
		both("DEL", "g")
		for i := range r.members {
			lon, lat := r.position()
			want, got := both("GEOADD", "g", lon, lat, "m"+strconv.Itoa(i))
			require.Equal(t, want, got)
		}
		for range *searches / 8 {
			args := r.search()
			want, got := both(args...)
			require.Equal(t, want, got, "%q", args)
			found += len(got.Elems)

			want, got = both("GEODIST", "g", r.member(), r.member(), r.unit())
			require.Equal(t, want, got)

			args = []string{"GEOSEARCHSTORE", "d", "g", "FROMMEMBER", r.member(), "BYRADIUS", "20100", "km", "COUNT", "3", "STOREDIST"}
			want, got = both(args...)
			require.Equal(t, want, got, "%q", args)
			want, got = both("ZRANGE", "d", "0", "-1", "WITHSCORES")
			last += compareScores(t, want, got)
		}
	}
	t.Logf("%d members found; %d stored distances differ in their last place", found, last)
	require.Greater(t, found, *searches)
}

// compareScores counts scores that are not the same, but next to it.
func compareScores(t *testing.T, want, got wire.Value) (differ int) {
	t.Helper()
	require.Equal(t, len(want.Elems), len(got.Elems))
	for i, w := range want.Elems {
		g := got.Elems[i]
		if w.IsAggregate() {
			differ += compareScores(t, w, g)
			continue
		}
		x, err := strconv.ParseFloat(w.Text, 64)
		if err != nil {
			require.Equal(t, w, g)
			continue
		}
		y, err := strconv.ParseFloat(g.Text, 64)
		require.NoError(t, err)
		require.InEpsilon(t, 1+x, 1+y, 1e-14)
		if x != y {
			differ++
		}
	}
	return differ
}
