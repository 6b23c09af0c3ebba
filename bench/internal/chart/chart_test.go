package chart

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/stretchr/testify/require"
)

var sample = Chart{
	Title: "wire: CPU time", Unit: "µs per request", Groups: []string{"SET P=1", "GET P=1", "GET P=128"},
	Bars: []Bars{
		{"miniredisd", []stats.Summary{{Median: 8, Min: 7, Max: 10}, {Median: 5, Min: 5, Max: 5}, {}}},
		{"redis-server", []stats.Summary{{Median: 9, Min: 8, Max: 9.5}, {Median: 6, Min: 5, Max: 7}, {Median: 0.5, Min: 0.4, Max: 0.6}}},
	},
}

func TestWriteFile(t *testing.T) {
	logarithmic := sample
	logarithmic.Log = true
	logarithmic.Bars[1].Values[0].Min = -1 // has no logarithm, and no height
	for name, c := range map[string]Chart{"linear": sample, "log": logarithmic} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "chart.svg")
			require.NoError(t, c.WriteFile(file))
			svg, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, xml.Unmarshal(svg, new(struct{})))
			for _, words := range []string{"wire: CPU time", "µs per request", "GET P=128", "redis-server"} {
				require.Contains(t, string(svg), words)
			}
			require.Equal(t, 5+2, strings.Count(string(svg), "#0072B2")+strings.Count(string(svg), "#D55E00"), "five bars and two marks of the legend")
		})
	}
}

func TestWriteFileRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "chart.svg")
	require.ErrorContains(t, Chart{}.WriteFile(file), "nothing")
	require.ErrorContains(t, Chart{Groups: []string{"a"}, Bars: []Bars{{Name: "x"}}}.WriteFile(file), "0 values of x for 1 groups")
	require.NoFileExists(t, file)
	require.Error(t, sample.WriteFile(filepath.Join(t.TempDir(), "none", "chart.svg")))
}
