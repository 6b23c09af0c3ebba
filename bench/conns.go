package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// spareFiles are open files beside the connections: a server's own, and those of this program.
const spareFiles = 100

// conns measures what connections cost on which nothing happens.
type conns struct {
	connections  int
	settle, idle time.Duration
}

// connsResult is what idle connections cost a server.
type connsResult struct {
	Server      string        `json:"server"`
	Connections int           `json:"connections"`
	AtOnce      stats.Summary `json:"rss_per_connection_at_once_bytes"`
	PerConn     stats.Summary `json:"rss_per_connection_bytes"` // after the time of idleness
	Ratio       float64       `json:"rss_ratio"`
	CPU         stats.Summary `json:"idle_cpu_percent"`
	CPURatio    float64       `json:"idle_cpu_ratio"`
}

func (o *conns) declare(fs *flag.FlagSet) {
	fs.IntVar(&o.connections, "connections", 10_000, "how many")
	fs.DurationVar(&o.settle, "settle", time.Second, "how long after the start, and after the last connection, measuring begins")
	fs.DurationVar(&o.idle, "idle", 5*time.Second, "how long nothing happens")
}

func (o *conns) check() error {
	if o.connections < 1 || o.settle < 0 || o.idle <= 0 {
		return errors.New("--connections must be at least 1, --settle not negative, --idle positive")
	}
	return nil
}

func (o *conns) run(ctx context.Context, b *bench) (outcome, error) {
	if err := o.limit(b); err != nil {
		return outcome{}, err
	}
	atOnce, perConn, cpu := series[string]{}, series[string]{}, series[string]{}
	err := b.each(ctx, func(spec proc.Spec) error {
		spec, _ = spec.With("--maxclients", strconv.Itoa(o.connections+spareFiles))
		p, err := load.StartReady(ctx, spec, b.cores.Server)
		if err != nil {
			return err
		}
		m, err := o.measure(ctx, p)
		if err != nil {
			p.Stop()
			return fmt.Errorf("%s: %w", spec.Name, err)
		}
		atOnce.add(spec.Name, m.atOnce)
		perConn.add(spec.Name, m.perConn)
		cpu.add(spec.Name, m.cpu)
		return p.Stop()
	})
	if err != nil {
		return outcome{}, err
	}
	fmt.Fprintf(b.stdout, "%d connections, each of which has sent a PING; then nothing happens for %v\n\n", o.connections, o.idle)
	var results []connsResult
	t := table.New("server", ">RSS per connection at once", ">after idleness", ">ratio", ">CPU, % of a core", ">ratio")
	for _, s := range b.servers {
		r := connsResult{
			s.Name, o.connections, atOnce.summary(s.Name), perConn.summary(s.Name), perConn.ratio(s.Name, reference),
			cpu.summary(s.Name), cpu.ratio(s.Name, reference),
		}
		results = append(results, r)
		t.Row(r.Server, table.Spread(r.AtOnce), table.Spread(r.PerConn), table.Ratio(r.Ratio), table.Spread(r.CPU), table.Ratio(r.CPURatio))
	}
	bars := b.bars("Memory of an idle connection", "bytes of RSS", []string{"at once", "after idleness"}, func(server, group int) stats.Summary {
		if group == 0 {
			return results[server].AtOnce
		}
		return results[server].PerConn
	})
	_, err = t.WriteTo(b.stdout)
	return outcome{results, bars}, err
}

// limit lowers the number of connections to what the limit of open files allows, and says so.
func (o *conns) limit(b *bench) error {
	files, err := proc.OpenFiles()
	if err != nil {
		return fmt.Errorf("raising the limit of open files: %w", err)
	}
	if files <= spareFiles {
		return fmt.Errorf("only %d open files are allowed", files)
	}
	if allowed := files - spareFiles; uint64(o.connections) > allowed {
		fmt.Fprintf(b.stderr, "a process may have no more than %d files open: %d connections instead of %d\n", files, allowed, o.connections)
		o.connections = int(allowed)
	}
	return nil
}

// connsMeasured is what one server has shown; memory in bytes per connection, CPU in percent of a core.
type connsMeasured struct{ atOnce, perConn, cpu float64 }

func (o *conns) measure(ctx context.Context, p *proc.Process) (m connsMeasured, err error) {
	time.Sleep(o.settle)
	empty, err := p.RSS()
	if err != nil {
		return m, err
	}
	idle, err := load.OpenIdle(ctx, p.Addr, o.connections)
	if err != nil {
		return m, err
	}
	defer idle.Close()
	full, err := p.RSS()
	if err != nil {
		return m, err
	}
	time.Sleep(o.settle)
	start := time.Now()
	before, err := p.CPU()
	if err != nil {
		return m, err
	}
	select {
	case <-time.After(o.idle):
	case <-ctx.Done():
		return m, ctx.Err()
	}
	after, err := p.CPU()
	if err != nil {
		return m, err
	}
	m.cpu = 100 * (after - before).Seconds() / time.Since(start).Seconds()
	end, err := p.RSS()
	n := float64(o.connections)
	m.atOnce, m.perConn = float64(full-empty)/n, float64(end-empty)/n
	return m, err
}
