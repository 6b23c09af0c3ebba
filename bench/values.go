package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// maxElements bounds --elements, for the sake of the machine's memory.
const maxElements = 50_000_000

// values measures what memory large values take.
type values struct {
	elements int
	names    string
	settle   time.Duration
	kinds    []load.Kind // set by check
}

type valuesKey struct{ kind, server string }

// valuesResult is what the elements of a kind take in a server.
type valuesResult struct {
	Server   string        `json:"server"`
	Kind     string        `json:"kind"`
	Title    string        `json:"title"`
	Elements int           `json:"elements"`
	Bytes    stats.Summary `json:"rss_per_element_bytes"` // what RSS grew by, per element
	Ratio    float64       `json:"rss_ratio"`
	Seconds  stats.Summary `json:"write_seconds"`
	Failed   string        `json:"failed,omitempty"`
}

func (o *values) declare(fs *flag.FlagSet) {
	var names []string
	for _, k := range load.Kinds {
		names = append(names, k.Name)
	}
	all := strings.Join(names, ",")
	fs.IntVar(&o.elements, "elements", 1_000_000, "how many elements the value has, or how many small values there are")
	fs.StringVar(&o.names, "kinds", all, "which `kinds` of values, with commas")
	fs.DurationVar(&o.settle, "settle", time.Second, "how long after start, and after the last element, the memory is read")
}

func (o *values) check() error {
	if o.elements < 1 || o.elements > maxElements || o.settle < 0 {
		return errors.New("--elements must be 1 to 50 million, --settle not negative")
	}
	for name := range strings.SplitSeq(o.names, ",") {
		i := slices.IndexFunc(load.Kinds, func(k load.Kind) bool { return k.Name == name })
		if i < 0 {
			return fmt.Errorf("--kinds: %q is not known", name)
		}
		o.kinds = append(o.kinds, load.Kinds[i])
	}
	return nil
}

func (o *values) run(ctx context.Context, b *bench) (outcome, error) {
	bytes, seconds, failed := series[valuesKey]{}, series[valuesKey]{}, map[valuesKey]string{}
	err := b.each(ctx, func(spec proc.Spec) error {
		for _, k := range o.kinds {
			at := valuesKey{k.Name, spec.Name}
			if failed[at] != "" {
				continue
			}
			p, err := load.StartReady(ctx, spec, b.cores.Server)
			if err != nil {
				return err
			}
			grown, took, err := o.measure(p, k)
			if dead := p.Exited(); dead != nil || ctx.Err() != nil {
				p.Stop()
				return errors.Join(dead, ctx.Err())
			}
			if err != nil {
				failed[at] = err.Error() // the server does not know the command, most likely
			} else {
				bytes.add(at, grown/float64(o.elements))
				seconds.add(at, took.Seconds())
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
	var results []valuesResult
	var groups []string
	for _, k := range o.kinds {
		groups = append(groups, k.Name)
		for _, s := range b.servers {
			at := valuesKey{k.Name, s.Name}
			results = append(results, valuesResult{Server: s.Name, Kind: k.Name, Title: k.Title, Elements: o.elements, Bytes: bytes.summary(at),
				Ratio: bytes.ratio(at, valuesKey{k.Name, reference}), Seconds: seconds.summary(at), Failed: failed[at]})
		}
	}
	bars := b.bars("Memory of an element", "bytes of RSS", groups, func(server, group int) stats.Summary {
		return results[group*len(b.servers)+server].Bytes
	})
	return outcome{results, bars}, o.print(b, results)
}

// measure writes a value and returns what RSS has grown by, in bytes, and how long it took.
func (o *values) measure(p *proc.Process, k load.Kind) (grown float64, took time.Duration, err error) {
	time.Sleep(o.settle)
	before, err := p.RSS()
	if err != nil {
		return 0, 0, err
	}
	start := time.Now()
	if err := k.Write(p.Addr, o.elements); err != nil {
		return 0, 0, err
	}
	took = time.Since(start)
	time.Sleep(o.settle)
	after, err := p.RSS()
	return float64(after - before), took, err
}

func (o *values) print(b *bench, results []valuesResult) error {
	fmt.Fprintf(b.stdout, "%d elements; memory is what RSS has grown by %v after the last\n\n", o.elements, o.settle)
	t := table.New("what", "server", ">bytes each", ">ratio", ">written in, s")
	for _, r := range results {
		if r.Failed != "" {
			t.Row(r.Title, r.Server, "failed")
			continue
		}
		t.Row(r.Title, r.Server, table.Spread(r.Bytes), table.Ratio(r.Ratio), table.Spread(r.Seconds))
	}
	if _, err := t.WriteTo(b.stdout); err != nil {
		return err
	}
	for _, r := range results {
		if r.Failed != "" {
			fmt.Fprintf(b.stdout, "\n%s of %s: %s\n", r.Kind, r.Server, r.Failed)
		}
	}
	return nil
}
