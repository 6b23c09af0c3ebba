package script

import (
	"context"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/command"
)

// Bounds of a Lua state.
const (
	maxCalls      = 10000   // calls within calls; gopher-lua walks them n*n/2 times when there is one more
	startRegistry = 1 << 10 // values on the stack, at first
	startThread   = 1 << 6  // of a thread
	maxRegistry   = 1 << 20 // and at the most
)

// interpreter is a Lua state in a sandbox. It keeps nothing of one run for the next: what scripts can reach beyond a run is
// read-only.
type interpreter struct {
	engine  *Engine
	L       *lua.LState
	box     *sandbox
	kill    killSwitch
	watcher watcher
	locate  *lua.LFunction // the handler of errors that leave a script
	reword  *lua.LFunction // the handler of those that pcall catches
	run     *run           // what runs, nil when nothing does
	room    run            // where it is
	request request        // the command that it calls
	found   [foundCommands]foundCommand

	debugger *debugger // whose session this interpreter is for, nil when nobody debugs

	loading *library    // the library whose text runs, nil when none does
	api     *lua.LTable // what such a text sees; made when it is needed

	idle   []*lua.LState // threads of pcall that are free
	nested int           // how many pcalls and resumes have not returned
	broken bool          // its own code has panicked: it is not used again
}

// newInterpreter makes an interpreter whose table redis has what api adds to what all have.
func newInterpreter(e *Engine, api func(in *interpreter, redis *lua.LTable)) *interpreter {
	L := lua.NewState(lua.Options{CallStackSize: maxCalls, RegistrySize: startRegistry, RegistryMaxSize: maxRegistry,
		SkipOpenLibs: true})
	in := &interpreter{engine: e, L: L}
	in.watcher.init(&in.kill)
	in.room.ctx = command.Ctx{Out: &e.out, Client: &e.client, Host: e.host}
	L.SetContext(&in.kill)
	L.Options.CallStackSize, L.Options.MinimizeStackMemory = threadCalls, true // of its threads
	L.Options.RegistrySize = startThread
	in.locate, in.reword = L.NewFunction(locate), L.NewFunction(reword)
	in.box = newSandbox(in, api)
	return in
}

// context is what a new thread asks before each of its instructions.
func (in *interpreter) context(th *lua.LState) context.Context {
	if in.debugger != nil {
		return in.debugger.hook(th)
	}
	return &in.kill
}

// function makes a function of a prototype, in the environment of scripts.
func (in *interpreter) function(proto *lua.FunctionProto) *lua.LFunction {
	f := in.L.NewFunctionFromProto(proto)
	f.Env = in.box.environment(proto)
	return f
}

// call runs a function that returns one value at most. failed is what it has raised, nil when it has returned result.
func (in *interpreter) call(f *lua.LFunction, args ...lua.LValue) (result, failed lua.LValue) {
	L := in.L
	defer L.SetTop(0)
	L.Push(f)
	for _, a := range args {
		L.Push(a)
	}
	err := L.PCall(len(args), 1, in.locate)
	L.G.CurrentThread = L // a coroutine that was killed does not say that it has ended
	in.nested = 0
	if err == nil {
		return L.Get(-1), nil
	}
	return nil, in.raised(err)
}

// list makes a table of arguments.
func (in *interpreter) list(args [][]byte) *lua.LTable {
	t := in.L.CreateTable(len(args), 0)
	for _, a := range args {
		t.Append(lua.LString(a))
	}
	return t
}
