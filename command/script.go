package command

// Scripts while they run: what the server must know of one so that others need not wait for it in silence.

import "sync/atomic"

// Script is a script or a function that runs. Its unit is exclusive, so there is one at the most.
type Script struct {
	// Function is the name of the function, empty for a script.
	Function string
	// Request is the call; the arguments are the script's own.
	Request [][]byte
	// StartedAt is when it began: microseconds since the epoch, on the server's clock.
	StartedAt int64
	// Wrote is set when it has changed something: from then on it can only be ended together with the server.
	Wrote atomic.Bool
	// Kill makes it end with an error soon. Anybody may call it at any time while the script runs.
	Kill func()
}

// Scripts is the engine of scripts as commands see it. Its methods are called by commands, inside exclusive units, but for those
// that say otherwise.
type Scripts interface {
	// Eval runs a script that is given by its text, and writes its reply.
	Eval(c *Ctx, call ScriptCall)
	// EvalSHA runs a script that the engine knows, given by its digest of 40 hex digits, and writes its reply.
	EvalSHA(c *Ctx, call ScriptCall)
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

// ScriptFigures are the figures about scripts in INFO. Memory is in bytes.
type ScriptFigures struct {
	Cached        int    // scripts that are known
	Evicted       int64  // scripts that were forgotten to make room
	ScriptsMemory uint64 // that scripts and what is kept about them take
	EngineMemory  uint64 // that the interpreter takes
}
