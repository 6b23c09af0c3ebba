package script

// How a script that is debugged is made to stop: gopher-lua has no hooks, but asks a thread's context before each instruction. A
// thread of a debugged script has a context that looks at the line of the instruction, and stops where C's Lua would call its line
// hook: at the beginning of a function, after a jump back, and where another line begins.

import (
	"context"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/script/ldb"
)

// hook is the context of a thread.
type hook struct {
	d      *debugger
	th     *lua.LState
	caller *hook // of the thread that has called pcall to run this one, if it is a thread of pcall

	frame uintptr // of the instruction that was executed last, and
	pc    int     // its place
}

var _ context.Context = (*hook)(nil)

func (d *debugger) hook(th *lua.LState) *hook { return &hook{d: d, th: th} }

// clockEvery is after how many instructions the clock is looked at.
const clockEvery = 100_000

// closed is a channel that is closed.
var closed = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Done implements context.Context.
func (h *hook) Done() <-chan struct{} {
	d := h.d
	switch done := d.in.kill.Done(); {
	case done != nil:
		return done
	case d.serving:
		if d.passed++; d.passed >= clockEvery {
			d.passed, d.expired = 0, d.expired || d.late()
		}
		if d.expired {
			return closed
		}
	case !d.looking:
		d.looking = true
		defer func() { d.looking = false }()
		h.look()
		return d.in.kill.Done()
	}
	return nil
}

// Err implements context.Context.
func (h *hook) Err() error {
	if err := h.d.in.kill.Err(); err != nil || !h.d.expired {
		return err
	}
	return killError("this takes too long")
}

// Deadline implements context.Context.
func (h *hook) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value implements context.Context.
func (h *hook) Value(any) any { return nil }

// defaultThreshold is how long scripts run before they are late, in ms, where the configuration sets no bound.
const defaultThreshold = 5000

// late reports whether the script has run for busy-reply-threshold.
func (d *debugger) late() bool {
	threshold := d.in.engine.host.Config().Int(config.BusyReplyThreshold)
	if threshold <= 0 {
		threshold = defaultThreshold
	}
	return time.Since(d.since).Milliseconds() >= threshold
}

// look looks at the instruction that is about to be executed, and stops there if it has to.
func (h *hook) look() {
	f, ok := frameAt(h.th, 0)
	if !ok || f.fn.IsG { // asked for another reason
		return
	}
	d := h.d
	if f.outermost && f.pc == 0 && h.th.Parent == nil && d.latest != h {
		h.caller = d.latest
	}
	first := f.first()
	fresh := f.pc == first
	if before := f.pc - 1; f.pc > first {
		if f.id == h.frame {
			before = h.pc
		}
		fresh = f.pc <= before || f.line() != f.lineOf(before)
	}
	h.frame, h.pc, d.latest = f.id, f.pc, h
	late := false
	if d.passed++; d.passed >= clockEvery {
		d.passed, late = 0, d.late()
	}
	if (fresh || late) && f.fn.Proto.SourceName == chunkName {
		d.reach(h, f.line(), fresh, late)
	}
}

// reach stops at a line if there is a reason to.
func (d *debugger) reach(h *hook, line int, fresh, late bool) {
	d.session.SetLine(line)
	if !late && !(fresh && (d.session.Step || d.session.Breaks(line))) {
		return
	}
	d.in.watcher.end() // the others go on, or wait: the heap is not ours
	err := d.session.Stop(stopped{d, h}, line, late)
	d.in.watcher.begin(d.in.kill.run)
	d.since, d.passed = time.Now(), 0
	switch {
	case err == ldb.ErrGone && (d.private || late): // nobody would see, or wait for, the end
		d.in.run.script.Kill()
	case err != nil && err != ldb.ErrGone:
		h.th.Error(errorTable(h.th, err.Error()), 0)
	}
}

// first is the first instruction that C's Lua has, too: it does not give a function's first variables the value nil, which they have.
func (f frame) first() (pc int) {
	for operation(f.fn.Proto.Code[pc]) == lua.OP_LOADNIL {
		pc++ // there is a return behind
	}
	return pc
}

// frames visits the functions that have called each other, from the one that is executed on, but for those that are not written in
// Lua.
func (h *hook) frames(visit func(frame) bool) {
	for ; h != nil; h = h.caller {
		for level := 0; ; {
			f, ok := frameAt(h.th, level)
			if !ok {
				break
			}
			if !f.fn.IsG && !visit(f) {
				return
			}
			level += 1 + f.tailCalls
		}
	}
}

// name is what the function is called by its caller.
func (f frame) name() string {
	const unknown = "top level"
	if _, err := f.th.GetInfo("n", f.debug, lua.LNil); err != nil || f.outermost || f.tailCalls > 0 {
		return unknown
	}
	name := f.debug.Name
	if name == "" || name == "?" || strings.ContainsAny(name[:1], "<(") {
		return unknown
	}
	return name[strings.LastIndexAny(name, ".:")+1:]
}

// locals visits the local variables that the instruction can see.
func (d *debugger) locals(f frame) func(visit func(name string, v lua.LValue) bool) {
	return func(visit func(string, lua.LValue) bool) {
		for i, known := 0, d.scopes[f.fn.Proto]; i < len(known); i++ {
			v := &known[i]
			if !v.seen(f.pc, f.line()) {
				continue
			}
			_, value := f.th.GetLocal(f.debug, v.register+1)
			if !visit(v.name, value) {
				return
			}
		}
	}
}
