package server

// INFO: its sections and how they are chosen. What each section says stands in the other info files.

import (
	"fmt"
	"io"
	"strings"

	"github.com/miniredisd/miniredisd/store"
)

// infoSection is one section.
type infoSection struct {
	title string // the name, with a capital
	alias string // another name for asking
	extra bool   // not among the default ones: to be asked for by name, or by "all"
	named bool   // to be asked for by name only
	write func(*infoWriter)
}

// infoSections are all sections in their order.
var infoSections = []infoSection{
	{title: "Server", write: infoServer},
	{title: "Clients", write: infoClients},
	{title: "Memory", write: infoMemory},
	{title: "Persistence", write: infoPersistence},
	{title: "Stats", write: infoStats},
	{title: "Replication", write: infoReplication},
	{title: "CPU", write: infoCPU},
	{title: "Modules", alias: "module_list", write: func(*infoWriter) {}},
	{title: "Commandstats", extra: true, write: infoCommandStats},
	{title: "Errorstats", write: infoErrorStats},
	{title: "Latencystats", extra: true, write: infoLatencyStats},
	{title: "Cluster", write: infoCluster},
	{title: "Keyspace", write: infoKeyspace},
	{title: "Debug", named: true, write: infoDebug},
}

// infoWriter writes the lines of one INFO. The unit is exclusive: clients may be looked at.
type infoWriter struct {
	io.Writer
	s  *Server
	tx *store.Tx
}

// Info implements command.Host.
func (s *Server) Info(tx *store.Tx, w io.Writer, sections []string) {
	out := &infoWriter{w, s, tx}
	wanted := infoRequest(sections)
	first := true
	for i := range infoSections {
		section := &infoSections[i]
		if !wanted(section) {
			continue
		}
		if !first {
			io.WriteString(w, "\r\n")
		}
		first = false
		io.WriteString(w, "# "+section.title+"\r\n")
		section.write(out)
	}
}

// infoRequest reads the arguments of INFO.
func infoRequest(sections []string) func(*infoSection) bool {
	defaults, all := len(sections) == 0, false
	named := map[string]bool{}
	for _, name := range sections {
		switch name = strings.ToLower(name); name {
		case "default":
			defaults = true
		case "all", "everything":
			all = true
		default:
			named[name] = true
		}
	}
	return func(sec *infoSection) bool {
		if named[strings.ToLower(sec.title)] || sec.alias != "" && named[sec.alias] {
			return true
		}
		return !sec.named && (all || defaults && !sec.extra)
	}
}

// field writes one line: an integer, a string, a bool (as 1 or 0), or a float with two decimals.
func (w *infoWriter) field(name string, value any) {
	switch v := value.(type) {
	case bool:
		n := 0
		if v {
			n = 1
		}
		fmt.Fprintf(w, "%s:%d\r\n", name, n)
	case float64:
		fmt.Fprintf(w, "%s:%.2f\r\n", name, v)
	default:
		fmt.Fprintf(w, "%s:%v\r\n", name, v)
	}
}

// zeros writes fields of what this server does not have or do: they are there for those who read them.
func (w *infoWriter) zeros(names ...string) {
	for _, n := range names {
		w.field(n, 0)
	}
}

// status is the word for whether something went well.
func status(ok bool) string {
	if ok {
		return "ok"
	}
	return "err"
}
