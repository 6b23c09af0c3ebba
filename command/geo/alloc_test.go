//go:build !race

package geo_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
)

// The memory of results is used again, but not always under the race detector.
func TestNoAllocation(t *testing.T) {
	for _, packed := range []int{1000, 0} {
		u := newUnit(t)
		u.packed(packed)
		for i := range 100 {
			u.Do(fmt.Sprintf("GEOADD g %d.%d 38 m%d", i%7, i, i))
		}
		u.DropLog = true
		for _, line := range []string{"GEOADD g 3.5 38 m3", "GEOADD g CH 3 38 m3 4 4 m4", "GEOPOS g m1 m2 none", "GEOHASH g m1 m2 none", "GEODIST g m1 m50 km",
			"GEOSEARCH g FROMLONLAT 3 38 BYRADIUS 1000 km WITHCOORD WITHDIST WITHHASH", "GEOSEARCH g FROMMEMBER m7 BYBOX 900 900 km ASC",
			"GEOSEARCH g FROMMEMBER m7 BYRADIUS 900 km COUNT 20", "GEORADIUS_RO g 3 38 1000 km COUNT 50 ANY"} {
			args := commandtest.Words(line)
			other := commandtest.Words("GEOADD g 5 38 m3 5 38 m4")
			u.Run(args)
			n := testing.AllocsPerRun(50, func() {
				u.Run(args)
				if len(args) < 8 {
					u.Run(other)
				}
			})
			require.Zero(t, n, line)
		}
	}
}
