package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"

	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// aofModes are what is compared, and the options for each. Rewrites of the file would fall on some runs and not on others.
var aofModes = []struct {
	name    string
	options []string
}{
	{"none", []string{"--appendonly", "no"}},
	{"everysec", []string{"--appendonly", "yes", "--appendfsync", "everysec", "--auto-aof-rewrite-percentage", "0"}},
	{"always", []string{"--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"}},
}

// aof measures what the append-only file costs.
type aof struct {
	workload
	pipelineList string
	pipelines    []int // set by check
}

type aofKey struct {
	pipeline     int
	mode, server string
}

// aofResult is what SET costs a server in a mode.
type aofResult struct {
	Server   string `json:"server"`
	Pipeline int    `json:"pipeline"`
	Mode     string `json:"mode"`
	Requests int    `json:"requests"`
	Load     string `json:"load"`
	drivenFigures
	CPUOverNone float64 `json:"cpu_over_none"` // the quotient of the server's own medians
	RPSOverNone float64 `json:"requests_over_none"`
}

func (o *aof) declare(fs *flag.FlagSet) {
	o.workload.declare(fs, loadAuto, 100_000)
	fs.StringVar(&o.pipelineList, "pipeline", "1,16", "how many requests are sent at once, `numbers` with commas")
}

func (o *aof) check() (err error) {
	o.pipelines, err = numbers("--pipeline", o.pipelineList)
	return errors.Join(err, o.workload.check(o.pipelines...))
}

func (o *aof) run(ctx context.Context, b *bench) (outcome, error) {
	if proc.InMemory(os.TempDir()) {
		fmt.Fprintf(b.stderr, "%s is in memory, where syncing costs nothing: set TMPDIR to a directory on a disk\n", os.TempDir())
	}
	b.servers = slices.DeleteFunc(b.servers, func(s proc.Spec) bool {
		_, ok := s.With()
		if !ok {
			fmt.Fprintf(b.stderr, "%s is left out: as its command has a {port}, how it is told to append to a file is not known\n", s.Name)
		}
		return !ok
	})
	rounds := newDrivenRounds[aofKey]()
	err := b.each(ctx, func(spec proc.Spec) error {
		for _, mode := range aofModes {
			spec, _ := spec.With(mode.options...)
			p, err := load.StartReady(ctx, spec, b.cores.Server)
			if err != nil {
				return err
			}
			for _, pipeline := range o.pipelines {
				d, err := o.drive(ctx, p, o.benchmark("set", pipeline), b.cores.Load)
				if err != nil {
					p.Stop()
					return fmt.Errorf("%s, appendfsync %s: %w", spec.Name, mode.name, err)
				}
				rounds.add(aofKey{pipeline, mode.name, spec.Name}, d)
			}
			if err := p.Stop(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return outcome{}, err
	}
	results := o.results(b, rounds)
	var groups []string
	for _, p := range o.pipelines {
		for _, mode := range aofModes {
			groups = append(groups, fmt.Sprintf("%s P=%d", mode.name, p))
		}
	}
	bars := b.bars("CPU time of the server for SET", "µs per request", groups, func(server, group int) stats.Summary {
		return results[group*len(b.servers)+server].CPU
	})
	return outcome{results, bars}, o.print(b, results)
}

func (o *aof) results(b *bench, rounds drivenRounds[aofKey]) []aofResult {
	var results []aofResult
	for _, p := range o.pipelines {
		for _, mode := range aofModes {
			for _, s := range b.servers {
				k, ref, none := aofKey{p, mode.name, s.Name}, aofKey{p, mode.name, reference}, aofKey{p, aofModes[0].name, s.Name}
				results = append(results, aofResult{
					Server: s.Name, Pipeline: p, Mode: mode.name, Requests: o.benchmark("set", p).Requests, Load: o.generator.name(p),
					drivenFigures: rounds.figures(k, ref), CPUOverNone: rounds.cpu.ratio(k, none), RPSOverNone: rounds.rps.ratio(k, none),
				})
			}
		}
	}
	return results
}

func (o *aof) print(b *bench, results []aofResult) error {
	fmt.Fprintf(b.stdout, "SET on %d connections, values of %d bytes, %d keys; \"of none\" is the ratio to the same server without a file\n\n",
		o.clients, o.value, o.keys)
	t := table.New(append([]string{">P", "appendfsync", "server", ">CPU of none", ">requests/s of none"}, drivenHead...)...)
	var all []drivenFigures
	for _, r := range results {
		row := []string{strconv.Itoa(r.Pipeline), r.Mode, r.Server, table.Ratio(r.CPUOverNone), table.Ratio(r.RPSOverNone)}
		t.Row(append(row, r.cells()...)...)
		if r.Mode != "always" { // which waits for the disk, so that no core need be busy
			all = append(all, r.drivenFigures)
		}
	}
	if _, err := t.WriteTo(b.stdout); err != nil {
		return err
	}
	b.warn(all)
	return nil
}
