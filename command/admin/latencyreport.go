package admin

// What LATENCY DOCTOR says: figures of each event, then advice that goes with it.

import (
	"fmt"
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
)

func latencyDoctor(c *command.Ctx) { c.Out.Verbatim("txt", latencyReport(c)) }

func latencyReport(c *command.Ctx) string {
	all, threshold := c.Host.LatencyEvents().All(), c.Host.Config().Int(config.LatencyMonitorThreshold)
	switch {
	case len(all) == 0 && threshold == 0:
		return "Nothing is known about latencies, because nobody watches them. CONFIG SET latency-monitor-threshold <milliseconds> " +
			"begins with it: what takes that long or longer is noted.\n"
	case len(all) == 0:
		return fmt.Sprintf("Nothing took %d ms or longer. There is no advice to give.\n", threshold)
	}
	var b strings.Builder
	b.WriteString("Some things took long:\n\n")
	var advice []string
	for i, s := range all {
		f := s.Figures(c.Now() / 1000)
		fmt.Fprintf(&b, "%d. %s: %d latency spikes (average %dms, mean deviation %dms, period %.2f sec). Worst all time event %dms.\n",
			i+1, s.Event, f.Count, f.Mean, f.Deviation, float64(f.Seconds)/float64(f.Count), s.Worst)
		for _, a := range adviceOn(c, s.Event) {
			advice = append(advice, "- "+a+"\n")
		}
	}
	b.WriteString("\nWhat might help:\n\n")
	b.WriteString(strings.Join(advice, ""))
	return b.String()
}

// adviceOn lists what might help against an event.
func adviceOn(c *command.Ctx, event string) []string {
	switch event {
	case "command":
		return append(slowlogAdvice(c), "Commands on very large values take long, and others wait for them: many small values are better.")
	case "fast-command":
		return []string{"Commands that are always quick took long, so the server did not get the processor: lower the load of the " +
			"machine, or give the server cores of its own; a virtual machine may have busy neighbours."}
	case "expire-cycle":
		return []string{"Many keys, or very large ones, expired at the same time: spread their deadlines."}
	case "aof-fsync-always":
		return []string{"Each change waits for the disk: appendfsync everysec does not, but a crash of the machine may then lose a second."}
	}
	return []string{"The disk is slow to take the append only file: use a local, fast one that others leave alone."}
}

// slowlogAdvice is about how to find out which commands are slow.
func slowlogAdvice(c *command.Ctx) []string {
	cfg := c.Host.Config()
	threshold := cfg.Int(config.LatencyMonitorThreshold)
	slower := cfg.Int(config.SlowLogLogSlowerThan)
	switch {
	case slower < 0 || cfg.Int(config.SlowLogMaxLen) == 0:
		return []string{fmt.Sprintf("The slow log is off. CONFIG SET slowlog-log-slower-than %d lets it show which commands took long.", threshold*1000)}
	case slower/1000 > threshold:
		return []string{fmt.Sprintf("The slow log shows only what takes longer than what is noted here. CONFIG SET "+
			"slowlog-log-slower-than %d makes it show the same.", threshold*1000)}
	}
	return []string{"SLOWLOG GET shows which commands took long."}
}
