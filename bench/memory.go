package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/proc"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// maxMemoryKeys bounds --keys, for the sake of the machine's memory.
const maxMemoryKeys = 100_000_000

const megabyte = 1 << 20

// memory measures what memory keys take, and what becomes of it when they are gone.
type memory struct {
	keys          int
	values, mode  string
	settle, after time.Duration
	cases         []memoryCase // set by check
}

// memoryCase is a kind of keys.
type memoryCase struct {
	value int // bytes
	ttl   bool
}

type memoryKey struct {
	memoryCase
	server string
}

// memoryResult is what keys of a kind take in a server.
type memoryResult struct {
	Server string `json:"server"`
	Value  int    `json:"value_bytes"`
	TTL    bool   `json:"ttl"`
	Keys   int    `json:"keys"`
	Flush  string `json:"flush"` // ASYNC or SYNC
	memoryFigures
	PerKeyRatio float64 `json:"rss_per_key_ratio"`
}

type memoryFigures struct {
	Empty  stats.Summary `json:"empty_mb"`          // RSS before the first key, but for a few that have gone
	PerKey stats.Summary `json:"rss_per_key_bytes"` // what RSS grew by, per key
	Answer stats.Summary `json:"flushall_ms"`       // until FLUSHALL was answered
	Wait   stats.Summary `json:"ping_longest_ms"`   // the longest wait of another client from when FLUSHALL was sent
	Left   stats.Summary `json:"left_mb"`           // RSS some time after FLUSHALL
}

func (o *memory) declare(fs *flag.FlagSet) {
	fs.IntVar(&o.keys, "keys", 5_000_000, "how many keys, of 17 bytes each")
	fs.StringVar(&o.values, "values", "16,64", "sizes of the values in bytes, `numbers` with commas")
	fs.StringVar(&o.mode, "flush", "async", "how FLUSHALL frees the memory: async or sync")
	fs.DurationVar(&o.settle, "settle", time.Second, "how long after a few keys have gone, and after the last key, the memory is read")
	fs.DurationVar(&o.after, "after", 2*time.Second, "how long after FLUSHALL the memory is read")
}

func (o *memory) check() error {
	if o.keys < 1 || o.keys > maxMemoryKeys || o.settle < 0 || o.after <= 0 {
		return errors.New("--keys must be 1 to 100 million, --settle not negative, --after positive")
	}
	if o.mode = strings.ToUpper(o.mode); o.mode != "ASYNC" && o.mode != "SYNC" {
		return errors.New("--flush must be async or sync")
	}
	values, err := numbers("--values", o.values)
	for _, ttl := range []bool{false, true} {
		for _, v := range values {
			o.cases = append(o.cases, memoryCase{v, ttl})
		}
	}
	return err
}

