package geo_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/geo"
	"github.com/miniredisd/miniredisd/command/keys"
	"github.com/miniredisd/miniredisd/command/zsets"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/rounds"
	"github.com/miniredisd/miniredisd/store"
	ds "github.com/miniredisd/miniredisd/store/ds/geo"
	"github.com/miniredisd/miniredisd/tests/wire"
)

// unit executes the group's commands, and those on sorted sets and keys.
type unit struct{ *commandtest.Unit }

func newUnit(t testing.TB) unit {
	return unit{commandtest.New(t, slices.Concat(geo.Commands, zsets.Commands, keys.Commands))}
}

// packed sets how many members a set may have and stay packed.
func (u unit) packed(n int) { u.Configure(config.ZsetMaxListpackEntries, strconv.Itoa(n)) }

// What is replied is in tests/transcripts; here is what else happens.
func TestWhatIsLogged(t *testing.T) {
	const a, b = "3377699720527872", "3378247905079283" // 0 0 and 2.75 2.5
	for _, packed := range []int{100, 0} {
		for _, tc := range []struct {
			line, events string
			changes      int64
			logged       string // "=": the request
		}{
			{"GEOADD g 2.75 2.5 new", "zadd g", 1, "ZADD g " + b + " new"}, {"GEOADD g 0 0 a", "", 0, ""},
			{"GEOADD g 2.75 2.5 a 0 0 b 2.75 2.5 new", "zadd g", 3, "ZADD g " + b + " a " + a + " b " + b + " new"},
			{"GEOADD fresh nx CH 0 0 a", "zadd fresh", 1, "ZADD fresh nx CH " + a + " a"}, {"GEOADD g NX 1 1 a", "", 0, ""},
			{"GEOADD g XX 1 1 new", "", 0, ""}, {"GEOADD none XX 1 1 new", "", 0, ""}, {"GEOADD g 0 0 new 200 0 b", "", 0, ""},
			{"GEOSEARCHSTORE d g FROMMEMBER a BYRADIUS 1 m", "geosearchstore d", 1, "="},
			{"GEOSEARCHSTORE g g FROMMEMBER a BYRADIUS 1 m STOREDIST", "geosearchstore g", 1, "="},
			{"GEOSEARCHSTORE d g FROMLONLAT 50 50 BYRADIUS 1 m", "", 0, ""}, {"GEOSEARCHSTORE d none FROMLONLAT 50 50 BYRADIUS 1 m", "", 0, ""},
			{"GEOSEARCHSTORE g g FROMLONLAT 50 50 BYRADIUS 1 m", "del g", 1, "="}, {"GEOSEARCHSTORE g none FROMMEMBER x BYRADIUS 1 m", "del g", 1, "="},
			{"GEORADIUS g 0 0 1 m STORE d", "georadiusstore d", 1, "="}, {"GEORADIUSBYMEMBER g a 1 m STOREDIST g", "georadiusstore g", 1, "="},
			{"GEORADIUS g 50 50 1 m STORE g", "del g", 1, "="}, {"GEORADIUSBYMEMBER none a 1 m STOREDIST g", "del g", 1, "="},
			{"GEORADIUS g 0 0 1 m", "", 0, ""}, {"GEORADIUSBYMEMBER_RO g a 1 m", "", 0, ""}, {"GEOSEARCH g FROMMEMBER a BYRADIUS 1 m", "", 0, ""},
		} {
			u := newUnit(t)
			u.packed(packed)
			u.Do("GEOADD g 0 0 a 2.75 2.5 b")
			dirty := u.Store.Dirty()
			u.Logged()
			u.Store.SetEvents(store.EventZSet | store.EventGeneric)
			u.Do(tc.line)
			require.Equal(t, tc.events, strings.Join(u.Events(), ","), tc.line)
			require.Equal(t, tc.changes, u.Store.Dirty()-dirty, tc.line)
			want := tc.logged
			if want == "=" {
				want = tc.line
			}
			require.Equal(t, want, strings.Join(u.Logged(), " | "), tc.line)
		}
	}
}

// point is one of the model's.
type point struct {
	name string
	at   ds.Point
}

