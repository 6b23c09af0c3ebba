// Package admin holds the commands for whoever runs the server: what it can do (COMMAND), how it is set up (CONFIG), how
// it fares (INFO), whole databases at once (DBSIZE, FLUSHALL, SWAPDB, …), its end (SHUTDOWN), and DEBUG for tests.
package admin

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
)

// Commands of the group.
var Commands = slices.Concat(
	[]command.Spec{commandSpec, configSpec, infoSpec, memorySpec, slowlogSpec, latencySpec, monitorSpec, moduleSpec, debugSpec, shutdownSpec, lolwutSpec},
	databaseSpecs,
	timeSpecs,
)
