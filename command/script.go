package command

// Scripts while they run: what the server must know of one so that others need not wait for it in silence.

import (
	"io"
	"sync/atomic"
)

// Script is a script or a function that runs. Its unit is exclusive, so there is one at the most.
type Script struct {
	// Function is the name of the function, empty for a script.
	Function string
	// Request is the call; the arguments are the script's own.
	Request [][]byte
	// StartedAt is when it began: microseconds since the epoch, on the server's clock.
	StartedAt int64
	// Kill makes it end with an error soon, whatever it has done. Anybody may call it at any time while the script runs.
	Kill func()

	fate atomic.Int32
}

// Errors while a script is busy, or a function.
const (
	ErrBusyScript   = "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."
	ErrBusyFunction = "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE."
)

// The fates of a script: one that has changed something is not killed but together with the server, and one that was killed
// changes nothing any more.
const (
	undecided = iota
	wrote
	killed
)

// Write notes that the script is about to change something. False: it was killed, and must not.
func (s *Script) Write() bool { return s.decide(wrote) }

// KillUnlessWrote is Kill for a script that has changed nothing. False: it has.
func (s *Script) KillUnlessWrote() bool {
	if !s.decide(killed) {
		return false
	}
	s.Kill()
	return true
}

// Wrote reports whether the script has changed something.
func (s *Script) Wrote() bool { return s.fate.Load() == wrote }

func (s *Script) decide(fate int32) bool {
	return s.fate.Load() == fate || s.fate.CompareAndSwap(undecided, fate) || s.fate.Load() == fate
}

// Scripts is the engine of scripts as commands see it. Its methods are called by commands, inside exclusive units, but for those
// that say otherwise.
type Scripts interface {
	// Eval runs a script that is given by its text, and writes its reply.
	Eval(c *Ctx, call ScriptCall)
	// EvalSHA runs a script that the engine knows, given by its digest of 40 hex digits, and writes its reply.
	EvalSHA(c *Ctx, call ScriptCall)
	// Debug runs a script, which c.Args[1] is the text of, in a debugging session. read reads the arguments, inside of the session,
	// and replies an error where they are none.
	Debug(c *Ctx, read func() (ScriptCall, bool), with Debugging)
	// Load compiles a script and keeps it for EvalSHA until Flush, and replies its digest.
	Load(c *Ctx, text []byte)
	// Exists reports whether a script with this digest is known.
	Exists(digest []byte) bool
	// Flush forgets all scripts.
	Flush()
	// Flags are the flags of a call of a script whose text or digest this is, by what the script says of itself in its first
	// line; they are flags when it says nothing or is not known. It may be called at any time.
	Flags(flags Flags, script []byte, digest bool) Flags
	// AllowNoScript lets scripts call commands that are not for scripts (DEBUG SET-DISABLE-DENY-SCRIPTS).
	AllowNoScript(bool)
	// Figures are what INFO shows. It may be called at any time.
	Figures() ScriptFigures
}

// ScriptCall is one call of a script.
type ScriptCall struct {
	Script     []byte // the text, or the digest
	Keys, Args [][]byte
	ReadOnly   bool // it must not write
}

// DebugMode is what SCRIPT DEBUG has chosen for the scripts of a client.
type DebugMode uint8

// The modes of SCRIPT DEBUG. A private session works on a copy of the data, which is dropped at its end.
const (
	DebugOff DebugMode = iota
	DebugPrivate
	DebugSync
)

// Debugging is what a debugging session needs.
type Debugging struct {
	Line DebugLine
	// Private says that what the script does is lost with the session.
	Private bool
}

// DebugLine is the connection with the client of a debugging session. Read waits until there is something; it returns no bytes, and no
// error, after Wake. Write waits until the client has taken all, or is too slow.
type DebugLine interface {
	io.ReadWriter
	// Wake may be called by anybody.
	Wake()
}

// ScriptFigures are the figures about scripts in INFO. Memory is in bytes.
type ScriptFigures struct {
	Cached        int    // scripts that are known
	Evicted       int64  // scripts that were forgotten to make room
	ScriptsMemory uint64 // that scripts and what is kept about them take
	EngineMemory  uint64 // that the interpreter takes
}

// Functions are the libraries of functions as commands see them. Its methods are called inside exclusive units, but for those
// that say otherwise.
type Functions interface {
	// Call runs a function that exists, whose name is call.Script, and writes its reply.
	Call(c *Ctx, call ScriptCall)
	// HasFunction reports whether there is a function of this name, in any case.
	HasFunction(name []byte) bool
	// LoadLibrary makes a library of its text, in place of the one that has its name, if replace, and returns the name. With an error
	// nothing has changed.
	LoadLibrary(c *Ctx, text []byte, replace bool) (name string, err error)
	// DeleteLibrary forgets a library and its functions, and reports whether there was one.
	DeleteLibrary(name []byte) bool
	// FlushLibraries forgets all libraries. behind says that what they take is given back in the background.
	FlushLibraries(behind bool)
	// Libraries lists the libraries whose names match a pattern, by name.
	Libraries(pattern []byte) []Library
	// RestoreLibraries adds libraries, given by their texts, to those that are there, as policy says. With an error nothing has changed.
	RestoreLibraries(c *Ctx, texts [][]byte, policy RestorePolicy) error
	// FunctionFlags are the flags of a call of a function, by what it has declared; they are flags when there is none of that name. It
	// may be called at any time.
	FunctionFlags(flags Flags, name []byte) Flags
	// FunctionFigures are what INFO and FUNCTION STATS show. It may be called at any time.
	FunctionFigures() FunctionFigures
}

// Library is a library of functions.
type Library struct {
	Name, Text string
	Functions  []Function
}

// Function is a function of a library.
type Function struct {
	Name        string
	Description *string // nil when there is none
	Flags       []string
}

// RestorePolicy is what becomes of libraries that are there when others are restored.
type RestorePolicy uint8

// The policies of FUNCTION RESTORE.
const (
	RestoreAppend  RestorePolicy = iota // they stay; one of the same name is an error
	RestoreReplace                      // those of the same name go
	RestoreFlush                        // they go
)

// FunctionFigures are the figures about functions in INFO. Memory is in bytes.
type FunctionFigures struct {
	Libraries, Functions int
	LibrariesMemory      uint64 // that libraries take
	EngineMemory         uint64 // that the interpreter takes
	Freed                int64  // libraries, and the interpreter, that were given back in the background
}
