package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"

	"github.com/miniredisd/miniredisd/bench/internal/chart"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
)

// header says what is measured where, before the results.
func (b *bench) header(name string) {
	fmt.Fprintf(b.stdout, "%s: median (min..max) of %d rounds; %s/%s, %d cores; %s\n", name, b.rounds, runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), b.cores.Note)
	for _, s := range b.servers {
		fmt.Fprintf(b.stdout, "  %-14s %s\n", s.Name, b.versions[s.Name])
	}
	fmt.Fprintln(b.stdout)
}

// document is the JSON file of a run.
type document struct {
	Benchmark string            `json:"benchmark"`
	OS        string            `json:"os"`
	Arch      string            `json:"arch"`
	CPUs      int               `json:"cpus"`
	Cores     string            `json:"cores"`
	Rounds    int               `json:"rounds"`
	Servers   map[string]string `json:"servers"` // name: version
	Results   any               `json:"results"`
}

// writeJSON writes the results to the file, if one is named.
func (b *bench) writeJSON(file, name string, results any) error {
	if file == "" {
		return nil
	}
	text, err := json.MarshalIndent(document{
		Benchmark: name, OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU(), Cores: b.cores.Note, Rounds: b.rounds,
		Servers: b.versions, Results: results,
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// writeSVG draws the chart into the file, if one is named.
func (b *bench) writeSVG(file, name string, c chart.Chart) error {
	if file == "" {
		return nil
	}
	c.Title = name + ": " + c.Title
	return c.WriteFile(file)
}

// outcome is what a benchmark has found.
type outcome struct {
	results any         // for the JSON file
	chart   chart.Chart // for the SVG file: the figure that matters most
}

// bars is a chart of the servers; value gives the figure of the server and the group with these indices.
func (b *bench) bars(title, unit string, groups []string, value func(server, group int) stats.Summary) chart.Chart {
	c := chart.Chart{Title: title, Unit: unit, Groups: groups}
	for s, spec := range b.servers {
		bars := chart.Bars{Name: spec.Name}
		for g := range groups {
			bars.Values = append(bars.Values, value(s, g))
		}
		c.Bars = append(c.Bars, bars)
	}
	return c
}

// series collects figures of the rounds by some key; the reference's stand under the same key with its name.
type series[K comparable] map[K][]float64

func (s series[K]) add(k K, v float64) { s[k] = append(s[k], v) }

func (s series[K]) summary(k K) stats.Summary { return stats.Summarize(s[k]) }

// ratio is the quotient of two medians, 0 when there is none.
func (s series[K]) ratio(k, reference K) float64 {
	return stats.Ratio(s.summary(k).Median, s.summary(reference).Median)
}
