package admin

// The two subcommands of MEMORY that write for people.

import (
	"fmt"
	"runtime/metrics"
	"strings"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store/ds/arena"
)

// What DOCTOR takes for odd; below leastUse it does not judge.
const (
	leastUse     = 5 << 20
	oddPeak      = 1.5
	oddRSS       = 1.4
	oddHoles     = 1.1
	oddHoleBytes = 10 << 20
	oddClient    = 200 << 10 // bytes of buffers per client
)

// findings are what is odd, each a sentence or two.
func findings(m *command.MemoryUse) (found []string) {
	odd := func(a, b uint64, factor float64) bool {
		return quotient(a, b) > factor && a-b > oddHoleBytes
	}
	if quotient(m.Peak, m.Used) > oddPeak {
		found = append(found, fmt.Sprintf("Peak: at one time %d bytes were in use, now it is %d. What arenas no longer need has gone back to "+
			"the system; MEMORY PURGE does the same for the heap of Go.", m.Peak, m.Used))
	}
	if odd(m.RSS, m.Used, oddRSS) {
		found = append(found, fmt.Sprintf("RSS: the process occupies %.2f times what is in use. After a peak that is harmless, and MEMORY "+
			"PURGE may end it; else look at the next findings.", quotient(m.RSS, m.Used)))
	}
	if odd(m.Active, m.Objects, oddHoles) {
		found = append(found, fmt.Sprintf("Holes: %d bytes lie unused between records and objects, as happens after many deletions. New keys "+
			"of the same sizes fill them; a restart with the log does away with them.", m.Active-m.Objects))
	}
	if odd(m.Mapped, m.Active, oddHoles) {
		found = append(found, fmt.Sprintf("Kept: the runtime of Go keeps %d bytes for its next allocations, most likely since a peak. MEMORY "+
			"PURGE gives them back.", m.Mapped-m.Active))
	}
	if odd(m.RSS, m.Mapped, oddHoles) {
		found = append(found, fmt.Sprintf("Unaccounted: %d bytes of the process are neither of the arenas nor of Go's runtime. Transparent "+
			"huge pages may be the cause.", m.RSS-m.Mapped))
	}
	if m.Connections > 0 && m.Clients/uint64(m.Connections) > oddClient {
		found = append(found, fmt.Sprintf("Buffers: %d clients hold %d bytes of buffers, more than 200 KB each. CLIENT LIST tells which of "+
			"them do not read their replies or send very large requests.", m.Connections, m.Clients))
	}
	return found
}

func memoryDoctor(c *command.Ctx) {
	m := c.Host.Memory(c.Tx)
	c.Out.Verbatim("txt", diagnosis(&m))
}

func diagnosis(m *command.MemoryUse) string {
	if m.Used < leastUse {
		return "There is next to nothing in memory, so there is nothing to judge. Ask again when there are data.\n"
	}
	found := findings(m)
	if len(found) == 0 {
		return "Nothing is odd about the memory of this server.\n"
	}
	var text strings.Builder
	text.WriteString("Some things are odd about the memory of this server:\n\n")
	for _, f := range found {
		text.WriteString(" * " + f + "\n\n")
	}
	return text.String()
}

// runtimeFigures are what MALLOC-STATS shows of Go's runtime: the name there, and the runtime's own.
var runtimeFigures = []struct{ title, name string }{
	{"objects, with garbage", "/memory/classes/heap/objects:bytes"},
	{"holes between objects", "/memory/classes/heap/unused:bytes"},
	{"free, kept", "/memory/classes/heap/free:bytes"},
	{"free, given back", "/memory/classes/heap/released:bytes"},
	{"stacks", "/memory/classes/heap/stacks:bytes"},
	{"stacks of threads", "/memory/classes/os-stacks:bytes"},
	{"accounts of the heap", "/memory/classes/metadata/mspan/inuse:bytes"},
	{"profiles", "/memory/classes/profiling/buckets:bytes"},
	{"other", "/memory/classes/other:bytes"},
	{"all", "/memory/classes/total:bytes"},
	{"objects, count", "/gc/heap/objects:objects"},
	{"next collection at", "/gc/heap/goal:bytes"},
	{"collections", "/gc/cycles/total:gc-cycles"},
}

func memoryMallocStats(c *command.Ctx) {
	samples := make([]metrics.Sample, len(runtimeFigures))
	for i, f := range runtimeFigures {
		samples[i].Name = f.name
	}
	metrics.Read(samples)
	var text strings.Builder
	line := func(title string, n uint64) { fmt.Fprintf(&text, "  %-22s %14d\n", title, n) }
	records := c.Tx.Memory().Records
	place := "outside the heap of Go"
	if !arena.OffHeap {
		place = "on the heap of Go"
	}
	fmt.Fprintf(&text, "Arenas of records and hash tables, %s (bytes):\n", place)
	line("blocks, count", uint64(records.Blocks))
	line("in blocks", uint64(records.Allocated))
	line("held", uint64(records.Held))
	text.WriteString("Runtime of Go (bytes):\n")
	for i, f := range runtimeFigures {
		line(f.title, samples[i].Value.Uint64())
	}
	c.Out.Verbatim("txt", text.String())
}
