package miniredis

// What the server counts, and what it knows about commands.

import (
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/command"
)

// CurrentConnectionCount is the number of connected clients.
func (m *Miniredis) CurrentConnectionCount() int { return len(m.Server().Clients()) }

// TotalConnectionCount is the number of clients that have connected since the start.
func (m *Miniredis) TotalConnectionCount() int { return m.count("total_connections_received") }

// CommandCount is the number of commands that clients have had executed since the start. The accessors do not count.
func (m *Miniredis) CommandCount() int { return m.count("total_commands_processed") }

// count is a number of INFO stats.
func (m *Miniredis) count(field string) int {
	info, _ := m.db().text("INFO", "stats")
	_, rest, _ := strings.Cut(info, "\n"+field+":")
	number, _, _ := strings.Cut(rest, "\r")
	n, _ := strconv.Atoi(number)
	return n
}

// IsReadOnlyCommand reports whether there is such a command and it changes no data.
func (m *Miniredis) IsReadOnlyCommand(cmd string) bool {
	spec := m.Server().Registry().Lookup([]byte(cmd))
	return spec != nil && spec.Flags.Has(command.ReadOnly)
}
