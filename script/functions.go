package script

// FCALL and FUNCTION: the libraries that there are.

import (
	"fmt"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/internal/glob"
)

// Call implements command.Functions.
func (e *Engine) Call(c *command.Ctx, call command.ScriptCall) {
	e.mend()
	f, in := e.libraries.Load().function(call.Script), e.functions
	e.perform(c, in, task{name: f.name, function: true, flags: f.flags, readOnly: call.ReadOnly}, f.callback,
		f.arguments(in, call)...)
}

// arguments are those that the function is called with: the keys and the others, as far as it takes any.
func (f *function) arguments(in *interpreter, call command.ScriptCall) (args []lua.LValue) {
	takes := 2
	if p := f.callback.Proto; p != nil && p.IsVarArg == 0 {
		takes = int(p.NumParameters)
	}
	for i, list := range [][][]byte{call.Keys, call.Args} {
		if i < takes {
			args = append(args, in.list(list))
		}
	}
	return args
}

// mend makes the interpreter and the libraries anew, if the interpreter's own code has panicked.
func (e *Engine) mend() {
	if e.functions == nil || !e.functions.broken {
		return
	}
	old := e.libraries.Load()
	e.functions = nil
	after := newLibrarySet()
	for _, l := range old.sorted() {
		again, err := e.loadLibrary([]byte(l.text), true)
		if err == nil {
			err = after.add(again)
		}
		if err != nil { // it has been loaded before
			panic("script: a library can't be loaded again: " + err.Error())
		}
	}
	e.libraries.Store(after)
}

// HasFunction implements command.Functions.
func (e *Engine) HasFunction(name []byte) bool {
	return e.libraries.Load().function(name) != nil
}

// FunctionFlags implements command.Functions.
func (e *Engine) FunctionFlags(cmd command.Flags, name []byte) command.Flags {
	if f := e.libraries.Load().function(name); f != nil {
		return f.flags.commandFlags(cmd)
	}
	return cmd
}

// LoadLibrary implements command.Functions.
func (e *Engine) LoadLibrary(c *command.Ctx, text []byte, replace bool) (name string, err error) {
	name, _, err = libraryHeader(text)
	if err != nil {
		return "", err
	}
	e.mend()
	set := e.libraries.Load()
	if !replace && set.byName[name] != nil {
		return "", fmt.Errorf("Library '%s' already exists", name)
	}
	l, err := e.loadLibrary(text, c.Tx.Loading)
	if err != nil {
		return "", err
	}
	return name, set.put(l)
}

// DeleteLibrary implements command.Functions.
func (e *Engine) DeleteLibrary(name []byte) bool {
	return e.libraries.Load().remove(string(name))
}

// FlushLibraries implements command.Functions. The interpreter goes, too, and with it what functions have kept to themselves.
func (e *Engine) FlushLibraries(behind bool) {
	before := e.libraries.Swap(newLibrarySet())
	if behind && e.functions != nil {
		e.freed.Add(int64(len(before.byName) + 1))
	}
	e.functions = nil
}

// Libraries implements command.Functions.
func (e *Engine) Libraries(pattern []byte) (list []command.Library) {
	for _, l := range e.libraries.Load().sorted() {
		if pattern != nil && !glob.Match(pattern, []byte(l.name), true) {
			continue
		}
		shown := command.Library{Name: l.name, Text: l.text}
		for _, f := range l.functions {
			shown.Functions = append(shown.Functions, command.Function{Name: f.name, Description: f.description, Flags: f.flags.names()})
		}
		list = append(list, shown)
	}
	return list
}

// RestoreLibraries implements command.Functions.
func (e *Engine) RestoreLibraries(c *command.Ctx, texts [][]byte, policy command.RestorePolicy) error {
	e.mend()
	before := e.functions
	if policy == command.RestoreFlush {
		e.functions = nil
	}
	after, err := e.restored(texts, policy)
	if err != nil {
		e.functions = before
		return err
	}
	e.libraries.Store(after)
	return nil
}

// restored are the libraries that there will be.
func (e *Engine) restored(texts [][]byte, policy command.RestorePolicy) (*librarySet, error) {
	fresh := newLibrarySet()
	for _, text := range texts {
		l, err := e.loadLibrary(text, true)
		if err == nil {
			err = fresh.add(l)
		}
		if err != nil {
			return nil, err
		}
	}
	if policy == command.RestoreFlush {
		return fresh, nil
	}
	after := e.libraries.Load().clone()
	if policy == command.RestoreReplace {
		for name := range fresh.byName {
			after.remove(name)
		}
	}
	for _, l := range fresh.sorted() {
		if after.byName[l.name] != nil {
			return nil, fmt.Errorf("Library %s already exists", l.name) // without quotes here, as Redis has it
		}
		if err := after.add(l); err != nil {
			return nil, err
		}
	}
	return after, nil
}

// FunctionFigures implements command.Functions.
func (e *Engine) FunctionFigures() command.FunctionFigures {
	set := e.libraries.Load()
	f := command.FunctionFigures{Libraries: len(set.byName), Functions: len(set.functions), LibrariesMemory: uint64(set.memory),
		Freed: e.freed.Load()}
	if f.Libraries > 0 {
		f.EngineMemory = uint64(engineMemory + f.Functions*closureOverhead)
	}
	return f
}
