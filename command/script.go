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
