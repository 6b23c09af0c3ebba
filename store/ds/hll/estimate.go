package hll

import "math"

// histogram counts the registers by their value.
type histogram [maxRegister + 1]int

func sum(part *[4]histogram) (h histogram) {
	for v := range h {
		h[v] = part[0][v] + part[1][v] + part[2][v] + part[3][v]
	}
	return h
}

// maxValue is the greatest value that Locate gives. Greater ones, in a sketch that somebody else made, count nothing.
const maxValue = 64 - indexBits + 1

// estimate is the number of different elements, by Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog
// sketches" (arXiv:1702.01284), section 3: no table of corrections is needed.
//
// Products that are added are converted first, which keeps the compiler from fusing both into one operation: the result
// must not depend on the machine.
func (h *histogram) estimate() uint64 {
	const m = float64(Registers)
	z := m * tau((m-float64(h[maxValue]))/m)
	for v := maxValue - 1; v >= 1; v-- {
		z = 0.5 * (z + float64(h[v]))
	}
	z += float64(m * sigma(float64(h[0])/m))
	n := math.Round(0.5 / math.Ln2 * m * m / z)
	if n >= math.MaxInt64 { // only registers that no element gives
		return stale
	}
	return uint64(n)
}

// sigma corrects for registers of value 0, x being their share.
func sigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	y, z := 1.0, x
	for {
		x *= x
		before := z
		z += float64(x * y)
		y += y
		if z == before {
			return z
		}
	}
}

// tau corrects for registers of the greatest value, x being the share of the others.
func tau(x float64) float64 {
	if x == 0 || x == 1 {
		return 0
	}
	y, z := 1.0, 1-x
	for {
		x = math.Sqrt(x)
		before := z
		y *= 0.5
		z -= float64(float64((1-x)*(1-x)) * y)
		if z == before {
			return z / 3
		}
	}
}
