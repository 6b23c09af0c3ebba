package proc

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParsePSTime(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"  0:00.04\n": 40 * time.Millisecond,
		"12:34.56":    12*time.Minute + 34560*time.Millisecond,
		"00:00:09":    9 * time.Second,
		"1-02:03:04":  26*time.Hour + 3*time.Minute + 4*time.Second,
		"123:00.00":   123 * time.Minute,
	} {
		got, err := parsePSTime(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got, in)
	}
	for _, in := range []string{"", "7", "a:b", "1:-2", "x-1:00", "1:2:3:4", "1.5:00", "1:NaN", "1:1e300"} {
		_, err := parsePSTime(in)
		require.Error(t, err, in)
	}
}
