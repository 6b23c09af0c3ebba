// Package cluster holds the commands of Redis Cluster. There is no cluster here: they are known, so that COMMAND, access
// categories and the errors about arguments are right, and reply what a Redis replies that is no node of one. Client
// libraries ask to find out, and read that error.
package cluster

import (
	"slices"

	"github.com/miniredisd/miniredisd/command"
)

// Commands of the group.
var Commands = slices.Concat([]command.Spec{clusterSpec}, modeSpecs)

// errDisabled is the reply of a server that is no node of a cluster, of which client libraries know each word.
const errDisabled = "ERR This instance has cluster support disabled"

func disabled(c *command.Ctx) { c.Out.Error(errDisabled) }

const (
	// readFlags are of subcommands that tell about the cluster, changeFlags of those that change it.
	readFlags   = command.Stale
	changeFlags = command.NoAsyncLoading | command.Admin | command.Stale
)

// varies is the tip of a reply that depends on the node that gives it.
var varies = []string{"nondeterministic_output"}

// modeSpecs are about what a connection may ask of a node. Their Categories are those of commands about connections.
var modeSpecs = []command.Spec{
	{Name: "asking", Group: command.Cluster, Since: "3.0.0", Complexity: "O(1)", Arity: 1, Flags: command.Fast,
		Categories: command.CatConnection, Summary: "Announces a command that another node has sent the client here for.", Run: disabled},
	{Name: "readonly", Group: command.Cluster, Since: "3.0.0", Complexity: "O(1)", Arity: 1,
		Flags: command.Fast | command.Loading | command.Stale, Categories: command.CatConnection,
		Summary: "Lets the connection read from a replica.", Run: disabled},
	{Name: "readwrite", Group: command.Cluster, Since: "3.0.0", Complexity: "O(1)", Arity: 1,
		Flags: command.Fast | command.Loading | command.Stale, Categories: command.CatConnection,
		Summary: "Takes READONLY back.", Run: disabled},
}

var clusterSpec = command.Spec{Name: "cluster", Group: command.Cluster, Since: "3.0.0", Complexity: "Depends on subcommand.",
	Arity: -2, Summary: "A container for the commands about the cluster.",
	Subcommands: slices.Concat(nodeSpecs, slotSpecs, stateSpecs)}
