package script

// One run of a script or a function: what must hold before it, what it may do, and what becomes of its result.

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/command"
)

// task is something to run.
type task struct {
	name     string // in errors: the digest of a script, the name of a function
	function bool   // it is a function
	flags    flags
	readOnly bool // it was called by a command that must not write
}

// run is the state of a run. An interpreter has one, to be used again and again.
type run struct {
	task
	caller *command.Ctx
	// ctx is what the commands that the script calls see. It shares the caller's unit.
	ctx    command.Ctx
	script *command.Script

	noWrites bool
	anyOOM   bool // it may use more memory than maxmemory allows
	oom      oomState
	unlogged bool // what it changes is not logged (redis.set_repl)
}

// oomState is whether memory was short when a run looked first: what comes later is the script's own doing, and it is not stopped
// in the middle.
type oomState uint8

const (
	oomUnknown oomState = iota
	oomNo
	oomYes
)

// admit returns the error that keeps a task from running, "" when nothing does.
func (e *Engine) admit(c *command.Ctx, t task) string {
	if t.flags&undeclared != 0 {
		return ""
	}
	if t.flags&noWrites == 0 {
		if msg := e.host.WriteError(); msg != "" {
			return msg
		}
		if t.readOnly {
			return "ERR Can not execute a script with write flag using *_ro command."
		}
	}
	if t.flags&(allowOOM|noWrites) == 0 && e.host.OutOfMemory(c.Tx) {
		return "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'"
	}
	return ""
}

// perform runs a function of an interpreter in the unit of c, and writes the reply.
func (e *Engine) perform(c *command.Ctx, in *interpreter, t task, f *lua.LFunction, args ...lua.LValue) {
	if msg := e.admit(c, t); msg != "" {
		c.Out.Error(msg)
		return
	}
	e.begin(c, in, t)
	result, failed := e.runThrough(in, f, args)
	if failed != nil {
		f := describe(failed)
		if why, killed := in.kill.killed(); killed {
			f.msg = "ERR " + why
		}
		writeFailure(c.Out, f.text(t.name), f.counted)
		return
	}
	w := replyWriter{out: c.Out, resp3: e.out.Proto == 3}
	w.value(result)
}

// runThrough calls the function of the task that has begun, and ends it even if that panics.
func (e *Engine) runThrough(in *interpreter, f *lua.LFunction, args []lua.LValue) (result, failed lua.LValue) {
	defer e.end(in)
	return in.call(f, args...)
}

// begin makes everything ready for a task.
func (e *Engine) begin(c *command.Ctx, in *interpreter, t task) {
	declared := t.flags&undeclared == 0
	number := in.kill.next()
	r := &in.room
	r.task, r.caller, r.oom, r.unlogged, r.ctx.Tx = t, c, oomUnknown, false, c.Tx
	r.script = &command.Script{Request: c.Args, Kill: func() { in.killed(number) }}
	r.noWrites = t.readOnly || declared && t.flags&noWrites != 0
	r.anyOOM = declared && t.flags&allowOOM != 0
	cl := &e.client
	cl.ID, cl.Addr, cl.Name, cl.User, cl.DB = c.Client.ID, c.Client.Addr, c.Client.Name, c.Client.User, c.Client.DB
	cl.Authenticated, cl.NoTouch, cl.Tracking = c.Client.Authenticated, c.Client.NoTouch, c.Client.Tracking
	e.out.Proto, e.out.OnError, e.out.Buf = 2, c.Out.OnError, e.out.Buf[:0]
	if t.function {
		r.script.Function = t.name
	}
	in.watcher.begin(number)
	in.run = r
	e.host.ScriptBegins(c, r.script)
}

// killed ends a run for who has asked for it.
func (in *interpreter) killed(number uint64) {
	in.kill.kill(number, errKilled)
	if in.debugger != nil {
		in.debugger.line.Wake()
	}
}

// maxKeptReply is how large a buffer for replies of commands may stay, in bytes.
const maxKeptReply = 64 << 10

// end puts everything back as it was before the run.
func (e *Engine) end(in *interpreter) {
	r := in.run
	in.run = nil
	in.watcher.end()
	in.request.forget()
	e.host.ScriptEnds(r.script)
	c := r.caller
	c.Tx.Select(c.Client.DB)
	c.Tx.Unlogged = false
	c.Client.Executed += e.client.Executed
	c.Client.Commands += e.client.Commands
	e.client.Executed, e.client.Commands, e.client.Tracking = 0, 0, nil
	r.caller, r.script, r.ctx.Tx = nil, nil, nil
	if cap(e.out.Buf) > maxKeptReply {
		e.out.Buf = nil
	}
}
