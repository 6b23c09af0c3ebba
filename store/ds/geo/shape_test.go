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

// TestCover looks for positions in shapes that are in none of the ranges, many of them near the poles and where the map ends.
func TestCover(t *testing.T) {
	rnd := rand.New(rand.NewPCG(6, 6))
	inside, beyond := 0, 0
	for range 25_000 {
		center := randomPoint(rnd)
		switch rnd.IntN(4) {
		case 0:
			center.Longitude = math.Copysign(MaxLongitude-math.Min(rnd.ExpFloat64(), 180), center.Longitude)
		case 1:
			center.Latitude = math.Copysign(MaxLatitude-math.Min(rnd.ExpFloat64()*10, 80), center.Latitude)
		}
		s := randomShape(rnd, At(float64(center.Score())))
		ranges, n := s.Cover()
		for range 5 {
			score := float64(nearTo(rnd, center, s.reach()).Score())
			in := has(ranges[:n], score)
			require.LessOrEqual(t, in, 1, "%+v", s)
			if _, ok := s.Distance(At(score)); !ok {
				continue
			}
			switch inside++; {
			case in == 1:
			case reachesPole(&s):
				beyond++
			default:
				t.Fatalf("%+v: %v is in none of %v", s, At(score), ranges[:n])
			}
		}
	}
	require.Greater(t, inside, 25_000)
	require.NotZero(t, beyond, "all is found even at the poles: so say the comments")
}

// The distance is right by another formula, and the shape what it is said to be.
func TestShapes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	for range 20_000 {
		s := randomShape(rnd, randomPoint(rnd))
		s.Unit = 1 / (1 + rnd.Float64())
		p := nearTo(rnd, s.Center, s.reach())
		d, ok := s.Distance(p)
		if ok {
			require.InDelta(t, 2*math.Asin(math.Min(1, chord(s.Center, p)/2)), d/radius, 1e-6)
		}
		want := Distance(s.Center, p) <= s.Radius*s.Unit
		if s.Box {
			across := Distance(p, Point{s.Center.Longitude, p.Latitude})
			want = math.Abs(p.Latitude-s.Center.Latitude)*degree*radius <= s.Height*s.Unit/2 && across <= s.Width*s.Unit/2
		}
		require.Equal(t, want, ok, "%+v %v", s, p)
	}
}

func TestStepsFor(t *testing.T) {
	for _, tc := range []struct {
		metres, latitude float64
		steps            uint
	}{{0, 0, 26}, {0, 89, 26}, {0.01, 0, 26}, {1, 0, 24}, {1000, 0, 14}, {1000, 67, 13}, {1000, -67, 13}, {1000, 81, 12}, {6e6, 0, 1},
		{mapWidth, 0, 1}, {1e300, 0, 1}, {math.Inf(1), 0, 1}, {math.NaN(), 0, 1}, {4e6, 85, 1}} {
		require.Equal(t, tc.steps, stepsFor(tc.metres, tc.latitude), "%v %v", tc.metres, tc.latitude)
	}
}

// FuzzCover takes any numbers that a client may send.
func FuzzCover(f *testing.F) {
	f.Add(180.0, MaxLatitude, false, 1e5, 0.0)
	f.Add(-180.0, -MaxLatitude, true, 1e7, 3.0)
	f.Add(0.0, 0.0, true, math.Inf(1), 0.0)
	f.Add(0.0, 0.0, false, 1e308, 0.0)
	f.Fuzz(func(t *testing.T, longitude, latitude float64, box bool, width, height float64) {
		p := Point{longitude, latitude}
		if !p.Valid() || !(width >= 0) || !(height >= 0) {
			return
		}
		s := Shape{Center: p, Box: box, Radius: width, Width: width, Height: height, Unit: 1609.34}
		ranges, n := s.Cover()
		for i, r := range ranges[:n] {
			require.Less(t, r.From, r.To)
			require.LessOrEqual(t, has(ranges[:n], r.From), 1, "%d of %v", i, ranges[:n])
		}
		at := At(float64(p.Score()))
		require.True(t, at.Valid())
		s.Distance(at)
	})
}

func TestSearchingAllocatesNothing(t *testing.T) {
	s := Shape{Center: Point{13, 38}, Radius: 1000, Unit: 1000}
	var n int
	require.Zero(t, testing.AllocsPerRun(100, func() {
		_, n = s.Cover()
		s.Distance(At(3479447370796909))
	}))
	require.NotZero(t, n)
}

func BenchmarkDistance(b *testing.B) {
	s := Shape{Center: Point{13, 38}, Radius: 100, Unit: 1000}
	for b.Loop() {
		s.Distance(At(3479447370796909))
	}
}

func BenchmarkCover(b *testing.B) {
	s := Shape{Center: Point{13, 38}, Radius: 100, Unit: 1000}
	for b.Loop() {
		s.Cover()
	}
}
