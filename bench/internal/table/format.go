package table

import (
	"fmt"
	"math"
	"strconv"

	"github.com/miniredisd/miniredisd/bench/internal/stats"
)

// Number writes v with three significant digits, or as an integer with thousands apart from 1000 on.
func Number(v float64) string {
	switch a := math.Abs(v); {
	case a >= 999.5:
		return thousands(int64(math.Round(v)))
	case a >= 99.95:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case a >= 9.995:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case a >= 0.9995 || a == 0:
		return strconv.FormatFloat(v, 'f', 2, 64)
	default:
		return strconv.FormatFloat(v, 'f', 3, 64)
	}
}

func thousands(n int64) string {
	if n < 0 {
		return "-" + thousands(-n)
	}
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// Spread writes a summary as "median (min..max)", or as the one figure that all three are.
func Spread(s stats.Summary) string {
	if s.Min == s.Max {
		return Number(s.Median)
	}
	return fmt.Sprintf("%s (%s..%s)", Number(s.Median), Number(s.Min), Number(s.Max))
}

// Ratio writes a quotient of two medians; a dash when there is nothing to compare with.
func Ratio(r float64) string {
	if r == 0 {
		return "-"
	}
	return strconv.FormatFloat(r, 'f', 2, 64)
}
