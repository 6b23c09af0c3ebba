// Package all joins the groups of commands. A command that is not in this list does not exist.
package all

//go:generate go run ../../internal/commanddocs -o ../../docs/commands.md

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/admin"
	"github.com/miniredisd/miniredisd/command/bitmaps"
	"github.com/miniredisd/miniredisd/command/cluster"
	"github.com/miniredisd/miniredisd/command/connection"
	"github.com/miniredisd/miniredisd/command/geo"
	"github.com/miniredisd/miniredisd/command/hashes"
	"github.com/miniredisd/miniredisd/command/hll"
	"github.com/miniredisd/miniredisd/command/keys"
	"github.com/miniredisd/miniredisd/command/lists"
	"github.com/miniredisd/miniredisd/command/pubsub"
	"github.com/miniredisd/miniredisd/command/scripting"
	"github.com/miniredisd/miniredisd/command/sets"
	"github.com/miniredisd/miniredisd/command/streams"
	"github.com/miniredisd/miniredisd/command/strings"
	"github.com/miniredisd/miniredisd/command/transactions"
	"github.com/miniredisd/miniredisd/command/zsets"
)

// Registry returns all commands of the server. Each call makes a new one, since renames are a server's own.
func Registry() *command.Registry {
	return command.NewRegistry(
		admin.Commands,
		bitmaps.Commands,
		cluster.Commands,
		connection.Commands,
		geo.Commands,
		hll.Commands,
		hashes.Commands,
		keys.Commands,
		lists.Commands,
		pubsub.Commands,
		sets.Commands,
		scripting.Commands,
		streams.Commands,
		strings.Commands,
		transactions.Commands,
		zsets.Commands,
	)
}