func (o *memory) run(ctx context.Context, b *bench) (outcome, error) {
	empty, perKey, flush, wait, left := series[memoryKey]{}, series[memoryKey]{}, series[memoryKey]{}, series[memoryKey]{}, series[memoryKey]{}
	err := b.each(ctx, func(spec proc.Spec) error {
		for _, c := range o.cases {
			p, err := load.StartReady(ctx, spec, b.cores.Server)
			if err != nil {
				return err
			}
			m, err := o.measure(ctx, p, c)
			if err != nil {
				p.Stop()
				return fmt.Errorf("%s: %w", spec.Name, err)
			}
			k := memoryKey{c, spec.Name}
			empty.add(k, m.empty/megabyte)
			perKey.add(k, m.perKey)
			flush.add(k, m.flush)
			wait.add(k, m.wait)
			left.add(k, m.left/megabyte)
			if err := p.Stop(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return outcome{}, err
	}
	var results []memoryResult
	for _, c := range o.cases {
		for _, s := range b.servers {
			k := memoryKey{c, s.Name}
			results = append(results, memoryResult{
				Server: s.Name, Value: c.value, TTL: c.ttl, Keys: o.keys, Flush: o.mode, PerKeyRatio: perKey.ratio(k, memoryKey{c, reference}),
				memoryFigures: memoryFigures{
					Empty: empty.summary(k), PerKey: perKey.summary(k), Answer: flush.summary(k), Wait: wait.summary(k), Left: left.summary(k),
				},
			})
		}
	}
	var groups []string
	for _, c := range o.cases {
		groups = append(groups, c.String())
	}
	bars := b.bars("Memory of a key of 17 bytes", "bytes of RSS", groups, func(server, group int) stats.Summary {
		return results[group*len(b.servers)+server].PerKey
	})
	return outcome{results, bars}, o.print(b, results)
}

func (c memoryCase) String() string {
	if c.ttl {
		return fmt.Sprintf("%d B + TTL", c.value)
	}
	return fmt.Sprintf("%d B", c.value)
}

// memoryMeasured is what one server has shown; memory in bytes, times in ms.
type memoryMeasured struct{ empty, perKey, flush, wait, left float64 }

// measure fills the server and empties it again.
func (o *memory) measure(ctx context.Context, p *proc.Process, c memoryCase) (m memoryMeasured, err error) {
	if err := o.warm(ctx, p.Addr, c); err != nil {
		return m, err
	}
	time.Sleep(o.settle)
	before, err := p.RSS()
	if err != nil {
		return m, err
	}
	fill := load.Fill{Keys: o.keys, Value: c.value}
	if c.ttl {
		// From an hour on, a millisecond apart: none passes meanwhile, and they are as different as they would be.
		first := time.Now().Add(time.Hour).UnixMilli()
		fill.Deadline = func(i int) int64 { return first + int64(i) }
	}
	if err := fill.Run(ctx, p.Addr); err != nil {
		return m, err
	}
	time.Sleep(o.settle)
	full, err := p.RSS()
	if err != nil {
		return m, err
	}
	m.empty, m.perKey = float64(before), float64(full-before)/float64(o.keys)
	if m.flush, m.wait, err = o.flush(ctx, p.Addr); err != nil {
		return m, err
	}
	after, err := p.RSS()
	m.left = float64(after)
	return m, err
}

// warmKeys is how many keys a server is filled with and emptied of before it counts as empty: the parts of a program that it has not
// read yet are no memory of keys.
const warmKeys = 1000

// warm fills the server with few keys, and empties it.
func (o *memory) warm(ctx context.Context, addr string, c memoryCase) error {
	if err := (load.Fill{Keys: min(warmKeys, o.keys), Value: c.value}).Run(ctx, addr); err != nil {
		return err
	}
	conn, err := load.Dial(addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Do("FLUSHALL", o.mode)
	return err
}

// flush sends FLUSHALL, and on another connection PING every millisecond from just before until the time after it is over.
func (o *memory) flush(ctx context.Context, addr string) (answer, longest float64, err error) {
	flusher, err := load.Dial(addr)
	if err != nil {
		return 0, 0, err
	}
	defer flusher.Close()
	prober, err := load.Dial(addr)
	if err != nil {
		return 0, 0, err
	}
	defer prober.Close()
	for _, c := range []*load.Conn{flusher, prober} { // the server has accepted both before anything is measured
		if _, err := c.Do("PING"); err != nil {
			return 0, 0, err
		}
	}
	answered := make(chan error, 1)
	start := time.Now()
	go func() {
		_, err := flusher.Do("FLUSHALL", o.mode)
		answer = time.Since(start).Seconds() * 1e3
		answered <- err
	}()
	err = probe(ctx, func() (bool, error) {
		asked := time.Now()
		_, err := prober.Do("PING")
		longest = max(longest, time.Since(asked).Seconds()*1e3)
		return time.Since(start) < o.after, err
	})
	if err != nil {
		flusher.Close() // ends the wait for its reply
	}
	return answer, longest, errors.Join(err, <-answered)
}

func (o *memory) print(b *bench, results []memoryResult) error {
	fmt.Fprintf(b.stdout, "%d keys of 17 bytes; memory is RSS, empty and full %v after a few keys have gone and after the last key, and %v after FLUSHALL %s;\n"+
		"the wait is the longest of another client meanwhile\n\n", o.keys, o.settle, o.after, o.mode)
	t := table.New(">value", "TTL", "server", ">bytes per key", ">ratio", ">of it TTL", ">empty, MB", ">FLUSHALL, ms", ">longest wait, ms",
		">MB left", ">of empty")
	for _, r := range results {
		yes, ttl := "no", ""
		if r.TTL {
			yes = "yes"
			without := slices.IndexFunc(results, func(o memoryResult) bool { return o.Server == r.Server && o.Value == r.Value && !o.TTL })
			ttl = table.Number(r.PerKey.Median - results[without].PerKey.Median)
		}
		t.Row(strconv.Itoa(r.Value), yes, r.Server, table.Spread(r.PerKey), table.Ratio(r.PerKeyRatio), ttl, table.Spread(r.Empty),
			table.Spread(r.Answer), table.Spread(r.Wait), table.Spread(r.Left), table.Ratio(stats.Ratio(r.Left.Median, r.Empty.Median)))
	}
	_, err := t.WriteTo(b.stdout)
	return err
}
