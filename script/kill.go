package script

import (
	"context"
	"sync/atomic"
	"time"
)

// killSwitch ends a script. It is the context that gopher-lua asks before each instruction: its Done is nil, which is cheap, as
// long as nobody has killed the script. A pcall inside the script gains nothing: the next instruction fails, too.
type killSwitch struct {
	closed atomic.Pointer[chan struct{}]
	why    atomic.Pointer[string]
}

var _ context.Context = (*killSwitch)(nil)

// kill makes the script end with an error. The first reason stays.
func (k *killSwitch) kill(why string) {
	if k.why.CompareAndSwap(nil, &why) {
		done := make(chan struct{})
		close(done)
		k.closed.Store(&done)
	}
}

// reset prepares for the next script.
func (k *killSwitch) reset() {
	k.closed.Store(nil)
	k.why.Store(nil)
}

// killed reports whether the script is to end, and why.
func (k *killSwitch) killed() (why string, yes bool) {
	if p := k.why.Load(); p != nil {
		return *p, true
	}
	return "", false
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
