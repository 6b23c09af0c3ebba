package geo

import "math"

// Sines and their like, rounded to the nearest double but for one call in thousands.
//
// Stored distances show all their digits, and these should be the ones that Redis gives, which calls the C library: glibc
// rounds nearly as well. The functions of package math may be off by one in the last place, and more often are.
//
// An angle is cut in two, x = k/128 + t with |t| <= 1/256, and put together by
//
//	sin x = sin(k/128)·cos t + cos(k/128)·sin t
//
// with sines and cosines of k/128 from a table, and a few terms of the series of sin t and cos t. All that matters is
// computed with twice the digits.

// pair is a number as the sum of two doubles, the second one at most half a unit in the last place of the first.
type pair struct{ hi, lo float64 }

// sum is a + b.
func sum(a, b float64) pair {
	s := a + b
	v := s - a
	return pair{s, (a - (s - v)) + (b - v)}
}

// product is a · b.
func product(a, b float64) pair {
	p := a * b
	return pair{p, math.FMA(a, b, -p)}
}

func (p pair) plus(q pair) pair {
	s := sum(p.hi, q.hi)
	return sum(s.hi, s.lo+p.lo+q.lo)
}

func (p pair) times(q pair) pair {
	r := product(p.hi, q.hi)
	return sum(r.hi, r.lo+math.FMA(p.hi, q.lo, float64(p.lo*q.hi)))
}

func (p pair) minus() pair { return pair{-p.hi, -p.lo} }

const (
	tableStep = 128 // to the radian
	// tableSize reaches a little beyond a right angle.
	tableSize = 204
)

// Pi and the half of it as pairs.
var (
	pi     = pair{math.Pi, 1.2246467991473532e-16}
	halfPi = pair{math.Pi / 2, 6.123233995736766e-17}
)

// table has sine and cosine of k/128.
var table = makeTable()

type tableEntry struct{ sin, cos pair }

// makeTable goes from each angle to the next by the addition theorems. The first step is of the series, of which six terms
// are more than enough.
func makeTable() *[tableSize]tableEntry {
	const x = 1.0 / tableStep
	step := tableEntry{sin: pair{}, cos: pair{}}
	square := pair{-x * x, 0}
	for n := 13.0; n > 0; n -= 2 {
		// 1 - x²/((n+1)(n+2)) (1 - …) from the inside to the outside
		step.sin = pair{1, 0}.plus(square.times(step.sin).over((n + 1) * (n + 2)))
		step.cos = pair{1, 0}.plus(square.times(step.cos).over(n * (n + 1)))
	}
	step.sin = step.sin.times(pair{x, 0})
	var t [tableSize]tableEntry
	t[0].cos.hi = 1
	for k := 1; k < tableSize; k++ {
		last := &t[k-1]
		t[k].sin = last.sin.times(step.cos).plus(last.cos.times(step.sin))
		t[k].cos = last.cos.times(step.cos).plus(last.sin.times(step.sin).minus())
	}
	return &t
}

// over divides by a whole number.
func (p pair) over(n float64) pair {
	q := p.hi / n
	r := math.FMA(-q, n, p.hi) + p.lo
	return sum(q, r/n)
}

// sinPair is the sine of an angle from 0 to a right one.
func sinPair(x pair) pair {
	k := int(float64(x.hi*tableStep) + 0.5)
	e := &table[k]
	t := x.hi - float64(k)/tableStep // exact
	tt := t * t
	// sin t = t + s, cos t = 1 + c
	s := x.lo + float64(t*tt)*(-1.0/6+float64(tt*(1.0/120-float64(tt*(1.0/5040)))))
	c := float64(tt*(-0.5+float64(tt*(1.0/24-float64(tt*(1.0/720)))))) - float64(t*x.lo)
	p := product(e.cos.hi, t)
	r := sum(e.sin.hi, p.hi)
	rest := float64(e.cos.hi*s) + float64(e.sin.hi*c) + float64(e.cos.lo*t) + e.sin.lo + p.lo
	return sum(r.hi, r.lo+rest)
}

// sin is the sine of an angle of at most two right ones in either direction.
func sin(x float64) float64 {
	a := pair{math.Abs(x), 0}
	if a.hi > halfPi.hi {
		a = pi.plus(a.minus())
	}
	return math.Copysign(sinPair(a).hi, x)
}

// cos is the cosine of an angle. Beyond two right ones, and close to a right one, it is not as exact.
func cos(x float64) float64 {
	x = math.Abs(x)
	if !(x <= math.Pi) {
		return math.Cos(x)
	}
	a := halfPi.plus(pair{-x, 0})
	if a.hi < 0 {
		return -sinPair(a.minus()).hi
	}
	return sinPair(a).hi
}

// asin is the angle whose sine is x, from 0 to 1; beyond 1 there is none.
func asin(x float64) float64 {
	if x < 1.0/64 { // some 200 km: a few terms of the series
		xx := x * x
		s := 35.0/1152 + float64(xx*(63.0/2816))
		s = 1.0/6 + float64(xx*(3.0/40+float64(xx*(5.0/112+float64(xx*s)))))
		return x + float64(float64(x*xx)*s)
	}
	switch {
	case x <= 0.5:
		return asinPair(pair{x, 0}).hi
	case x == 1:
		return halfPi.hi
	case !(x < 1):
		return math.NaN()
	}
	// Near 1 the angle changes much where the sine does not: the angle's complement is twice one whose sine is small.
	half := (1 - x) / 2
	root := math.Sqrt(half)
	small := asinPair(pair{root, math.FMA(-root, root, half) / (2 * root)})
	return halfPi.plus(pair{-2 * small.hi, -2 * small.lo}).hi
}

// asinPair takes one step of Newton's from what package math says, for a sine of at most a half.
func asinPair(x pair) pair {
	y := math.Asin(x.hi)
	s := sinPair(pair{y, 0})
	return sum(y, ((x.hi-s.hi)-s.lo+x.lo)/math.Sqrt(1-float64(x.hi*x.hi)))
}
