package command

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseDouble(t *testing.T) {
	const no = "none"
	for _, tc := range []struct {
		text          string
		double, bound any // a number, or no
	}{
		{"1", 1.0, 1.0}, {"-1.5", -1.5, -1.5}, {"+3", 3.0, 3.0}, {".5", 0.5, 0.5}, {"5.", 5.0, 5.0}, {"1e3", 1000.0, 1000.0},
		{"9223372036854775807", 9223372036854775808.0, 9223372036854775808.0}, {"007", 7.0, 7.0},
		{"0x10", 16.0, 16.0}, {"-0X1p-1", -0.5, -0.5}, {"0x.8", 0.5, 0.5}, {"0x1_0", no, no}, {"1_0", no, no}, {"0x", no, no},
		{"inf", math.Inf(1), math.Inf(1)}, {"-Infinity", math.Inf(-1), math.Inf(-1)}, {"+INF", math.Inf(1), math.Inf(1)},
		{"nan", no, no}, {"-nan", no, no}, {"", no, 0.0}, {" 1", no, 1.0}, {"\t\n1", no, 1.0}, {"1 ", no, no}, {"1x", no, no}, {"x", no, no},
		{"1e400", no, math.Inf(1)}, {"-1e400", no, math.Inf(-1)}, {"1e-400", no, 0.0}, {"0e-400", 0.0, 0.0}, {"0x0p-9999", 0.0, 0.0},
		{"0x1p-9999", no, 0.0}, {"5e-324", 5e-324, 5e-324}, {"1\x00x", no, 1.0}, {"\x00", no, 0.0},
		{" ", no, no}, {" \x00", no, no}, {"--1", no, no}, {"+-1", no, no}, {"1e", no, no}, {"-", no, no},
	} {
		for _, part := range []struct {
			read func([]byte) (float64, bool)
			want any
		}{{ParseDouble, tc.double}, {ParseBound, tc.bound}} {
			f, ok := part.read([]byte(tc.text))
			if part.want == no {
				require.False(t, ok, "%q gives %v", tc.text, f)
			} else {
				require.True(t, ok, "%q", tc.text)
				require.Equal(t, part.want, f, "%q", tc.text)
			}
		}
	}
}

func TestParseWeight(t *testing.T) {
	for text, want := range map[string]float64{"": 0, "1.5": 1.5, " 2": 2, "3\x00x": 3, "0x10": 16, "-inf": math.Inf(-1), "0e-999": 0,
		"2.2250738585072014e-308": 0x1p-1022} {
		f, ok := ParseWeight([]byte(text))
		require.True(t, ok, "%q", text)
		require.Equal(t, want, f, "%q", text)
	}
	for _, text := range []string{" ", "x", "1x", "nan", "1e400", "1e-400", "5e-324", "1e-308"} {
		_, ok := ParseWeight([]byte(text))
		require.False(t, ok, "%q", text)
	}
}

func FuzzParseDouble(f *testing.F) {
	for _, s := range []string{"1", "-0x1.8p3", "inf", " 12", "1e-400", "0x", "", "+", "0x_p"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		d, ok := ParseDouble(b)
		e, okBound := ParseBound(b)
		if ok && (!okBound || d != e || math.IsNaN(d)) {
			t.Fatalf("%q: %v, as a bound %v", b, d, e)
		}
	})
}
