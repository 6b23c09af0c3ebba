package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// "bench all" runs every benchmark and keeps what each finds: NAME.json, the drawing NAME.svg and what was printed, NAME.txt.

// allUsage is what "bench all -h" prints.
const allUsage = `Usage: go run ./bench all <directory> [options]

Runs every benchmark with sizes that make all of them take less than half an
hour, and writes of each NAME.json, NAME.svg and NAME.txt into the directory.
Options are those that every benchmark has (--rounds, --server, ...).
`

// allRuns are the benchmarks in the order in which they are run, with the options that make them short enough for seven rounds
// of all to take less than half an hour. The figures that goals are named for are of the sizes that the goals name.
var allRuns = [][]string{
	{"startup"},
	{"wire", "--requests", "100000"},
	{"types", "--requests", "20000"},
	{"scripts", "--requests", "20000"},
	{"push", "--requests", "20000"},
	{"aof", "--requests", "30000"},
	{"scale", "--requests", "60000"},
	{"conns", "--settle", "500ms", "--idle", "2s"},
	{"latency", "--keys", "2000000", "--duration", "3s"},
	{"growth", "--keys", "2000000"},
	{"expiry", "--keys", "300000", "--span", "3s", "--lead", "6s"},
	{"values", "--settle", "300ms"},
	{"memory", "--keys", "1000000", "--settle", "300ms", "--after", "1s"},
}

// runAll runs them, each in a process of its own, as each binds itself to a core. It returns the exit code.
func runAll(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		fmt.Fprint(stderr, allUsage)
		return 2
	}
	dir, common := args[0], args[1:]
	if err := all(ctx, dir, common, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 1
	}
	return 0
}

func all(ctx context.Context, dir string, common []string, stdout, stderr io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	// Built once, unless there is one; the last of an option counts.
	built, err := os.MkdirTemp("", "bench-build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(built)
	program := filepath.Join(built, ours)
	if !slices.ContainsFunc(common, func(a string) bool { return strings.TrimLeft(a, "-") == "miniredisd" }) {
		if err := build(ctx, program); err != nil {
			return err
		}
		common = slices.Concat([]string{"--miniredisd", program}, common)
	}
	began := time.Now()
	var failed error
	for _, args := range allRuns {
		start := time.Now()
		if err := keep(ctx, self, dir, slices.Concat(args, common), stdout, stderr); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", args[0], err))
			fmt.Fprintln(stderr, "bench:", failed)
		}
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
		fmt.Fprintf(stdout, "\n%s took %v\n\n", args[0], time.Since(start).Round(time.Second))
	}
	fmt.Fprintf(stdout, "all took %v; the results are in %s\n", time.Since(began).Round(time.Second), dir)
	return failed
}

// keep runs one benchmark and writes its files.
func keep(ctx context.Context, self, dir string, args []string, stdout, stderr io.Writer) error {
	file := func(ending string) string { return filepath.Join(dir, args[0]+ending) }
	text, err := os.Create(file(".txt"))
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, slices.Concat(args, []string{"--json", file(".json"), "--svg", file(".svg")})...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it ends its servers
	cmd.WaitDelay = 15 * time.Second
	cmd.Stdout, cmd.Stderr = io.MultiWriter(stdout, text), stderr
	return errors.Join(cmd.Run(), text.Close())
}
