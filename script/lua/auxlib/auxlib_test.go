package auxlib

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
)

// outcome runs a piece of Lua in which f is a function of ours, and returns what it returns or the error.
func outcome(t *testing.T, f lua.LGFunction, piece string) string {
	t.Helper()
	L := lua.NewState()
	defer L.Close()
	L.SetGlobal("f", L.NewFunction(f))
	fn, err := L.Load(strings.NewReader(piece), "@chunk")
	require.NoError(t, err)
	L.Push(fn)
	if err := L.PCall(0, 1, nil); err != nil {
		return err.(*lua.ApiError).Object.String()
	}
	return L.Get(-1).String()
}

func TestErrorsTellPlaceAndName(t *testing.T) {
	fail := func(L *lua.LState) int {
		ArgError(L, 2, "is wrong")
		return 0
	}
	for piece, want := range map[string]string{
		"f()":                            "chunk:1: bad argument #2 to 'f' (is wrong)",
		"\n\nlocal t = {g = f}\nt.g()":   "chunk:4: bad argument #2 to 'g' (is wrong)",
		"local t = {f} t[1]()":           "chunk:1: bad argument #2 to '?' (is wrong)",
		"return f()":                     "chunk:1: bad argument #2 to 'f' (is wrong)",
		"return select(2, pcall(f))":     "bad argument #2 to '?' (is wrong)",
		"local function g() f() end g()": "chunk:1: bad argument #2 to 'f' (is wrong)",
	} {
		assert.Equal(t, want, outcome(t, fail, piece), piece)
	}
}

func TestChecks(t *testing.T) {
	push := func(L *lua.LState, v lua.LValue) int {
		L.Push(v)
		return 1
	}
	for name, f := range map[string]lua.LGFunction{
		"number":  func(L *lua.LState) int { return push(L, lua.LNumber(CheckNumber(L, 1))) },
		"integer": func(L *lua.LState) int { return push(L, lua.LNumber(CheckInteger(L, 1))) },
		"opt":     func(L *lua.LState) int { return push(L, lua.LNumber(OptInteger(L, 1, 7))) },
		"string":  func(L *lua.LState) int { return push(L, lua.LString(CheckString(L, 1))) },
		"option":  func(L *lua.LState) int { return push(L, lua.LNumber(CheckOption(L, 1, "off", "on"))) },
		"stack":   func(L *lua.LState) int { CheckStack(L, int(CheckInteger(L, 1)), "too much"); return 0 },
	} {
		for piece, want := range map[string]map[string]string{
			"number":  {"f(1.5)": "1.5", "f('0x10')": "16", "f()": "number expected, got no value", "f(nil)": "number expected, got nil", "f('x')": "number expected, got string"},
			"integer": {"f(-1.9)": "-1", "f('2.9')": "2", "f({})": "number expected, got table"},
			"opt":     {"f()": "7", "f(nil)": "7", "f(3)": "3", "f(true)": "number expected, got boolean"},
			"string":  {"f('a')": "a", "f(1e15)": "1e+15", "f()": "string expected, got no value"},
			"option":  {"f('off')": "0", "f('on')": "1", "f('x')": "invalid option 'x'", "f({})": "string expected, got table"},
			"stack":   {"f(8000)": "nil", "f(8001)": "stack overflow (too much)"},
		}[name] {
			got := outcome(t, f, "local r = "+piece+" return r")
			if want != got {
				assert.Contains(t, got, want, "%s %s", name, piece)
				assert.Contains(t, got, "chunk:1: ", "%s %s", name, piece)
			}
		}
	}
}

func TestFirstHashed(t *testing.T) {
	table := &lua.LTable{Metatable: lua.LNil}
	key, _ := FirstHashed(table)
	assert.Equal(t, lua.LNil, key)
	table.RawSetString("x", lua.LTrue)
	key, value := FirstHashed(table)
	assert.Equal(t, []lua.LValue{lua.LString("x"), lua.LTrue}, []lua.LValue{key, value})
	for i := 1; i <= 5; i++ {
		table.RawSetInt(i, lua.LFalse)
	}
	table.RawSetInt(2, lua.LNil)
	table.RawSetInt(5, lua.LNil)
	assert.Equal(t, 4, ArrayLen(table))
	key, _ = FirstHashed(table)
	assert.Equal(t, lua.LString("x"), key)
	table.RawSetString("x", lua.LNil)
	key, _ = FirstHashed(table)
	assert.Equal(t, lua.LNil, key)
}
