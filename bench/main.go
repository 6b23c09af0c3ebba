// Command bench measures what miniredisd costs, beside redis-server and any other server that speaks the protocol, in the
// same run.
//
// It builds miniredisd from the tree it stands in, starts each server in turn, round after round, puts the same load on it
// and prints the median of the rounds, their spread and the ratio to redis-server. docs/performance.md says what is
// measured and why. The program prints figures and judges none: no test depends on it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const usage = `Usage: go run ./bench <benchmark> [options]

Benchmarks:
  wire      the server's CPU time per request, and its throughput
  latency   how long requests take at a fixed rate, beside many keys
  types     wire, with a command or two of each data type
  scripts   wire, with scripts and a function
  push      the CPU time of what is sent to others: PUBLISH, and RPUSH to who waits in BLPOP
  memory    the memory that a key takes, and what FLUSHALL takes and gives back
  values    the memory that large values of each type take, and many small ones
  aof       what the append-only file costs
  conns     what idle connections cost
  scale     throughput and CPU time per request on one core and on several
  startup   the time from the start of the process until PING is answered
  expiry    how late keys are removed that nobody asks for
  growth    the longest wait of another client while keys are added

  all       all of them, with their results in files

"go run ./bench <benchmark> -h" lists its options.
`

// A benchmark is what a subcommand measures.
type benchmark interface {
	// declare declares the options.
	declare(*flag.FlagSet)
	// check looks at the options once they are parsed, before anything is started.
	check() error
	// run measures and prints.
	run(context.Context, *bench) (outcome, error)
}

// benchmarks are the subcommands, each with what --quick makes of its options.
var benchmarks = map[string]struct {
	make  func() benchmark
	quick map[string]string
}{
	"wire":    {func() benchmark { return &wire{} }, map[string]string{"pipeline": "1,64", "requests": "4000", "keys": "1000"}},
	"types":   {func() benchmark { return &types{} }, map[string]string{"pipeline": "1,4", "requests": "2000", "keys": "1000", "members": "5000"}},
	"scripts": {func() benchmark { return &scripts{} }, map[string]string{"pipeline": "1,4", "requests": "1000", "keys": "1000"}},
	"push":    {func() benchmark { return &push{} }, map[string]string{"requests": "1000", "groups": "5", "subscribers": "1,20"}},
	"latency": {func() benchmark { return &latency{} }, map[string]string{"keys": "10000", "duration": "300ms", "warmup": "100ms"}},
	"memory":  {func() benchmark { return &memory{} }, map[string]string{"keys": "20000", "settle": "20ms", "after": "50ms"}},
	"values":  {func() benchmark { return &values{} }, map[string]string{"elements": "10000", "settle": "20ms"}},
	"aof":     {func() benchmark { return &aof{} }, map[string]string{"requests": "1000", "keys": "1000"}},
	"conns":   {func() benchmark { return &conns{} }, map[string]string{"connections": "100", "settle": "20ms", "idle": "200ms"}},
	"scale":   {func() benchmark { return &scale{} }, map[string]string{"requests": "4000", "keys": "1000"}},
	"startup": {func() benchmark { return startup{} }, map[string]string{"rounds": "2"}},
	"expiry":  {func() benchmark { return &expiry{} }, map[string]string{"keys": "5000", "span": "300ms", "lead": "200ms"}},
	"growth":  {func() benchmark { return &growth{} }, map[string]string{"keys": "20000"}},
}

// makeQuick gives the options that were not given on the command line small values.
func makeQuick(fs *flag.FlagSet, values map[string]string) error {
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if !given["rounds"] {
		if err := fs.Set("rounds", "1"); err != nil {
			return err
		}
	}
	for name, value := range values {
		if given[name] {
			continue
		}
		if err := fs.Set(name, value); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main with its surroundings as arguments. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 && (args[0] == "-h" || args[0] == "--help" || args[0] == "help") {
		fmt.Fprint(stdout, usage)
		return 0
	}
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return 2
	}
	if args[0] == "all" {
		return runAll(ctx, args[1:], stdout, stderr)
	}
	found, ok := benchmarks[args[0]]
	if !ok {
		fmt.Fprintf(stderr, "no benchmark %q\n\n%s", args[0], usage)
		return 2
	}
	fs := flag.NewFlagSet("bench "+args[0], flag.ContinueOnError)
	fs.SetOutput(stderr)
	var opts options
	opts.declare(fs)
	which := found.make()
	which.declare(fs)
	if err := fs.Parse(args[1:]); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if fs.NArg() > 0 {
		fmt.Fprintf(stderr, "what is %q?\n", fs.Arg(0))
		return 2
	}
	if opts.quick {
		if err := makeQuick(fs, found.quick); err != nil {
			fmt.Fprintln(stderr, "bench:", err)
			return 2
		}
	}
	if err := execute(ctx, args[0], opts, which, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return 1
	}
	return 0
}

func execute(ctx context.Context, name string, opts options, which benchmark, stdout, stderr io.Writer) error {
	if err := errors.Join(opts.check(), which.check()); err != nil {
		return err
	}
	b, clean, err := setUp(ctx, opts, stdout, stderr)
	if err != nil {
		return err
	}
	defer clean()
	b.header(name)
	found, err := which.run(ctx, b)
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	if err != nil {
		return err
	}
	return errors.Join(b.writeJSON(opts.json, name, found.results), b.writeSVG(opts.svg, name, found.chart))
}
