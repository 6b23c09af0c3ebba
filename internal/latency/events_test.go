package latency

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEvents(t *testing.T) {
	var e Events
	require.Empty(t, e.All())
	_, ok := e.Of("command")
	require.False(t, ok)
	e.Add("fast-command", 10, 7)
	e.Add("command", 10, 7)
	e.Add("command", 10, 9)
	e.Add("command", 10, 8)
	e.Add("command", 12, 5)
	all := e.All()
	require.Len(t, all, 2)
	require.Equal(t, Series{"command", []Sample{{10, 9}, {12, 5}}, 9}, all[0])
	require.Equal(t, Sample{12, 5}, all[0].Last())
	require.Zero(t, e.Reset("nosuch"))
	require.Equal(t, 1, e.Reset("COMMAND"))
	require.Equal(t, 1, e.Reset(""))
	require.Empty(t, e.All())
}

func TestSeriesHasALimit(t *testing.T) {
	var e Events
	for i := range int64(1000) {
		e.Add("command", i, 1000-i)
	}
	s, ok := e.Of("command")
	require.True(t, ok)
	require.Len(t, s.Samples, seriesLen)
	require.Equal(t, Sample{999, 1}, s.Last())
	require.EqualValues(t, 1000, s.Worst)
	require.Len(t, strings.Split(s.Graph(1000), "\n"), 2+(graphRows+1+2)+1+(graphRows+1+3)+1) // two parts, with ages of 2 and 3 characters
}

func TestFigures(t *testing.T) {
	s := Series{"x", []Sample{{100, 20}, {101, 100}, {103, 50}}, 200}
	require.Equal(t, Figures{Count: 3, Mean: 56, Deviation: 28, Least: 20, Greatest: 100, Seconds: 10}, s.Figures(110))
	require.EqualValues(t, 1, s.Figures(100).Seconds)
}

func TestGraph(t *testing.T) {
	s := Series{"command", []Sample{{100, 20}, {400, 100}, {601, 50}}, 200}
	require.Equal(t, "command - high 100 ms, low 20 ms (all time high 200 ms)\n"+strings.Repeat("-", 80)+
		"\n # \n | \n |o\n_||\n   \n943\nmm9\n  s\n", s.Graph(640))
	flat := Series{"x", []Sample{{1, 5}}, 5}
	require.Contains(t, flat.Graph(1), "\n \n \n \n_\n \n0\ns\n")
}

func TestAges(t *testing.T) {
	for seconds, want := range map[int64]string{0: "0s", 59: "59s", 60: "1m", 3599: "59m", 3600: "1h", 86399: "23h", 86400: "1d"} {
		require.Equal(t, want, age(seconds))
	}
}
