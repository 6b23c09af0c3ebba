package load

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseRPS(t *testing.T) {
	for _, c := range []struct {
		name, out string
		want      float64
	}{
		{"7.0", `"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
"SET","97847.36","0.329","0.008","0.303","0.583","0.919","4.943"
`, 97847.36},
		{"rps in another column", "\"test\",\"p50_latency_ms\",\"rps\"\n\"GET\",\"0.3\",\"5.5\"\n", 5.5},
		{"6.0", "\"GET\",\"1388889.00\"\n", 1388889},
		{"a name with spaces", "\"test\",\"rps\"\n\"MSET (10 keys)\",\"12345.67\"\n", 12345.67},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := parseRPS(c.out)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestParseRPSRefuses(t *testing.T) {
	for _, out := range []string{
		"", "\n", "\"test\",\"rps\"\n", "\"SET\"\n", "\"test\",\"latency\"\n\"SET\",\"1\"\n", "\"SET\",\"fast\"\n", "\"SET\",\"0\"\n",
		"\"SET\",\"NaN\"\n", "\"SET\",\"1\"\n\"GET\",\"2\"\n", "\"SET", "Could not connect to server\n",
	} {
		_, err := parseRPS(out)
		require.Error(t, err, "%q", out)
	}
}

func FuzzParseRPS(f *testing.F) {
	f.Add("\"test\",\"rps\"\n\"SET\",\"97847.36\"\n")
	f.Add("\"GET\",\"1388889.00\"\n")
	f.Fuzz(func(t *testing.T, out string) {
		if rps, err := parseRPS(out); err == nil && !(rps > 0) {
			t.Fatalf("%v from %q", rps, out)
		}
	})
}

func TestBusy(t *testing.T) {
	require.Equal(t, 0.5, Result{Wall: 2 * time.Second, CPU: time.Second}.Busy())
}

func TestTestNames(t *testing.T) {
	for name, test := range Tests {
		require.Equal(t, strings.ToLower(name), name)
		require.Contains(t, test.Option, name)
	}
	require.Contains(t, TestNames(), "get, hset, incr, lpop")
}
