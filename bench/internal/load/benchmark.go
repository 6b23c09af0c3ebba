package load

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/proc"
)

// Benchmark is one run of a load generator with a single test: by Run redis-benchmark, by RunOwn this program.
type Benchmark struct {
	Program  string // redis-benchmark, or one that takes its options; not for RunOwn
	Test     string // one of Tests
	Clients  int    // connections
	Pipeline int    // requests sent before replies are waited for
	Requests int    // whole pipelines
	Value    int    // bytes
	Keys     int    // how many keys, or elements of the value, are chosen from, at random
	Members  int    // of the sorted set that ZRANGE and ZRANK ask
}

// Result is what a run has shown of the load generator's side.
type Result struct {
	RPS  float64       // requests per second
	Wall time.Duration // how long the program ran
	CPU  time.Duration // what it used of its core
}

// Busy is the share of its core that the load generator used. Near 1 it was the load that set the pace, and the throughput
// says nothing about the server.
func (r Result) Busy() float64 { return r.CPU.Seconds() / r.Wall.Seconds() }

// Run runs it against a server, on the given cores.
func (b Benchmark) Run(ctx context.Context, addr string, pin proc.Pin) (Result, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return Result{}, err
	}
	cmd := exec.CommandContext(ctx, b.Program, "-h", host, "-p", port, "--csv", "-t", b.Test,
		"-c", strconv.Itoa(b.Clients), "-P", strconv.Itoa(b.Pipeline), "-n", strconv.Itoa(b.Requests),
		"-d", strconv.Itoa(b.Value), "-r", strconv.Itoa(b.Keys))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	if err := pin.Run(cmd.Start); err != nil {
		return Result{}, err
	}
	if err := cmd.Wait(); err != nil {
		return Result{}, fmt.Errorf("%s -t %s: %w: %s", b.Program, b.Test, err, strings.TrimSpace(stderr.String()))
	}
	r := Result{Wall: time.Since(start), CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	r.RPS, err = parseRPS(stdout.String())
	return r, err
}

// parseRPS finds the requests per second in what redis-benchmark --csv prints for a single test: since 6.2 a head and a line
//
//	"test","rps","avg_latency_ms",…
//	"SET","97847.36","0.329",…
//
// and before that the line alone, with two fields. The test's name is a whole command line for some tests.
func parseRPS(out string) (float64, error) {
	r := csv.NewReader(strings.NewReader(out))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return 0, fmt.Errorf("redis-benchmark printed %q: %w", out, err)
	}
	column := 1
	if len(rows) > 0 && rows[0][0] == "test" {
		for column = 1; column < len(rows[0]) && rows[0][column] != "rps"; column++ {
		}
		rows = rows[1:]
	}
	if len(rows) != 1 || column >= len(rows[0]) {
		return 0, fmt.Errorf("redis-benchmark printed %q, where the figures of one test were expected", out)
	}
	rps, err := strconv.ParseFloat(rows[0][column], 64)
	if err != nil || !(rps > 0) {
		return 0, fmt.Errorf("redis-benchmark printed %q: no rate", out)
	}
	return rps, nil
}
