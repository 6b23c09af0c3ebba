package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/miniredisd/miniredisd/bench/internal/lateness"
	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/stretchr/testify/require"
)

// TestMain lets this test binary be the server that is measured: started as "--port N …" it answers +PONG to every command.
// Started with the name of a benchmark, as "bench all" does, it writes the files it is asked for.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && benchmarks[os.Args[1]].make != nil {
		io.WriteString(os.Stdout, strings.Join(os.Args[1:], " ")+"\n")
		if os.Args[1] == "growth" {
			os.Exit(1)
		}
		return
	}
	if len(os.Args) > 2 && os.Args[1] == "--port" {
		l, err := net.Listen("tcp", "127.0.0.1:"+os.Args[2])
		if err != nil {
			panic(err)
		}
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go pong(c)
		}
	}
	os.Exit(m.Run())
}

func pong(c net.Conn) {
	defer c.Close()
	for lines := bufio.NewScanner(c); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "*") { // a command begins
			io.WriteString(c, "+PONG\r\n")
		}
	}
}

// runBench runs the program's main with these arguments.
func runBench(t *testing.T, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = run(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		{nil, 2, "", "Usage"},
		{[]string{"--help"}, 0, "Usage", ""},
		{[]string{"nothing"}, 2, "", `no benchmark "nothing"`},
		{[]string{"all"}, 2, "", "all <directory>"},
		{[]string{"all", "-h"}, 2, "", "all <directory>"},
		{[]string{"wire", "-h"}, 0, "", "-pipeline"},
		{[]string{"wire", "--no-such"}, 2, "", "-no-such"},
		{[]string{"startup", "fast"}, 2, "", `what is "fast"?`},
		{[]string{"startup", "--rounds", "0"}, 1, "", "--rounds"},
		{[]string{"startup", "--server", "nonsense"}, 2, "", "want name=command"},
		{[]string{"startup", "--miniredisd", os.Args[0], "--redis", "", "--server", "miniredisd=x"}, 1, "", "two servers are called miniredisd"},
		{[]string{"wire", "--redis-benchmark", "/no/such/program"}, 1, "", "load generator"},
		{[]string{"wire", "--load", "nonsense"}, 1, "", "--load"},
		{[]string{"aof", "--redis-benchmark", "/no/such/program"}, 1, "", "--load own"},
		{[]string{"aof", "--pipeline", "none"}, 1, "", "--pipeline"},
		{[]string{"scale", "--cores", "0"}, 1, "", "--cores"},
		{[]string{"scale", "--tests", "flushall"}, 1, "", "--tests"},
		{[]string{"types", "--tests", "nosuch"}, 1, "", "--tests"},
		{[]string{"types", "--members", "0"}, 1, "", "--members"},
		{[]string{"scripts", "--tests", "nosuch"}, 1, "", "--tests"},
		{[]string{"push", "--subscribers", "0"}, 1, "", "--subscribers"},
		{[]string{"push", "--groups", "0"}, 1, "", "--groups"},
		{[]string{"values", "--kinds", "zset,nosuch"}, 1, "", "--kinds"},
		{[]string{"values", "--elements", "0"}, 1, "", "--elements"},
		{[]string{"memory", "--values", "16,"}, 1, "", "--values"},
		{[]string{"memory", "--flush", "later"}, 1, "", "--flush"},
		{[]string{"memory", "--keys", "0"}, 1, "", "--keys"},
		{[]string{"latency", "--duration", "0"}, 1, "", "--duration"},
		{[]string{"conns", "--connections", "0"}, 1, "", "--connections"},
		{[]string{"growth", "--keys", "10000001"}, 1, "", "--keys"},
		{[]string{"expiry", "--span", "1us"}, 1, "", "--span"},
	} {
		code, stdout, stderr := runBench(t, c.args...)
		require.Equal(t, c.code, code, "%v: %s", c.args, stderr)
		require.Contains(t, stdout, c.stdout)
		require.Contains(t, stderr, c.stderr)
	}
}

// The benchmarks that need no data, from the command line to the table and the JSON file.
func TestBenchmarks(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for name, args := range map[string][]string{
		"startup": nil,
		"growth":  {"--keys", "1000"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "out.json")
			args := append([]string{name, "--miniredisd", self, "--redis", "", "--rounds", "2", "--server", "redis-server=" + self, "--json", file}, args...)
			code, stdout, stderr := runBench(t, args...)
			require.Equal(t, 0, code, stderr)
			require.Contains(t, stdout, "| miniredisd ")
			require.Contains(t, stdout, "| redis-server ")
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var doc struct {
				Benchmark string
				Rounds    int
				Results   []struct{ Server string }
			}
			require.NoError(t, json.Unmarshal(text, &doc))
			require.Equal(t, name, doc.Benchmark)
			require.Equal(t, 2, doc.Rounds)
			require.Len(t, doc.Results, 2)
			require.Equal(t, "miniredisd", doc.Results[0].Server)
		})
	}
}

func TestServerThatDoesNotStart(t *testing.T) {
	code, _, stderr := runBench(t, "startup", "--miniredisd", "/no/such/program", "--redis", "")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "/no/such/program")
}

