package table

import (
	"strings"
	"testing"

	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/stretchr/testify/require"
)

func TestTableIsAlignedMarkdown(t *testing.T) {
	tbl := New("server", ">µs")
	tbl.Row("miniredisd", "9.60")
	tbl.Row("a|b", "10.40")
	tbl.Row("empty")
	var b strings.Builder
	n, err := tbl.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	require.Equal(t, ""+
		"| server     |    µs |\n"+
		"|------------|------:|\n"+
		"| miniredisd |  9.60 |\n"+
		"| a\\|b       | 10.40 |\n"+
		"| empty      |       |\n", b.String())
}

func TestTooManyCells(t *testing.T) {
	require.Panics(t, func() { New("one").Row("1", "2") })
}

func TestNumber(t *testing.T) {
	for in, want := range map[float64]string{
		0: "0.00", 0.01234: "0.012", 0.9999: "1.00", 1.234: "1.23", 9.999: "10.0", 12.34: "12.3", 99.96: "100",
		123.4: "123", 999.4: "999", 999.6: "1,000", 1234567.8: "1,234,568", 1000001: "1,000,001", -1234: "-1,234", -0.5: "-0.500",
	} {
		require.Equal(t, want, Number(in), "%v", in)
	}
}

func TestSpreadAndRatio(t *testing.T) {
	require.Equal(t, "9.60 (9.50..10.1)", Spread(stats.Summary{Median: 9.6, Min: 9.5, Max: 10.1}))
	require.Equal(t, "9.60", Spread(stats.Summary{Median: 9.6, Min: 9.6, Max: 9.6}))
	require.Equal(t, "0.93", Ratio(0.931))
	require.Equal(t, "-", Ratio(0))
}
