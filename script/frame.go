package script

// What gopher-lua keeps to itself about calls, and the debugger wants to know.

import (
	"reflect"

	lua "github.com/yuin/gopher-lua"
)

// frame is a call that has not returned.
type frame struct {
	th        *lua.LState
	debug     *lua.Debug
	fn        *lua.LFunction
	id        uintptr // the place in the stack: a call that takes place there later has the same
	pc        int     // the instruction that is executed
	tailCalls int     // of functions whose place this one has taken
	outermost bool    // it was not called by a function of this thread
}

// The places of the fields of lua.Debug and of what its frame points to; -1 for what is not there.
var frameFields = struct{ frame, pc, parent, tailCalls int }{
	fieldOf(reflect.TypeFor[lua.Debug](), "frame"), callFrameField("Pc"), callFrameField("Parent"), callFrameField("TailCall"),
}

func callFrameField(name string) int {
	f, ok := reflect.TypeFor[lua.Debug]().FieldByName("frame")
	if !ok || f.Type.Kind() != reflect.Pointer {
		return -1
	}
	return fieldOf(f.Type.Elem(), name)
}

func fieldOf(t reflect.Type, name string) int {
	if f, ok := t.FieldByName(name); ok {
		return f.Index[0]
	}
	return -1
}

// frameAt is the call at a level: 0 is the one that is executed. A level within tail calls is none that GetStack is asked for.
func frameAt(th *lua.LState, level int) (f frame, ok bool) {
	d, ok := th.GetStack(level)
	if !ok {
		return f, false
	}
	v, err := th.GetInfo("f", d, lua.LNil)
	fn, isFunction := v.(*lua.LFunction)
	if err != nil || !isFunction {
		return f, false
	}
	at := reflect.ValueOf(d).Elem().Field(frameFields.frame)
	call := at.Elem()
	return frame{th: th, debug: d, fn: fn, id: at.Pointer(), pc: int(call.Field(frameFields.pc).Int()) - 1,
		tailCalls: int(call.Field(frameFields.tailCalls).Int()), outermost: call.Field(frameFields.parent).IsNil()}, true
}

// line is the line that is executed.
func (f frame) line() int { return f.lineOf(f.pc) }

func (f frame) lineOf(pc int) int {
	if lines := f.fn.Proto.DbgSourcePositions; 0 <= pc && pc < len(lines) {
		return lines[pc]
	}
	return 0
}
