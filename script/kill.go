package script

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// errKilled is what a script hears that SCRIPT KILL or FUNCTION KILL ends.
const errKilled = "Script killed by user with SCRIPT KILL..."

// killSwitch ends a script. It is the context that gopher-lua asks before each instruction: its Done is nil, which is cheap, as
// long as nobody has killed the script. A pcall inside the script gains nothing: the next instruction fails, too.
type killSwitch struct {
	closed atomic.Pointer[chan struct{}]
	why    atomic.Pointer[string]
	mu     sync.Mutex // held while one of them is written
	run    uint64     // the number of the run that may be killed; written under mu
}

var _ context.Context = (*killSwitch)(nil)

// kill makes a run end with an error, if it has not ended. The first reason stays.
func (k *killSwitch) kill(run uint64, why string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.run == run && k.why.Load() == nil {
		done := make(chan struct{})
		close(done)
		k.why.Store(&why)
		k.closed.Store(&done)
	}
}

// next prepares for another run, and returns its number.
func (k *killSwitch) next() uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.run++
	if k.why.Load() != nil {
		k.closed.Store(nil)
		k.why.Store(nil)
	}
	return k.run
}

// killed reports whether the script is to end, and why.
func (k *killSwitch) killed() (why string, yes bool) {
	if p := k.why.Load(); p != nil {
		return *p, true
	}
	return "", false
}

// isKilled is asked by what works for long without an instruction of Lua's.
func (in *interpreter) isKilled() bool {
	_, yes := in.kill.killed()
	return yes
}

// Done implements context.Context.
func (k *killSwitch) Done() <-chan struct{} {
	if c := k.closed.Load(); c != nil {
		return *c
	}
	return nil
}

// Err implements context.Context.
func (k *killSwitch) Err() error {
	if why, yes := k.killed(); yes {
		return killError(why)
	}
	return nil
}

// Deadline implements context.Context.
func (k *killSwitch) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value implements context.Context.
func (k *killSwitch) Value(any) any { return nil }

type killError string

func (e killError) Error() string { return string(e) }
