package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/miniredisd/miniredisd/bench/internal/load"
	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/miniredisd/miniredisd/bench/internal/table"
)

// fullCore is the share of its core from which on the load generator, not the server, sets the throughput.
const fullCore = 0.95

// idleCore is the share below which a core is not what limits the throughput. A run's beginning and end cost some percent.
const idleCore = 0.8

// driven is what one measurement under load has shown.
type driven struct {
	cpu                  float64 // of the server, µs per request
	rps                  float64
	loadBusy, serverBusy float64
}

// newDriven is the measurement of requests that have taken used of the server's CPU time, as the load generator saw them.
func newDriven(used time.Duration, requests int, r load.Result) driven {
	return driven{
		cpu: float64(used.Nanoseconds()) / 1e3 / float64(requests), rps: r.RPS,
		loadBusy: r.Busy(), serverBusy: used.Seconds() / r.Wall.Seconds(),
	}
}

// drivenRounds are the measurements of all rounds by some key.
type drivenRounds[K comparable] struct{ cpu, rps, loadBusy, serverBusy series[K] }

func newDrivenRounds[K comparable]() drivenRounds[K] {
	return drivenRounds[K]{series[K]{}, series[K]{}, series[K]{}, series[K]{}}
}

func (r drivenRounds[K]) add(k K, d driven) {
	r.cpu.add(k, d.cpu)
	r.rps.add(k, d.rps)
	r.loadBusy.add(k, d.loadBusy)
	r.serverBusy.add(k, d.serverBusy)
}

func (r drivenRounds[K]) figures(k, reference K) drivenFigures {
	return drivenFigures{
		CPU: r.cpu.summary(k), CPURatio: r.cpu.ratio(k, reference), RPS: r.rps.summary(k), RPSRatio: r.rps.ratio(k, reference),
		LoadBusy: r.loadBusy.summary(k), ServerBusy: r.serverBusy.summary(k),
	}
}

// drivenFigures are the measurements of all rounds, as they stand in the results.
type drivenFigures struct {
	CPU        stats.Summary `json:"cpu_us_per_request"`
	CPURatio   float64       `json:"cpu_ratio"`
	RPS        stats.Summary `json:"requests_per_second"`
	RPSRatio   float64       `json:"requests_ratio"`
	LoadBusy   stats.Summary `json:"load_busy"`   // share of its core that the load generator used
	ServerBusy stats.Summary `json:"server_busy"` // CPU time of the server per time: above 1 on several cores
}

// drivenHead are the heads of the columns that cells fills.
var drivenHead = []string{">CPU µs/request", ">ratio", ">requests/s", ">ratio", ">server's core", ">load's core"}

func (f drivenFigures) cells() []string {
	busy := fmt.Sprintf("%.0f %%", 100*f.LoadBusy.Median)
	if f.full() {
		busy = "full " + busy
	}
	return []string{
		table.Spread(f.CPU), table.Ratio(f.CPURatio), table.Spread(f.RPS), table.Ratio(f.RPSRatio),
		fmt.Sprintf("%.0f %%", 100*f.ServerBusy.Median), busy,
	}
}

// full tells whether the load generator set the pace.
func (f drivenFigures) full() bool { return f.LoadBusy.Median > fullCore }

// idle tells whether neither side did.
func (f drivenFigures) idle() bool { return max(f.LoadBusy.Median, f.ServerBusy.Median) < idleCore }

// warn says below a table what not to read out of it.
func (b *bench) warn(figures []drivenFigures) {
	if slices.ContainsFunc(figures, drivenFigures.idle) {
		fmt.Fprintln(b.stdout, "\nWhere neither core was busy, something else used the machine: requests/s is not to be trusted there.")
	}
	if slices.ContainsFunc(figures, drivenFigures.full) {
		fmt.Fprintln(b.stdout, "\nfull: the load generator used its whole core, so requests/s is its limit, not the server's.")
	}
}
