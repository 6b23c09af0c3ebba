// Package auxlib checks the arguments of Lua functions that are written in Go and raises their errors, with the words and the
// conversions of the C API's auxiliary library (luaL_check…, luaL_error), which scripts may have learned to expect.
// gopher-lua has functions of the same purpose; their texts differ.
package auxlib

import (
	"fmt"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/number"
)

// MaxString is the length in bytes beyond which the libraries refuse to build a string: that of the longest value that Redis
// takes by default. It is a variable for tests.
var MaxString = 512 << 20

// MaxStack is how many slots a C function may use of Lua's stack, LUAI_MAXCSTACK. It bounds how many values a function returns
// and how deep the libraries follow nested data.
const MaxStack = 8000

// Error raises an error with the place of the call before it, as luaL_error does. There is no place when the caller is not
// written in Lua (pcall).
func Error(L *lua.LState, format string, args ...any) {
	L.Error(lua.LString(Where(L, 1)+fmt.Sprintf(format, args...)), 0)
}

// Where is the place in the text of the function at a level of calls, as luaL_where has it: "chunk:line: ". It is empty when that
// function is not written in Lua.
func Where(L *lua.LState, level int) string {
	caller, ok := L.GetStack(level)
	if !ok {
		return ""
	}
	if _, err := L.GetInfo("Sl", caller, nil); err != nil || caller.CurrentLine <= 0 {
		return ""
	}
	return strings.TrimLeft(caller.Source, "@=") + ":" + strconv.Itoa(caller.CurrentLine) + ": "
}

// ArgError raises the error that the argument n is wrong. Unlike C's it does not know that a function was called as a method.
func ArgError(L *lua.LState, n int, message string) {
	Error(L, "bad argument #%d to '%s' (%s)", n, callee(L), message)
}

// callee is the name by which the running function was called, "?" when its caller is not written in Lua or calls no name.
func callee(L *lua.LState) string {
	frame, ok := L.GetStack(0)
	if !ok {
		return "?"
	}
	if _, err := L.GetInfo("n", frame, nil); err != nil || strings.HasPrefix(frame.Name, "(") {
		return "?"
	}
	return frame.Name
}

// TypeError raises the error that the argument n is not of the expected type.
func TypeError(L *lua.LState, n int, expected string) {
	got := "no value"
	if n <= L.GetTop() {
		got = L.Get(n).Type().String()
	}
	ArgError(L, n, expected+" expected, got "+got)
}

// Number converts v as lua_tonumber does: strings are read.
func Number(v lua.LValue) (f float64, ok bool) {
	switch v := v.(type) {
	case lua.LNumber:
		return float64(v), true
	case lua.LString:
		return number.Parse(string(v))
	}
	return 0, false
}

// CheckNumber returns the argument n as a number.
func CheckNumber(L *lua.LState, n int) float64 {
	f, ok := Number(L.Get(n))
	if !ok {
		TypeError(L, n, "number")
	}
	return f
}

// CheckInteger returns the argument n as a whole number, with the fraction cut off.
func CheckInteger(L *lua.LState, n int) int64 { return number.Int64(CheckNumber(L, n)) }

// OptInteger is CheckInteger for an argument that may be missing or nil.
func OptInteger(L *lua.LState, n int, missing int64) int64 {
	if L.Get(n) == lua.LNil {
		return missing
	}
	return CheckInteger(L, n)
}

// Text converts v as lua_tostring does: numbers are written.
func Text(v lua.LValue) (s string, ok bool) {
	switch v := v.(type) {
	case lua.LString:
		return string(v), true
	case lua.LNumber:
		return number.Format(float64(v)), true
	}
	return "", false
}

// CheckString returns the argument n as a string; a number is written.
func CheckString(L *lua.LState, n int) string {
	s, ok := Text(L.Get(n))
	if !ok {
		TypeError(L, n, "string")
	}
	return s
}

// CheckOption returns which of the options the argument n is.
func CheckOption(L *lua.LState, n int, options ...string) int {
	name := CheckString(L, n)
	for i, o := range options {
		if o == name {
			return i
		}
	}
	ArgError(L, n, "invalid option '"+name+"'")
	return 0
}

// CheckStack raises an error when more than MaxStack slots would be used; what says for which purpose.
func CheckStack(L *lua.LState, slots int, what string) {
	if slots > MaxStack {
		Error(L, "stack overflow (%s)", what)
	}
}
