package number

import "math"

// Go leaves open what a double becomes that the whole number's type cannot hold, and so does C. Scripts were written against
// what amd64 does, so that is done everywhere.

// two63 is 2^63.
const two63 = 1 << 63

// Int64 converts f to a C long, cutting off the fraction; what does not fit becomes the smallest one.
func Int64(f float64) int64 {
	if -two63 <= f && f < two63 {
		return int64(f)
	}
	return math.MinInt64
}

// Int32 converts f to a C int, as Int64 does.
func Int32(f float64) int32 {
	if -(1<<31)-1 < f && f < 1<<31 {
		return int32(f)
	}
	return math.MinInt32
}

// Uint64 converts f to a C unsigned long. A negative one wraps around, what is too large becomes 0, and what is too small or
// NaN becomes 2^63.
func Uint64(f float64) uint64 {
	if f >= two63 {
		return uint64(Int64(f-two63)) ^ two63
	}
	return uint64(Int64(f))
}
