package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/stretchr/testify/require"
)

// Every benchmark in its quick form, with miniredisd of this tree as both servers, from the command line to the table, the
// JSON file and the drawing.
func TestQuick(t *testing.T) {
	program := filepath.Join(t.TempDir(), "miniredisd")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	require.NoError(t, build(t.Context(), program, "-pgo=off"))
	for name, args := range map[string][]string{
		"wire":    {"--load", "own"},
		"types":   {"--tests", "lpush,lrange_100"},
		"scripts": nil,
		"push":    nil,
		"values":  {"--kinds", "list"},
		"latency": {"--warmup", "50ms", "--duration", "200ms"},
		"memory":  {"--values", "16"},
		"aof":     {"--load", "own"},
		"conns":   nil,
		"scale":   {"--cores", "1"},
		"startup": nil,
		"expiry":  nil,
		"growth":  nil,
	} {
		t.Run(name, func(t *testing.T) {
			if name == "latency" && runtime.GOOS != "linux" {
				return // load.Rate is for Linux
			}
			began := time.Now()
			dir := t.TempDir()
			args := append([]string{name, "--quick", "--miniredisd", program, "--redis", "", "--server", "redis-server=" + program,
				"--json", filepath.Join(dir, "out.json"), "--svg", filepath.Join(dir, "out.svg")}, args...)
			code, stdout, stderr := runBench(t, args...)
			require.Equal(t, 0, code, stderr)
			require.Contains(t, stdout, "| miniredisd ")
			require.Contains(t, stdout, "| redis-server ")
			require.Less(t, time.Since(began), 10*time.Second)

			text, err := os.ReadFile(filepath.Join(dir, "out.json"))
			require.NoError(t, err)
			var doc struct {
				Benchmark string
				Results   []map[string]any
			}
			require.NoError(t, json.Unmarshal(text, &doc))
			require.Equal(t, name, doc.Benchmark)
			require.NotEmpty(t, doc.Results)
			require.Contains(t, doc.Results[0], "server")

			svg, err := os.ReadFile(filepath.Join(dir, "out.svg"))
			require.NoError(t, err)
			require.Contains(t, string(svg), name+":")
			require.Contains(t, string(svg), "redis-server")
		})
	}
	// Every benchmark is above: a new one fails here.
	require.Len(t, benchmarks, 13)
}

func TestQuickKeepsWhatIsGiven(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	code, stdout, stderr := runBench(t, "startup", "--quick", "--rounds", "3", "--miniredisd", self, "--redis", "")
	require.Equal(t, 0, code, stderr)
	require.Contains(t, stdout, "of 3 rounds")
}

// A server whose options are not known cannot be told to write a file.
func TestAOFLeavesOut(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	code, stdout, stderr := runBench(t, "aof", "--quick", "--load", "own", "--miniredisd", self, "--redis", "", "--server", "other="+self+" --port {port}")
	require.Equal(t, 0, code, stderr)
	require.Contains(t, stderr, "other is left out")
	require.NotContains(t, stdout, "| other ")
	require.Contains(t, stdout, "| everysec ")
}

func TestScaleLeavesOut(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	code, stdout, stderr := runBench(t, "scale", "--quick", "--cores", "1,1000", "--miniredisd", self, "--redis", "")
	require.Equal(t, 0, code, stderr)
	require.Contains(t, stderr, "1000 cores are left out")
	require.Contains(t, stdout, "| SET ")
	code, _, stderr = runBench(t, "scale", "--quick", "--cores", "1000", "--miniredisd", self, "--redis", "")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "nothing is left")
}

func TestGenerator(t *testing.T) {
	for _, c := range []struct {
		kind     string
		pipeline int
		want     string
	}{
		{"auto", 63, "redis-benchmark"}, {"auto", 64, "own"}, {"own", 1, "own"}, {"redis-benchmark", 128, "redis-benchmark"},
	} {
		g := generator{kind: c.kind, program: "/no/such/program"}
		require.Equal(t, c.want, g.name(c.pipeline))
		require.Equal(t, c.want != "own", g.check(c.pipeline) != nil)
	}
}

// The bars stand by server, with a value for each group.
func TestBars(t *testing.T) {
	b := bench{servers: []proc.Spec{{Name: "a"}, {Name: "b"}}}
	c := b.bars("title", "unit", []string{"x", "y"}, func(server, group int) stats.Summary {
		return stats.Summary{Median: float64(10*server + group)}
	})
	require.Equal(t, "b", c.Bars[1].Name)
	require.Equal(t, []stats.Summary{{Median: 10}, {Median: 11}}, c.Bars[1].Values)
}
