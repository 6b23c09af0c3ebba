// Package all joins the groups of commands. A command that is not in this list does not exist.
package all

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/connection"
	"github.com/miniredisd/miniredisd/command/keys"
	"github.com/miniredisd/miniredisd/command/strings"
)

// Registry returns all commands of the server. Each call makes a new one, since renames are a server's own.
func Registry() *command.Registry {
	return command.NewRegistry(
		connection.Commands,
		keys.Commands,
		strings.Commands,
	)
}