func TestInterrupted(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stderr bytes.Buffer
	require.Equal(t, 1, run(ctx, []string{"startup", "--miniredisd", self, "--redis", ""}, io.Discard, &stderr))
	require.Contains(t, stderr.String(), "interrupted")
}

func TestModuleRoot(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(root, "cmd", "miniredisd", "main.go"))
	t.Chdir(t.TempDir())
	_, err = moduleRoot()
	require.ErrorContains(t, err, "--miniredisd")
}

// newWire returns the wire benchmark with these options; every program that exists does as load generator.
func newWire(t *testing.T, args ...string) *wire {
	self, err := os.Executable()
	require.NoError(t, err)
	var w wire
	fs := flag.NewFlagSet("wire", flag.ContinueOnError)
	w.declare(fs)
	require.NoError(t, fs.Parse(append(args, "--redis-benchmark", self)))
	return &w
}

func TestWireCases(t *testing.T) {
	w := newWire(t, "--tests", "get,lpop,get", "--pipeline", "1,128,1")
	require.NoError(t, w.check())
	require.Equal(t, []wireCase{{"get", 1}, {"get", 128}, {"lpop", 1}, {"lpop", 128}}, w.cases)
	for _, bad := range [][]string{
		{"--tests", "flushall"}, {"--tests", ""}, {"--pipeline", "0"}, {"--pipeline", "x"}, {"--clients", "0"}, {"--value", "-1"},
	} {
		require.Error(t, newWire(t, bad...).check(), "%v", bad)
	}
}

func TestWireRequestsAreWholePipelines(t *testing.T) {
	w := newWire(t, "--requests", "1000")
	for pipeline, want := range map[int]int{1: 1000, 3: 3000, 16: 8000, 128: 8064} {
		require.Equal(t, want, w.benchmark("ping", pipeline).Requests)
	}
}

func TestWireTable(t *testing.T) {
	one := func(v float64) stats.Summary { return stats.Summary{Median: v, Min: v, Max: v} }
	var out bytes.Buffer
	w := wireRun{wire: newWire(t), bench: &bench{stdout: &out}}
	require.NoError(t, w.print([]wireResult{
		{Server: "miniredisd", Test: "set", Pipeline: 1, Load: "own", drivenFigures: drivenFigures{
			CPU: one(8), CPURatio: .8, RPS: one(100000), RPSRatio: 1.25, ServerBusy: one(.8), LoadBusy: one(.99)}},
		{Server: "redis-server", Test: "set", Pipeline: 1, Failed: "unknown command"},
	}))
	require.Contains(t, out.String(), "| SET     |  1 | miniredisd   |           8.00 |  0.80 |    100,000 |  1.25 |          80 % |   full 99 % |\n")
	require.Contains(t, out.String(), "\nSET at P=1 failed on redis-server: unknown command\n")
	require.Contains(t, out.String(), "its limit, not the server's")
	require.NotContains(t, out.String(), "something else used the machine")
	require.NoError(t, w.print([]wireResult{{Server: "miniredisd", Test: "set", Pipeline: 1, drivenFigures: drivenFigures{ServerBusy: one(.5), LoadBusy: one(.4)}}}))
	require.Contains(t, out.String(), "something else used the machine")
}

func TestSeries(t *testing.T) {
	s := series[string]{}
	s.add("a", 1)
	s.add("a", 3)
	s.add("b", 4)
	require.Equal(t, stats.Summary{Median: 2, Min: 1, Max: 3}, s.summary("a"))
	require.Equal(t, 0.5, s.ratio("a", "b"))
	require.Zero(t, s.ratio("a", "none"))
}

func TestSummarizeExpiry(t *testing.T) {
	r := summarizeExpiry("x", []lateness.Result{{P50: 1, P99: 2, Max: 9, StaleSeen: .5, StaleBound: .75}, {P50: 3, P99: 4, Max: 5, Left: 2}})
	require.Equal(t, stats.Summary{Median: 3, Min: 2, Max: 4}, r.P99)
	require.Equal(t, stats.Summary{Median: 7, Min: 5, Max: 9}, r.Max)
	require.Equal(t, stats.Summary{Median: 25, Min: 0, Max: 50}, r.StaleSeen)
	require.Equal(t, stats.Summary{Median: 1, Min: 0, Max: 2}, r.Left)
}

// However many get a message, about as many messages are sent in all; and BLPOP stands at the end.
func TestPushCases(t *testing.T) {
	o := push{requests: 10_000, groups: 50, value: 5, audiences: "1,20,1000"}
	require.NoError(t, o.check())
	require.Equal(t, []pushCase{{1}, {20}, {1000}, {0}}, o.cases)
	for _, c := range []struct{ subscribers, groups, requests int }{{1, 50, 10_000}, {20, 2, 500}, {1000, 1, 100}, {0, 50, 10_000}} {
		l, requests := o.load(pushCase{c.subscribers})
		require.Equal(t, load.Push{Groups: c.groups, Subscribers: c.subscribers, Value: 5}, l)
		require.Equal(t, c.requests, requests)
	}
	require.Equal(t, "PUBLISH to 20", o.cases[1].String())
	require.Equal(t, "BLPOP", o.cases[3].String())
}
