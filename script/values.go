package script

// The basic functions of Lua that look at values: their arguments, conversions, and what has no other place.

import (
	"math"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
	"github.com/miniredisd/miniredisd/script/number"
)

// fail raises an error with the place of the call before it.
func fail(L *lua.LState, msg string) int {
	auxlib.Error(L, "%s", msg)
	return 0
}

func checkAny(L *lua.LState, n int) lua.LValue {
	if n > L.GetTop() {
		auxlib.ArgError(L, n, "value expected")
	}
	return L.Get(n)
}

func checkTable(L *lua.LState, n int) *lua.LTable {
	t, ok := L.Get(n).(*lua.LTable)
	if !ok {
		auxlib.TypeError(L, n, "table")
	}
	return t
}

func checkFunction(L *lua.LState, n int) *lua.LFunction {
	f, ok := L.Get(n).(*lua.LFunction)
	if !ok {
		auxlib.TypeError(L, n, "function")
	}
	return f
}

func optString(L *lua.LState, n int, missing string) string {
	if L.Get(n) == lua.LNil {
		return missing
	}
	return auxlib.CheckString(L, n)
}

func baseType(L *lua.LState) int {
	L.Push(lua.LString(checkAny(L, 1).Type().String()))
	return 1
}

func baseRawEqual(L *lua.LState) int {
	L.Push(lua.LBool(checkAny(L, 1) == checkAny(L, 2)))
	return 1
}

func baseSelect(L *lua.LState) int {
	top := L.GetTop()
	if L.Get(1) == lua.LString("#") {
		L.Push(lua.LNumber(top - 1))
		return 1
	}
	n := int(auxlib.CheckInteger(L, 1))
	if n < 0 {
		n += top
	}
	if n < 1 {
		auxlib.ArgError(L, 1, "index out of range")
	}
	return max(top-n, 0)
}

func baseToString(L *lua.LState) int {
	v := checkAny(L, 1)
	if n, ok := v.(lua.LNumber); ok {
		v = lua.LString(number.Format(float64(n)))
	} else {
		v = L.ToStringMeta(v)
	}
	L.Push(v)
	return 1
}

func baseToNumber(L *lua.LState) int {
	base := auxlib.OptInteger(L, 2, 10)
	v := checkAny(L, 1)
	if base == 10 {
		if f, ok := auxlib.Number(v); ok {
			L.Push(lua.LNumber(f))
		} else {
			L.Push(lua.LNil)
		}
		return 1
	}
	text := auxlib.CheckString(L, 1)
	if base < 2 || base > 36 {
		auxlib.ArgError(L, 2, "base out of range")
	}
	L.Push(integer(text, int(base)))
	return 1
}

// integer reads a text as C's strtoul does; nil when it is no number.
func integer(text string, base int) lua.LValue {
	text = strings.Trim(text, " \t\n\v\f\r")
	digits := strings.TrimPrefix(strings.TrimPrefix(text, "+"), "-")
	if base == 16 && (strings.HasPrefix(digits, "0x") || strings.HasPrefix(digits, "0X")) {
		digits = digits[2:]
	}
	n, err := strconv.ParseUint(digits, base, 64)
	if err != nil {
		if e, ok := err.(*strconv.NumError); !ok || e.Err != strconv.ErrRange {
			return lua.LNil
		}
		n = math.MaxUint64
	} else if strings.HasPrefix(text, "-") {
		n = -n
	}
	return lua.LNumber(n)
}

// baseNewProxy makes a userdata, with a metatable when the argument is true or another proxy that has one.
func (in *interpreter) baseNewProxy(L *lua.LState) int {
	p := L.NewUserData()
	switch v := L.Get(1).(type) {
	case lua.LBool:
		if bool(v) {
			p.Metatable = L.NewTable()
		}
	case *lua.LUserData:
		p.Metatable = v.Metatable
	case *lua.LNilType:
	default:
		auxlib.ArgError(L, 1, "boolean or proxy expected")
	}
	L.Push(p)
	return 1
}
