package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
)

// ownFrom is the length of pipelines from which on redis-benchmark needs more CPU than the server that it measures.
const ownFrom = 64

// What --load may say.
const (
	loadAuto  = "auto"
	loadRedis = "redis-benchmark"
	loadOwn   = "own"
)

// generator is what makes the load.
type generator struct{ kind, program string }

func (g *generator) declare(fs *flag.FlagSet, kind string) {
	fs.StringVar(&g.kind, "load", kind, "what makes the load: redis-benchmark; own, which is this program and costs less;\n"+
		"or auto, which is own from a pipeline of 64 on and redis-benchmark below")
	fs.StringVar(&g.program, "redis-benchmark", "redis-benchmark", "the `program` that is redis-benchmark")
}

// check looks whether there is what pipelines of these lengths need.
func (g *generator) check(pipelines ...int) error {
	switch g.kind {
	case loadAuto, loadRedis, loadOwn:
	default:
		return fmt.Errorf("--load: %q is none of auto, redis-benchmark and own", g.kind)
	}
	for _, p := range pipelines {
		if !g.own(p) {
			if _, err := exec.LookPath(g.program); err != nil {
				return fmt.Errorf("the load generator: %w; --load own does without", err)
			}
		}
	}
	return nil
}

// own tells whether it is this program for pipelines of this length.
func (g *generator) own(pipeline int) bool {
	return g.kind == loadOwn || g.kind == loadAuto && pipeline >= ownFrom
}

// name is what makes the load for pipelines of this length, in words.
func (g *generator) name(pipeline int) string {
	if g.own(pipeline) {
		return loadOwn
	}
	return loadRedis
}

// drive makes a tenth of the load to warm up, then the load that counts.
func (g *generator) drive(ctx context.Context, p *proc.Process, full load.Benchmark, pin proc.Pin) (driven, error) {
	full.Program = g.program
	warm := full
	warm.Requests = warmUp(full)
	if _, err := g.once(ctx, p, warm, pin); err != nil {
		return driven{}, err
	}
	return g.once(ctx, p, full, pin)
}

// warmUp is how many requests go before the load that counts.
func warmUp(full load.Benchmark) int { return max(full.Requests/10/full.Pipeline, 1) * full.Pipeline }

func (g *generator) once(ctx context.Context, p *proc.Process, l load.Benchmark, pin proc.Pin) (driven, error) {
	if err := load.Prepare(p.Addr, l); err != nil {
		return driven{}, err
	}
	before, err := p.CPU()
	if err != nil {
		return driven{}, err
	}
	var r load.Result
	if g.own(l.Pipeline) {
		r, err = l.RunOwn(ctx, p.Addr)
	} else {
		r, err = l.Run(ctx, p.Addr, pin)
	}
	if err != nil {
		return driven{}, err
	}
	after, err := p.CPU()
	return newDriven(after-before, l.Requests, r), err
}

// workload is what a generator makes of a command, with the options for it.
type workload struct {
	generator
	clients, value, keys, requests int
	members                        int // of the set that some tests ask; 0 where no test does
}

func (w *workload) declare(fs *flag.FlagSet, kind string, requests int) {
	w.generator.declare(fs, kind)
	w.declareSizes(fs, requests)
}

func (w *workload) declareSizes(fs *flag.FlagSet, requests int) {
	fs.IntVar(&w.clients, "clients", 50, "connections")
	fs.IntVar(&w.value, "value", 64, "size of the values, in bytes")
	fs.IntVar(&w.keys, "keys", 100_000, "how many keys the requests choose from")
	fs.IntVar(&w.requests, "requests", requests, "requests of a measurement without pipeline; with one of P, min(P, 8) times as many")
}

func (w *workload) check(pipelines ...int) error {
	if min(w.clients, w.value, w.keys, w.requests) < 1 {
		return errors.New("--clients, --value, --keys and --requests must be at least 1")
	}
	return w.generator.check(pipelines...)
}

// benchmark is the load of a test. The requests are whole pipelines, or redis-benchmark would make more than it was told.
func (w *workload) benchmark(test string, pipeline int) load.Benchmark {
	t := load.Tests[test]
	n := max(w.requests*min(pipeline, 8)/max(t.Weight, 1), 1)
	n = (n + pipeline - 1) / pipeline * pipeline
	return load.Benchmark{
		Test: t.Option, Clients: w.clients, Pipeline: pipeline, Requests: n, Value: w.value, Keys: w.keys,
		Members: max(w.members, w.keys),
	}
}

// numbers reads numbers above 0 with commas; a number counts once.
func numbers(option, text string) ([]int, error) {
	var all []int
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%s: %q is no number above 0", option, word)
		}
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all, nil
}

// testsOf reads names of tests with commas; a test counts once.
func testsOf(text string) ([]string, error) {
	var tests []string
	for name := range strings.SplitSeq(text, ",") {
		if _, ok := load.Tests[name]; !ok {
			return nil, fmt.Errorf("--tests: %q is not known; there are: %s", name, load.TestNames())
		}
		if !slices.Contains(tests, name) {
			tests = append(tests, name)
		}
	}
	return tests, nil
}
