// Package stdlib is Lua 5.1's string and table libraries, for bytes, with bounds. gopher-lua's own take strings for UTF-8 in
// places, format as Go does, and build whatever they are asked to.
package stdlib

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

// String makes the table string. stop is asked during long searches whether to give up.
func String(L *lua.LState, stop func() bool) *lua.LTable {
	m := matcher{stop}
	gmatch := L.NewFunction(m.gmatch)
	t := L.SetFuncs(L.CreateTable(0, 16), map[string]lua.LGFunction{
		"byte":    stringByte,
		"char":    stringChar,
		"dump":    stringDump,
		"find":    m.find,
		"format":  stringFormat,
		"gsub":    m.gsub,
		"len":     stringLen,
		"lower":   stringLower,
		"match":   m.match,
		"rep":     stringRep,
		"reverse": stringReverse,
		"sub":     stringSub,
		"upper":   stringUpper,
	})
	t.RawSetString("gmatch", gmatch)
	t.RawSetString("gfind", gmatch)
	return t
}

// checkLength raises an error when a string of n bytes is to be built and that is too long.
func checkLength(L *lua.LState, n int) {
	if n > auxlib.MaxString || n < 0 {
		L.Error(lua.LString("not enough memory"), 0)
	}
}

// offset makes a position of what counts from the end when it is negative.
func offset(pos int64, length int) int64 {
	if pos < 0 {
		pos += int64(length) + 1
	}
	return max(pos, 0)
}

// slice is the range of s, from 0, that the arguments n and n+1 choose.
func slice(L *lua.LState, s string, n int, from, to int64) (start, end int) {
	first := offset(auxlib.OptInteger(L, n, from), len(s))
	last := min(offset(auxlib.OptInteger(L, n+1, to), len(s)), int64(len(s)))
	first = max(first, 1)
	if first > last {
		return 0, 0
	}
	return int(first - 1), int(last)
}

func stringByte(L *lua.LState) int {
	s := auxlib.CheckString(L, 1)
	from := auxlib.OptInteger(L, 2, 1)
	start, end := slice(L, s, 2, from, offset(from, len(s)))
	auxlib.CheckStack(L, end-start, "string slice too long")
	for _, c := range []byte(s[start:end]) {
		L.Push(lua.LNumber(c))
	}
	return end - start
}

func stringChar(L *lua.LState) int {
	b := make([]byte, L.GetTop())
	for i := range b {
		n := auxlib.CheckInteger(L, i+1)
		if n != int64(byte(n)) {
			auxlib.ArgError(L, i+1, "invalid value")
		}
		b[i] = byte(n)
	}
	L.Push(lua.LString(b))
	return 1
}

// stringDump returns what begins like bytecode and is none: nothing takes it.
func stringDump(L *lua.LState) int {
	if f, ok := L.Get(1).(*lua.LFunction); !ok {
		auxlib.TypeError(L, 1, "function")
	} else if f.IsG {
		auxlib.Error(L, "unable to dump given function")
	}
	L.Push(lua.LString("\x1bLua"))
	return 1
}

func stringLen(L *lua.LState) int {
	L.Push(lua.LNumber(len(auxlib.CheckString(L, 1))))
	return 1
}

// mapped pushes s with each byte replaced.
func mapped(L *lua.LState, s string, f func(byte) byte) int {
	b := []byte(s)
	for i, c := range b {
		b[i] = f(c)
	}
	L.Push(lua.LString(b))
	return 1
}

func stringLower(L *lua.LState) int {
	return mapped(L, auxlib.CheckString(L, 1), func(c byte) byte {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	})
}

func stringUpper(L *lua.LState) int {
	return mapped(L, auxlib.CheckString(L, 1), func(c byte) byte {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		return c
	})
}

func stringRep(L *lua.LState) int {
	s, n := auxlib.CheckString(L, 1), auxlib.CheckInteger(L, 2)
	if n <= 0 || s == "" {
		L.Push(lua.LString(""))
		return 1
	}
	checkLength(L, int(min(n, int64(auxlib.MaxString)+1)))
	checkLength(L, len(s)*int(n))
	L.Push(lua.LString(strings.Repeat(s, int(n))))
	return 1
}

func stringReverse(L *lua.LState) int {
	s := auxlib.CheckString(L, 1)
	b := make([]byte, len(s))
	for i := range b {
		b[i] = s[len(s)-1-i]
	}
	L.Push(lua.LString(b))
	return 1
}

func stringSub(L *lua.LState) int {
	s := auxlib.CheckString(L, 1)
	auxlib.CheckInteger(L, 2)
	start, end := slice(L, s, 2, 1, -1)
	L.Push(lua.LString(s[start:end]))
	return 1
}
