package longdouble

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSums(t *testing.T) {
	for _, tc := range []struct{ a, b, sum string }{
		{"3", "1.1", "4.1"},
		{"0x10", "1e2", "116"},
		{"10.5", "-10.5", "0"},
		{"17179869184", "1.5", "17179869185.5"},
		{"9223372036854775807", "1", "9223372036854775808"},
		{"0", "-1e-20", "0"},
	} {
		a, ok := Parse([]byte(tc.a))
		require.True(t, ok)
		b, ok := Parse([]byte(tc.b))
		require.True(t, ok)
		require.True(t, Add(a, b))
		require.Equal(t, tc.sum, string(Append(nil, a)))
	}
	inf, ok := Parse([]byte("-Infinity"))
	require.True(t, ok)
	require.False(t, Add(Zero(), inf))
	for _, text := range []string{"", "x", "1 ", "nan", "1e4933", "0x"} {
		_, ok := Parse([]byte(text))
		require.False(t, ok, text)
	}
}

// FuzzParse: whatever is taken for a finite number has a text that is one too, and that is its own text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"1", "-0x1p-3", "1e4932", ".5e-17", "inf", "1e99999999999", "00012"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		x, ok := Parse(text)
		if !ok || x.IsInf() {
			return
		}
		first := Append(nil, x)
		y, ok := Parse(first)
		require.True(t, ok, "%s", first)
		require.Equal(t, string(first), string(Append(nil, y)))
	})
}
