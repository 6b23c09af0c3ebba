package geo

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// has reports in how many of the ranges a score is.
func has(ranges []Range, score float64) (n int) {
	for _, r := range ranges {
		if score >= r.From && score < r.To {
			n++
		}
	}
	return n
}

// randomShape is a circle or a box from a metre to the whole world around a position.
func randomShape(rnd *rand.Rand, center Point) Shape {
	s := Shape{Center: center, Unit: 1, Radius: math.Pow(10, rnd.Float64()*7.5)}
	if rnd.IntN(2) == 0 {
		s.Box, s.Width, s.Height = true, 2*s.Radius, 2*math.Pow(10, rnd.Float64()*7.5)
	}
	return s
}

// nearTo is a position somewhere near another one, up to a distance and a little more.
func nearTo(rnd *rand.Rand, p Point, metres float64) Point {
	dy := degrees(metres/radius) * 1.1
	dx := dy / math.Cos(radians(p.Latitude))
	return Point{
		Longitude: math.Remainder(p.Longitude+(rnd.Float64()*2-1)*dx, 360),
		Latitude:  clamp(p.Latitude+(rnd.Float64()*2-1)*dy, MaxLatitude),
	}
}

// reachesPole reports whether a shape goes beyond the latitudes that have scores.
func reachesPole(s *Shape) bool {
	b := s.bounds()
	return b.max.Latitude > MaxLatitude || b.min.Latitude < -MaxLatitude
}

var missed, found [20]int

// TestCover looks for positions in shapes that are not in the ranges.
func TestCover(t *testing.T) {
	rnd := rand.New(rand.NewPCG(6, 6))
	for range 200000 {
		center := randomPoint(rnd)
		switch rnd.IntN(4) {
		case 0:
			center.Longitude = math.Copysign(180-rnd.ExpFloat64()*1e-2, center.Longitude)
		case 1:
			center.Latitude = math.Copysign(MaxLatitude-math.Min(rnd.ExpFloat64()*10,80), center.Latitude)
		}
		center = At(float64(center.Score()))
		s := randomShape(rnd, center)
		ranges, n := s.Cover()
		b := s.bounds()
		far := math.Max(math.Abs(b.max.Latitude), math.Abs(b.min.Latitude))
		far = min(far, 99)
		for range 5 {
			p := At(float64(nearTo(rnd, center, s.reach()).Score()))
			if _, ok := s.Distance(p); ok {
				k := has(ranges[:n], float64(p.Score()))
				require.LessOrEqual(t, k, 1)
				found[int(far/5)]++
				if k == 0 {
					missed[int(far/5)]++
					if far < 60 { t.Logf("%+v %+v %v", s, p, ranges[:n]) }
				}
			}
		}
	}
	t.Log(found, missed)
}
