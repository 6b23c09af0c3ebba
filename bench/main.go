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
  wire      the server's CPU time per request, and its throughput, under redis-benchmark
  startup   the time from the start of the process until PING is answered
  expiry    how late keys are removed that nobody asks for
  growth    the longest wait of another client while keys are added

"go run ./bench <benchmark> -h" lists its options.
`

// A benchmark is what a subcommand measures.
type benchmark interface {
	// declare declares the options.
	declare(*flag.FlagSet)
	// check looks at the options once they are parsed, before anything is started.
	check() error
	// run measures, prints, and returns the results for the JSON file.
	run(context.Context, *bench) (any, error)
}

var benchmarks = map[string]struct {
	rounds int // unless told otherwise
	make   func() benchmark
}{
	"wire":    {5, func() benchmark { return &wire{} }},
	"startup": {21, func() benchmark { return startup{} }},
	"expiry":  {3, func() benchmark { return &expiry{} }},
	"growth":  {5, func() benchmark { return &growth{} }},
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
	found, ok := benchmarks[args[0]]
	if !ok {
		fmt.Fprintf(stderr, "no benchmark %q\n\n%s", args[0], usage)
		return 2
	}
	fs := flag.NewFlagSet("bench "+args[0], flag.ContinueOnError)
	fs.SetOutput(stderr)
	var opts options
	opts.declare(fs, found.rounds)
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
	results, err := which.run(ctx, b)
	if ctx.Err() != nil {
		return errors.New("interrupted")
	}
	if err != nil {
		return err
	}
	return b.writeJSON(opts.json, name, results)
}
