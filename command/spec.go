// Package command is the frame in which commands are written: how one is declared, how its arguments are read, and
// what its handler may see.
//
// A command is declared once, by a Spec beside its handler, and everything reads that declaration: dispatch, arity
// errors, which shards are locked, COMMAND INFO/DOCS/GETKEYS, access categories, what is logged, docs/commands.md, and
// the tests that feed every command wrong arguments. The groups (command/strings, command/lists, …) hold declarations
// and handlers; an explicit list (command/all) joins them.
//
// It may use resp, store, config and internal; it knows neither sockets nor the server, which it sees through Host.
package command

// Group is the family a command is documented in.
type Group string

// The groups, by the names COMMAND DOCS gives them.
const (
	Generic      Group = "generic"
	String       Group = "string"
	List         Group = "list"
	Set          Group = "set"
	SortedSet    Group = "sorted-set"
	Hash         Group = "hash"
	Stream       Group = "stream"
	PubSub       Group = "pubsub"
	Transactions Group = "transactions"
	Connection   Group = "connection"
	ServerGroup  Group = "server"
	Scripting    Group = "scripting"
	Bitmap       Group = "bitmap"
	HyperLogLog  Group = "hyperloglog"
	Geo          Group = "geo"
	Cluster      Group = "cluster"
)

// Flags say how a command may be run.
type Flags uint64

// The flags that COMMAND INFO shows, in its order, then those that only this server reads.
const (
	Write           Flags = 1 << iota // changes the keyspace
	ReadOnly                          // reads keys, changes nothing
	DenyOOM                           // refused when memory is short
	Module                            // from a module
	Admin                             // an administrator's
	PubSubFlag                        // about publish/subscribe
	NoScript                          // not from scripts
	Blocking                          // may wait
	Loading                           // allowed while data is loaded
	Stale                             // allowed on a replica that has lost its master
	SkipMonitor                       // not shown by MONITOR
	SkipSlowlog                       // not in the slow log
	Asking                            // cluster
	Fast                              // constant or logarithmic time
	NoAuth                            // allowed before AUTH
	NoMandatoryKeys                   // may have no keys
	NoAsyncLoading                    // not while a replica loads beside its old data
	NoMulti                           // not inside MULTI
	MovableKeys                       // keys cannot be told from first/last/step alone (computed)
	AllowBusy                         // allowed while a script is busy

	// Flags that are not shown: Redis's own, then ours.

	// MayReplicate commands may have effects though they are no write commands.
	MayReplicate
	// Exclusive commands run alone in the store.
	Exclusive
	// LockAll commands hold all shards: they see the whole keyspace at one time.
	LockAll
	// Queueless commands are executed inside MULTI instead of being queued (EXEC, DISCARD, WATCH, …).
	Queueless
	// Protected commands need an option to be on: enable-debug-command, enable-module-command.
	Protected
	// System commands are not for users; COMMAND DOCS says so.
	System
	// NoPropagate commands never log their request, whatever they changed.
	NoPropagate
)

// flagNames are the names that COMMAND INFO replies, in bit order.
var flagNames = [...]string{"write", "readonly", "denyoom", "module", "admin", "pubsub", "noscript", "blocking", "loading",
	"stale", "skip_monitor", "skip_slowlog", "asking", "fast", "no_auth", "no_mandatory_keys", "no_async_loading",
	"no_multi", "movablekeys", "allow_busy"}

// Names lists the flags as COMMAND INFO shows them.
func (f Flags) Names() []string {
	var names []string
	for i, n := range flagNames {
		if f&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}

// Has reports whether one of the flags g is set.
func (f Flags) Has(g Flags) bool { return f&g != 0 }

// Spec declares one command or subcommand.
type Spec struct {
	Name    string // lower case; of a subcommand without its parent
	Group   Group
	Summary string
	Since   string // the Redis version it came with
	// Deprecated is the Redis version since which there is something better, and ReplacedBy what that is.
	Deprecated, ReplacedBy string
	// Complexity in the documentation's words ("O(1)").
	Complexity string
	// Arity counts the arguments with the command's name (and the parent's, of a subcommand): n is exactly n, -n at least n.
	Arity int
	Flags Flags
	// Categories beside those that follow from Flags and Group.
	Categories Categories
	// Syntax is the arguments in the documentation's notation; see ParseSyntax for its grammar.
	Syntax string
	Keys   []KeySpec
	Tips   []string
	// FindKeys tells the keys where Keys cannot; nil where it can.
	FindKeys func(args [][]byte) ([]KeyRef, error)
	// KeyFlags tells what a call does with the keys whose flags depend on the arguments (VariableFlags).
	KeyFlags func(args [][]byte) KeyFlags
	// CallFlags tells the flags of a call that depend on its arguments, which may not make sense; nil where none do.
	CallFlags func(h Host, args [][]byte) Flags
	// Secrets tells which arguments of a call nobody else may see, by their indexes; nil when none is secret. The call need not
	// make sense.
	Secrets     func(args [][]byte) []int
	Subcommands []*Spec
	// Run executes the command. It parses all its arguments before it changes anything, and writes exactly one reply.
	// nil for a container that is of no use without its subcommand.
	Run func(*Ctx)

	// ID numbers the commands of a registry, subcommands included, without gaps.
	ID int
	// Parent is the container of a subcommand.
	Parent   *Spec
	fullName string
	single   int // index of the one and only key of each call; 0 when not so simple
	cached   bool
	subs     map[string]*Spec
}

// FullName is the name with its parent's: "client|list".
func (s *Spec) FullName() string { return s.fullName }

// Cached reports whether clients may keep copies of what a call replies: it reads keys and changes nothing. A script does not
// read, its commands do.
func (s *Spec) Cached() bool { return s.cached }

// Subcommand looks up a subcommand by its lower-case name.
func (s *Spec) Subcommand(name string) *Spec { return s.subs[name] }

// ArityOK reports whether argc arguments (with the name) fit.
func (s *Spec) ArityOK(argc int) bool {
	if s.Arity >= 0 {
		return argc == s.Arity
	}
	return argc >= -s.Arity
}

// ErrArity is the error of a call with a number of arguments that does not fit.
func (s *Spec) ErrArity() string {
	return "ERR wrong number of arguments for '" + s.FullName() + "' command"
}