// Every member within a shape is found, and none outside, wherever on the map: what a search through all members finds. Where
// a shape reaches beyond the map, towards a pole, some may be missing.
func TestAgainstAll(t *testing.T) {
	for _, packed := range []int{1000, 0} {
		rng := rand.New(rand.NewPCG(1, uint64(packed)))
		u := newUnit(t)
		u.packed(packed)
		var all []point
		for i := range 500 {
			p := ds.Point{Longitude: (rng.Float64()*2 - 1) * 180, Latitude: (rng.Float64()*2 - 1) * 85}
			switch i % 5 {
			case 0:
				p.Longitude = math.Copysign(180-rng.Float64(), p.Longitude)
			case 1:
				p.Latitude = math.Copysign(85-rng.Float64()*2, p.Latitude)
			}
			name := fmt.Sprint("m", i)
			u.Do(fmt.Sprintf("GEOADD g %v %v %s", p.Longitude, p.Latitude, name))
			all = append(all, point{name, ds.At(float64(p.Score()))})
		}
		found := 0
		for range rounds.Of(600) {
			center := all[rng.IntN(len(all))]
			s := ds.Shape{Center: center.at, Unit: 1000, Radius: math.Round(math.Pow(10, 2+2.3*rng.Float64()))}
			line := fmt.Sprintf("BYRADIUS %v km", s.Radius)
			reach := s.Radius
			if rng.IntN(2) == 0 {
				s.Box, s.Width, s.Height = true, 2*s.Radius, math.Round(s.Radius*rng.Float64())
				line = fmt.Sprintf("BYBOX %v %v km", s.Width, s.Height)
				reach = s.Height / 2
			}
			var want []string
			for _, p := range all {
				if _, ok := s.Distance(p.at); ok {
					want = append(want, p.name)
				}
			}
			got := members(u.Do("GEOSEARCH g FROMMEMBER " + center.name + " " + line))
			found += len(got)
			slices.Sort(want)
			slices.Sort(got)
			if math.Abs(center.at.Latitude)+reach/111 < 85 {
				require.Equal(t, want, got, "%v %s", center, line)
				continue
			}
			require.Subset(t, want, got)
			require.Contains(t, got, center.name)
			require.Len(t, slices.Compact(got), len(got))
		}
		require.Greater(t, found, rounds.Of(5000))
	}
}

// members are the bulk strings of a reply that begin with an m.
func members(reply string) (all []string) {
	for _, w := range strings.Fields(reply) {
		if w[0] == 'm' {
			all = append(all, w)
		}
	}
	return all
}

// FuzzSearch sends whatever options may come.
func FuzzSearch(f *testing.F) {
	f.Add("FROMLONLAT 1 1 BYBOX inf 0 m COUNT 3 ANY STOREDIST", uint8(0))
	f.Add("FROMMEMBER a BYRADIUS 1e308 mi WITHDIST WITHCOORD WITHHASH DESC", uint8(1))
	f.Add("-180 85 7000 km STORE d STOREDIST g COUNT 2", uint8(2))
	f.Add("a 0x1p9 ft ASC", uint8(3))
	heads := []string{"GEOSEARCHSTORE d g", "GEOSEARCH g", "GEORADIUS g", "GEORADIUSBYMEMBER g"}
	f.Fuzz(func(t *testing.T, options string, which uint8) {
		u := newUnit(t)
		u.Do("GEOADD g 180 85.05112878 a -180 85.05112878 b 0 0 c 0 0 d -180 -85 e")
		args := commandtest.Words(heads[int(which)%len(heads)])
		for _, word := range strings.Fields(options) {
			args = append(args, []byte(word))
		}
		if spec, _ := u.Registry.Find(args); !spec.ArityOK(len(args)) {
			return
		}
		u.Run(args)
		_, err := wire.Read(bufio.NewReader(bytes.NewReader(u.Out.Buf)))
		require.NoError(t, err)
		u.Do("ZRANGE d 0 -1")
	})
}

func TestKeys(t *testing.T) {
	u := newUnit(t)
	for line, want := range map[string]string{
		"GEORADIUS g 1 1 1 m": "g", "GEORADIUS g 1 1 1 m STORE d": "g d", "GEORADIUS g 1 1 1 m STORE d1 storedist d2 STORE d3": "g d1 d2 d3",
		"GEORADIUSBYMEMBER g a 1 m STORE": "g", "GEORADIUSBYMEMBER g a 1 m STORE store": "g store", "GEORADIUSBYMEMBER g STORE 1 m": "g",
		"GEORADIUS_RO g 1 1 1 m STORE d": "g", "GEOSEARCHSTORE d g FROMMEMBER a BYRADIUS 1 m": "d g",
	} {
		args := commandtest.Words(line)
		spec, _ := u.Registry.Find(args)
		refs, err := spec.KeysOf(args)
		require.NoError(t, err)
		var got []string
		for _, r := range refs {
			got = append(got, string(args[r.Pos]))
		}
		require.Equal(t, want, strings.Join(got, " "), line)
		require.Equal(t, strings.HasPrefix(line, "GEORADIUS") && !strings.Contains(line, "_RO"), spec.Flags.Has(command.MovableKeys))
	}
}
