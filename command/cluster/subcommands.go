package cluster

// The subcommands of CLUSTER, by what they are about: nodes, slots, or the state of the cluster and of this node.

import "github.com/miniredisd/miniredisd/command"

var nodeSpecs = []*command.Spec{
	{Name: "count-failure-reports", Since: "3.0.0", Arity: 3, Flags: readFlags | command.Admin, Syntax: "node-id", Tips: varies,
		Complexity: "O(N) where N is the number of failure reports", Summary: "Counts those who take a node for dead.", Run: disabled},
	{Name: "failover", Since: "3.0.0", Complexity: "O(1)", Arity: -2, Flags: changeFlags, Syntax: "[options:<FORCE | TAKEOVER>]",
		Summary: "Makes a replica the master.", Run: disabled},
	{Name: "forget", Since: "3.0.0", Complexity: "O(1)", Arity: 3, Flags: changeFlags, Syntax: "node-id",
		Summary: "Removes a node from those that are known.", Run: disabled},
	{Name: "links", Since: "7.0.0", Arity: 2, Flags: readFlags, Tips: varies, Complexity: "O(N) where N is the total number of Cluster nodes",
		Summary: "Lists the connections between this node and others.", Run: disabled},
	{Name: "meet", Since: "3.0.0", Complexity: "O(1)", Arity: -4, Flags: changeFlags, Syntax: "ip port:integer [cluster-bus-port:integer]",
		Summary: "Makes another node known.", Run: disabled},
	{Name: "myid", Since: "3.0.0", Complexity: "O(1)", Arity: 2, Flags: readFlags, Summary: "Returns the node's name.", Run: disabled},
	{Name: "myshardid", Since: "7.2.0", Complexity: "O(1)", Arity: 2, Flags: readFlags, Tips: varies,
		Summary: "Returns the name of the node's shard.", Run: disabled},
	{Name: "nodes", Since: "3.0.0", Arity: 2, Flags: readFlags, Tips: varies, Complexity: "O(N) where N is the total number of Cluster nodes",
		Summary: "Describes the nodes, a line each.", Run: disabled},
	{Name: "replicas", Since: "5.0.0", Complexity: "O(N) where N is the number of replicas.", Arity: 3, Flags: readFlags | command.Admin,
		Syntax: "node-id", Tips: varies, Summary: "Describes the replicas of a master.", Run: disabled},
	{Name: "replicate", Since: "3.0.0", Complexity: "O(1)", Arity: 3, Flags: changeFlags, Syntax: "node-id",
		Summary: "Makes the node a replica of another.", Run: disabled},
	{Name: "slaves", Since: "3.0.0", Complexity: "O(N) where N is the number of replicas.", Arity: 3, Flags: readFlags | command.Admin,
		Syntax: "node-id", Tips: varies, Deprecated: "5.0.0", ReplacedBy: "`CLUSTER REPLICAS`",
		Summary: "Describes the replicas of a master.", Run: disabled},
}

var slotSpecs = []*command.Spec{
	{Name: "addslots", Since: "3.0.0", Arity: -3, Flags: changeFlags, Syntax: "slot:integer [slot:integer ...]",
		Complexity: "O(N) where N is the total number of hash slot arguments", Summary: "Gives slots to the node.", Run: disabled},
	{Name: "addslotsrange", Since: "7.0.0", Arity: -4, Flags: changeFlags, Syntax: rangeSyntax, Complexity: rangeComplexity,
		Summary: "Gives ranges of slots to the node.", Run: disabled},
	{Name: "countkeysinslot", Since: "3.0.0", Complexity: "O(1)", Arity: 3, Flags: readFlags, Syntax: "slot:integer",
		Summary: "Counts the keys of a slot.", Run: disabled},
	{Name: "delslots", Since: "3.0.0", Arity: -3, Flags: changeFlags, Syntax: "slot:integer [slot:integer ...]",
		Complexity: "O(N) where N is the total number of hash slot arguments", Summary: "Takes slots from the node.", Run: disabled},
	{Name: "delslotsrange", Since: "7.0.0", Arity: -4, Flags: changeFlags, Syntax: rangeSyntax, Complexity: rangeComplexity,
		Summary: "Takes ranges of slots from the node.", Run: disabled},
	{Name: "flushslots", Since: "3.0.0", Complexity: "O(1)", Arity: 2, Flags: changeFlags, Summary: "Takes all slots from the node.", Run: disabled},
	{Name: "getkeysinslot", Since: "3.0.0", Complexity: "O(N) where N is the number of requested keys", Arity: 4, Flags: readFlags,
		Syntax: "slot:integer count:integer", Tips: varies, Summary: "Returns keys of a slot.", Run: disabled},
	{Name: "keyslot", Since: "3.0.0", Complexity: "O(N) where N is the number of bytes in the key", Arity: 3, Flags: readFlags,
		Syntax: "key:string", Summary: "Returns the slot of a key.", Run: disabled},
	{Name: "setslot", Since: "3.0.0", Complexity: "O(1)", Arity: -4, Flags: changeFlags, Summary: "Moves a slot to another node.", Run: disabled,
		Syntax: "slot:integer subcommand:<IMPORTING importing:string | MIGRATING migrating:string | NODE node:string | STABLE>"},
	{Name: "shards", Since: "7.0.0", Arity: 2, Flags: readFlags | command.Loading, Tips: varies,
		Complexity: "O(N) where N is the total number of cluster nodes", Summary: "Tells which nodes serve which slots, by shards.", Run: disabled},
	{Name: "slots", Since: "3.0.0", Arity: 2, Flags: readFlags | command.Loading, Tips: varies, Deprecated: "7.0.0", ReplacedBy: "`CLUSTER SHARDS`",
		Complexity: "O(N) where N is the total number of Cluster nodes", Summary: "Tells which nodes serve which slots.", Run: disabled},
}

const (
	rangeSyntax     = "range:(start-slot:integer end-slot:integer) ..."
	rangeComplexity = "O(N) where N is the total number of the slots between the start slot and end slot arguments."
)

var stateSpecs = []*command.Spec{
	{Name: "bumpepoch", Since: "3.0.0", Complexity: "O(1)", Arity: 2, Flags: changeFlags, Tips: varies,
		Summary: "Begins a new epoch of the configuration.", Run: disabled},
	{Name: "help", Since: "5.0.0", Complexity: "O(1)", Arity: 2, Flags: command.Loading | command.Stale,
		Summary: "Describes the subcommands, where there is a cluster.", Run: disabled},
	{Name: "info", Since: "3.0.0", Complexity: "O(1)", Arity: 2, Flags: readFlags, Tips: varies,
		Summary: "Tells the state of the cluster.", Run: disabled},
	{Name: "reset", Since: "3.0.0", Arity: -2, Flags: readFlags | command.Admin | command.NoScript, Syntax: "[reset-type:<HARD | SOFT>]",
		Complexity: "O(N) where N is the number of known nodes. The command may execute a FLUSHALL as a side effect.",
		Summary:    "Makes the node forget the cluster.", Run: disabled},
	{Name: "saveconfig", Since: "3.0.0", Complexity: "O(1)", Arity: 2, Flags: changeFlags, Summary: "Writes the configuration of the cluster to disk.",
		Run: disabled},
	{Name: "set-config-epoch", Since: "3.0.0", Complexity: "O(1)", Arity: 3, Flags: changeFlags, Syntax: "config-epoch:integer",
		Summary: "Sets the epoch of a new node's configuration.", Run: disabled},
}
