package command

import (
	"io"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/latency"
	"github.com/miniredisd/miniredisd/internal/slowlog"
	"github.com/miniredisd/miniredisd/pubsub"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/tracking"
)

// Host is the server as commands see it.
type Host interface {
	Registry() *Registry
	Config() *config.Config
	// RedisVersion is the version of Redis whose behaviour clients may expect.
	RedisVersion() string
	// Micros is the time now, in microseconds since the epoch; a unit's own time stands still and has milliseconds.
	Micros() int64
	// Loading reports whether the data are being loaded.
	Loading() bool
	// Logf writes a line to the server's log; level is Redis's: '#' warning, '*' notice, '-' verbose, '.' debug.
	Logf(level byte, format string, a ...any)

	// Call runs one more command inside the unit of c, as EXEC does with what was queued. It writes one reply.
	Call(c *Ctx, spec *Spec, args [][]byte)

	// ScriptBegins tells of a script that is about to run in the unit of c, which is exclusive; ScriptEnds that it has ended, be
	// it by a panic. Between the two the server may let others have a turn: so what is shared with them, the store and the
	// clients, is touched by Call only. The script may be killed before ScriptBegins returns. ScriptBegins sets when it began.
	ScriptBegins(c *Ctx, script *Script)
	ScriptEnds(script *Script)
	// RunningScript is the script that runs now, nil when none does.
	RunningScript() *Script
	// Scripts is the engine that runs scripts.
	Scripts() Scripts
	// Debug runs a script, which c calls, in a debugging session with the client: run is called in the unit of c, or later, in a unit
	// of a private server. It replies an error where that can't be.
	Debug(c *Ctx, run func(c *Ctx, with Debugging))
	// Functions are the libraries of functions.
	Functions() Functions
	// Show tells those who MONITOR of a call before it is executed, for commands that run others: theirs come behind it.
	Show(c *Ctx)
	// Rejected counts a command that a script was not allowed to call.
	Rejected(c *Client, spec *Spec)
	// WriteError is the error that keeps commands from writing, "" when nothing does: the log can't be written.
	WriteError() string
	// OutOfMemory reports whether more memory is used than maxmemory allows. The unit must be exclusive.
	OutOfMemory(tx *store.Tx) bool

	// Authenticate checks user and password, and makes the client that user's. It reports false for wrong ones.
	Authenticate(c *Client, user, password string) bool
	// Clients lists the connected clients by ID. The unit must be exclusive.
	Clients() []*Client
	// ClientByID is the connected client with a number, nil when there is none. The unit must be exclusive.
	ClientByID(id uint64) *Client
	// Kill ends a client's connection; what was not sent yet is lost. The unit must be exclusive.
	Kill(*Client)
	// CutOff ends a client's connection if a reply of so many bytes is beyond the limit of its output.
	CutOff(c *Client, bytes uint64)
	// PubSub knows who listens to which channels.
	PubSub() *pubsub.Registry
	// Tracking knows which clients keep copies of which keys.
	Tracking() *tracking.Registry
	// Unblock ends the wait of a blocked client, with an error or as if its time had run out. False: it does not wait.
	Unblock(id uint64, withError bool) bool
	// OnDisk reports whether the log is on disk up to that offset; it is not when it is off.
	OnDisk(offset int64) bool
	// Pause holds back commands until the time until (ms since the epoch): all of them, or those that may write.
	Pause(until int64, writesOnly bool)
	// Unpause ends it.
	Unpause()

	// Info writes the sections of INFO that are asked for by name ("default", "all", "everything" among them; none is
	// "default"). The unit must be exclusive.
	Info(tx *store.Tx, w io.Writer, sections []string)
	// Memory tells where the memory is. The unit must be exclusive.
	Memory(tx *store.Tx) MemoryUse
	// Monitor chooses whether a client is sent a line about each command that is executed.
	Monitor(c *Client, on bool)
	// SlowLog is what SLOWLOG shows.
	SlowLog() *slowlog.Log
	// LatencyEvents are what LATENCY shows, but for its HISTOGRAM.
	LatencyEvents() *latency.Events
	// CommandLatency tells how long calls of a command took; it is nil when none was measured.
	CommandLatency(*Spec) *latency.Distribution
	// ResetStats zeroes what CONFIG RESETSTAT zeroes.
	ResetStats()
	// LastSave is the time of the last successful save, in seconds since the epoch.
	LastSave() int64
	// Shutdown ends the server, or says why it can't.
	Shutdown(opt ShutdownOptions) error
	// AbortShutdown calls off a shutdown that waits; it reports false when none does.
	AbortShutdown() bool

	// ReloadLog empties the store and loads the append-only log again (DEBUG LOADAOF). The unit must be exclusive.
	ReloadLog(c *Ctx) error
	// Reload empties the store, unless flush is false, and loads again what was in it, by way of the log's format (DEBUG
	// RELOAD). The unit must be exclusive.
	Reload(c *Ctx, flush bool) error
	// NewReplID gives the server's stream of effects a new name (DEBUG CHANGE-REPL-ID).
	NewReplID()
}

// ShutdownOptions are the words of SHUTDOWN.
type ShutdownOptions struct {
	Save, NoSave bool
	Now          bool // do not wait for replicas
	Force        bool // even when saving fails
}
