package server

// MONITOR: clients that get a line about each command that is executed. The lines wait in the client's queue like other
// messages: whoever executes a command does not wait for those who watch, and one that does not read is cut off at the
// limit of its output.

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/miniredisd/miniredisd/command"
)

// monitors are the clients that watch.
type monitors struct {
	mu      sync.Mutex // held while a line is given out; before the locks of the clients' queues
	clients []*command.Client
}

// Monitor implements command.Host.
func (s *Server) Monitor(c *command.Client, on bool) {
	if c.Monitors.Swap(on) == on {
		return
	}
	m := &s.watching.monitors
	m.mu.Lock()
	if on {
		m.clients = append(m.clients, c)
	} else {
		m.clients = slices.DeleteFunc(m.clients, func(other *command.Client) bool { return other == c })
	}
	m.mu.Unlock()
	s.setNoteworthy()
}

// tell sends the line about a command to all who watch. It runs inside the command's unit, so that they see the commands on
// a key in the order in which they were executed.
func (m *monitors) tell(c *command.Client, spec *command.Spec, args [][]byte, micros int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.clients) == 0 {
		return
	}
	line := monitorLine(c, spec.Shown(args), micros)
	for _, watcher := range m.clients {
		watcher.Subs.Push(line)
	}
}

// monitorLine is a status reply: when, in which database, by whom, and what.
func monitorLine(c *command.Client, args [][]byte, micros int64) []byte {
	size := 64 + len(c.Addr)
	for _, a := range args {
		size += len(a) + 3
	}
	line := append(make([]byte, 0, size), '+')
	line = strconv.AppendInt(line, micros/1e6, 10)
	fraction := strconv.Itoa(int(micros % 1e6))
	line = append(line, '.')
	line = append(line, "000000"[len(fraction):]...)
	line = append(line, fraction...)
	line = append(line, " ["...)
	line = strconv.AppendInt(line, int64(c.DB), 10)
	line = append(line, ' ')
	switch {
	case c.Script:
		line = append(line, "lua"...)
	case c.Unix:
		line = append(append(line, "unix:"...), strings.TrimSuffix(c.Addr, ":0")...)
	default:
		line = append(line, c.Addr...)
	}
	line = append(line, ']')
	for _, a := range args {
		line = appendQuoted(append(line, ' '), a)
	}
	return append(line, "\r\n"...)
}

// appendQuoted appends an argument as redis-cli shows it: in quotes, and no byte but printable ASCII.
func appendQuoted(dst, arg []byte) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for _, b := range arg {
		switch {
		case b == '"' || b == '\\':
			dst = append(dst, '\\', b)
		case b >= ' ' && b <= '~':
			dst = append(dst, b)
		default:
			if at := strings.IndexByte("\n\r\t\a\b", b); at >= 0 {
				dst = append(dst, '\\', "nrtab"[at])
			} else {
				dst = append(dst, '\\', 'x', hex[b>>4], hex[b&15])
			}
		}
	}
	return append(dst, '"')
}
