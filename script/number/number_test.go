package number

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

var negativeZero = math.Copysign(0, -1)

func TestFormat(t *testing.T) {
	for want, f := range map[string]float64{
		"0": 0, "-0": negativeZero, "1": 1, "-1": -1, "0.1": 0.1, "0.5": 0.5, "-2.25": -2.25, "1e+15": 1e15,
		"99999999999999": 99999999999999, "1e+14": 1e14, "1.2345678901234e+14": 123456789012345, "-1e+14": -1e14,
		"0.0001": 0.0001, "1e-05": 1e-5, "3.1415926535898": math.Pi, "0.33333333333333": 1.0 / 3, "1e+300": 1e300,
		"4.9406564584125e-324": 5e-324, "1.7976931348623e+308": math.MaxFloat64, "100000": 1e5, "123456.789": 123456.789,
		"inf": math.Inf(1), "-inf": math.Inf(-1), "nan": math.Copysign(math.NaN(), 1), "-nan": math.Copysign(math.NaN(), -1),
	} {
		assert.Equal(t, want, Format(f))
	}
}

func TestAppendPrecision(t *testing.T) {
	for _, c := range []struct {
		f         float64
		precision int
		want      string
	}{
		{123456, 3, "1.23e+05"}, {1000, 3, "1e+03"}, {999, 3, "999"}, {999.5, 3, "1e+03"}, {1.0 / 3, 5, "0.33333"},
		{10, 1, "1e+01"}, {9, 1, "9"}, {-10, 1, "-1e+01"}, {0.05, 1, "0.05"}, {0, 1, "0"},
	} {
		assert.Equal(t, c.want, string(AppendPrecision([]byte(nil), c.f, c.precision)), "%v %d", c.f, c.precision)
	}
}

func TestFormatDoesNotExceedMaxLen(t *testing.T) {
	for _, f := range []float64{-5e-324, -math.MaxFloat64, -1.2345678901234567e-300, -0.00012345678901234567} {
		assert.LessOrEqual(t, len(Format(f)), MaxLen)
	}
}

func TestScan(t *testing.T) {
	for _, c := range []struct {
		s      string
		want   float64
		length int
	}{
		{"", 0, 0}, {"x", 0, 0}, {"-", 0, 0}, {"+", 0, 0}, {".", 0, 0}, {"-.", 0, 0}, {"e5", 0, 0}, {".e5", 0, 0}, {" 1", 0, 0},
		{"1", 1, 1}, {"-1", -1, 2}, {"+1", 1, 2}, {"007", 7, 3}, {"1.", 1, 2}, {".5", .5, 2}, {"1.5x", 1.5, 3}, {"1..5", 1, 2},
		{"-0", negativeZero, 2}, {"1e3", 1000, 3}, {"1E-3", .001, 4}, {"1e", 1, 1}, {"1e+", 1, 1}, {"1ex", 1, 1}, {"1_000", 1, 1},
		{"123456789012345", 123456789012345, 15}, {"1234567890123456789", 1234567890123456789, 19}, {"1e400", math.Inf(1), 5},
		{"-1e400", math.Inf(-1), 6}, {"1e-400", 0, 6}, {"0x10", 16, 4}, {"-0X1P4", -16, 6}, {"0x.8", .5, 4}, {"0xa.8p1", 21, 7},
		{"0x", 0, 1}, {"0xg", 0, 1}, {"0x.", 0, 1}, {"0x1p", 1, 3}, {"0x_1", 0, 1}, {"0x1.8", 1.5, 5},
		{"inf", math.Inf(1), 3}, {"-InF", math.Inf(-1), 4}, {"infinity!", math.Inf(1), 8}, {"infinit", math.Inf(1), 3}, {"in", 0, 0},
		{"na", 0, 0}, {"i", 0, 0},
	} {
		f, length := Scan(c.s)
		assert.Equal(t, c.length, length, c.s)
		assert.Equal(t, math.Float64bits(c.want), math.Float64bits(f), c.s)
	}
	for s, want := range map[string]int{"nan": 3, "-NaN": 4, "nan(12_a)x": 9, "nan()": 5, "nan(12": 3, "nan(-)": 3} {
		f, length := Scan(s)
		assert.Equal(t, want, length, s)
		assert.True(t, math.IsNaN(f), s)
	}
}

func TestParse(t *testing.T) {
	for s, want := range map[string]float64{"1": 1, " \t\n\v\f\r1 \t\n\v\f\r": 1, "0x10": 16, "1\x00x": 1, "inf": math.Inf(1)} {
		f, ok := Parse(s)
		assert.True(t, ok, s)
		assert.Equal(t, want, f, s)
	}
	for _, s := range []string{"", " ", "x", "1x", "1 2", "0x", "\x001", "- 1"} {
		_, ok := Parse(s)
		assert.False(t, ok, s)
	}
}

func TestConvert(t *testing.T) {
	const least64 = math.MinInt64
	for _, c := range []struct {
		f  float64
		i  int64
		u  uint64
		i2 int32
	}{
		{1.9, 1, 1, 1}, {-1.9, -1, math.MaxUint64, -1}, {negativeZero, 0, 0, 0},
		{1<<31 - 1, 1<<31 - 1, 1<<31 - 1, 1<<31 - 1}, {1 << 31, 1 << 31, 1 << 31, math.MinInt32},
		{-1 << 31, -1 << 31, 1<<64 - 1<<31, math.MinInt32}, {-1<<31 - 0.5, -1 << 31, 1<<64 - 1<<31, math.MinInt32},
		{1 << 63, least64, 1 << 63, math.MinInt32}, {1<<64 - 2048, least64, 1<<64 - 2048, math.MinInt32},
		{1 << 64, least64, 0, math.MinInt32}, {-1 << 63, least64, 1 << 63, math.MinInt32},
		{-1 << 64, least64, 1 << 63, math.MinInt32}, {math.Inf(1), least64, 0, math.MinInt32},
		{math.Inf(-1), least64, 1 << 63, math.MinInt32}, {math.NaN(), least64, 1 << 63, math.MinInt32},
	} {
		assert.Equal(t, c.i, Int64(c.f), "%v", c.f)
		assert.Equal(t, c.u, Uint64(c.f), "%v", c.f)
		assert.Equal(t, c.i2, Int32(c.f), "%v", c.f)
	}
}

// FuzzScan checks that what was read ends where it says: a prefix that is read by itself gives the same.
func FuzzScan(f *testing.F) {
	for _, s := range []string{"1", "-1.5e3", "0x1.8p3", "inf", "nan(1)", "1e", "0x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, n := Scan(s)
		if n < 0 || n > len(s) {
			t.Fatalf("%q: length %d", s, n)
		}
		b, m := Scan(s[:n])
		if m != n || fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("%q: %v of %d bytes, then %v of %d", s, a, n, b, m)
		}
	})
}
