package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/miniredisd/miniredisd/bench/internal/proc"
)

// reference is the server that ratios are taken to.
const reference = "redis-server"

// ours is the server that is built from the tree.
const ours = "miniredisd"

// options are those that every benchmark has.
type options struct {
	rounds     int
	quick      bool
	json, svg  string
	miniredisd string
	redis      string
	servers    []proc.Spec
}

func (o *options) declare(fs *flag.FlagSet) {
	fs.IntVar(&o.rounds, "rounds", 7, "how often each server is measured; the servers take turns")
	fs.BoolVar(&o.quick, "quick", false, "make all sizes small, unless they are given, to see that it works: the figures mean little")
	fs.StringVar(&o.json, "json", "", "also write the results as JSON to this `file`")
	fs.StringVar(&o.svg, "svg", "", "also draw them into this `file`, as bars")
	fs.StringVar(&o.miniredisd, "miniredisd", "", "measure this `program` instead of one built from the tree")
	fs.StringVar(&o.redis, "redis", "redis-server", "the `program` to compare with; empty for none")
	fs.Func("server", "also measure this one, as `name=command`; the command may hold {port} and {dir},\n"+
		"else it gets redis-server's options; may be given several times", func(text string) error {
		spec, err := proc.ParseSpec(text)
		o.servers = append(o.servers, spec)
		return err
	})
}

func (o *options) check() error {
	if o.rounds < 1 {
		return errors.New("--rounds must be at least 1")
	}
	return nil
}

// bench is a benchmark about to run.
type bench struct {
	servers  []proc.Spec
	versions map[string]string // by name of server
	cores    proc.Cores
	rounds   int
	stdout   io.Writer // results
	stderr   io.Writer // remarks
	progress io.Writer // which round it is, for who watches
}

// setUp builds miniredisd, finds the servers, and binds this process to the core of the load. clean removes what was built.
func setUp(ctx context.Context, o options, stdout, stderr io.Writer) (b *bench, clean func(), err error) {
	clean = func() {}
	if o.miniredisd == "" {
		dir, err := os.MkdirTemp("", "bench-build-")
		if err != nil {
			return nil, nil, err
		}
		clean = func() { os.RemoveAll(dir) }
		o.miniredisd = filepath.Join(dir, "miniredisd")
		if err := build(ctx, o.miniredisd); err != nil {
			clean()
			return nil, nil, err
		}
	}
	b = &bench{cores: proc.Choose(), rounds: o.rounds, stdout: stdout, stderr: stderr, progress: watched(stderr)}
	if err = b.choose(o); err == nil {
		err = b.cores.Load.Enter() // after the build, which may use every core
	}
	if err != nil {
		clean()
		return nil, nil, err
	}
	return b, clean, nil
}

// watched is w if it is a terminal, and nothing otherwise.
func watched(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return f
		}
	}
	return io.Discard
}

// choose decides which servers are measured.
func (b *bench) choose(o options) error {
	built, err := proc.NewSpec(ours, o.miniredisd)
	if err != nil {
		return err
	}
	b.servers = []proc.Spec{built}
	switch path, err := exec.LookPath(o.redis); {
	case o.redis == "":
	case err != nil:
		fmt.Fprintf(b.stderr, "no %s here: there will be nothing to compare with\n", o.redis)
	default:
		theirs, err := proc.NewSpec(reference, path)
		if err != nil {
			return err
		}
		b.servers = append(b.servers, theirs)
	}
	b.servers = append(b.servers, o.servers...)
	b.versions = map[string]string{}
	for _, s := range b.servers {
		if _, twice := b.versions[s.Name]; twice {
			return fmt.Errorf("two servers are called %s", s.Name)
		}
		if _, err := exec.LookPath(s.Argv[0]); err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		b.versions[s.Name] = s.Version()
	}
	return nil
}

// build builds miniredisd as it is released: without cgo. flags are more of go build's.
func build(ctx context.Context, file string, flags ...string) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	args := slices.Concat([]string{"build", "-trimpath", "-o", file}, flags, []string{"./cmd/miniredisd"})
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build of miniredisd: %w\n%s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

var moduleLine = regexp.MustCompile(`(?m)^module github\.com/miniredisd/miniredisd\s*$`)

// moduleRoot is the directory, the working directory or above it, where miniredisd's own module is.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && moduleLine.Match(text) {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("this is not within miniredisd's source tree; --miniredisd names a built program")
		}
		dir = parent
	}
}

// each calls measure for every server in every round, the servers taking turns, so that what else the machine does falls on
// all alike.
func (b *bench) each(ctx context.Context, measure func(spec proc.Spec) error) error {
	for round := range b.rounds {
		for _, spec := range b.servers {
			if err := ctx.Err(); err != nil {
				return err
			}
			fmt.Fprintf(b.progress, "\rround %d of %d: %-20s", round+1, b.rounds, spec.Name)
			if err := measure(spec); err != nil {
				fmt.Fprintln(b.progress)
				return err
			}
		}
	}
	fmt.Fprintf(b.progress, "\r%-50s\r", "")
	return nil
}
