package cjson

import (
	"fmt"
	"math"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

// Each setting is a function that takes the new value, or nothing, and returns the value that holds from now on.

func checkCount(L *lua.LState, most int) {
	if L.GetTop() > most {
		auxlib.ArgError(L, most+1, "found too many arguments")
	}
}

func integerSetting(setting *int32, least, most int32) lua.LGFunction {
	return func(L *lua.LState) int {
		checkCount(L, 1)
		setInteger(L, 1, setting, least, most)
		return 1
	}
}

func switchSetting(setting *bool) lua.LGFunction {
	return func(L *lua.LState) int {
		checkCount(L, 1)
		setSwitch(L, 1, setting)
		return 1
	}
}

// setInteger follows the argument n and pushes the result.
func setInteger(L *lua.LState, n int, setting *int32, least, most int32) {
	if L.Get(n) != lua.LNil {
		v := int32(auxlib.CheckInteger(L, n))
		if v < least || v > most {
			auxlib.ArgError(L, 1, fmt.Sprintf("expected integer between %d and %d", least, most)) // 1 whichever it is
		}
		*setting = v
	}
	L.Push(lua.LNumber(*setting))
}

// setSwitch follows the argument n, which may be a boolean, "off" or "on", and pushes the result.
func setSwitch(L *lua.LState, n int, setting *bool) {
	switch v := L.Get(n).(type) {
	case *lua.LNilType:
	case lua.LBool:
		*setting = bool(v)
	default:
		*setting = auxlib.CheckOption(L, n, "off", "on") == 1
	}
	L.Push(lua.LBool(*setting))
}

// encodeSparseArray takes three settings: whether extremely sparse arrays become objects, the ratio and the safe index.
func (c *codec) encodeSparseArray(L *lua.LState) int {
	checkCount(L, 3)
	args := [3]lua.LValue{L.Get(1), L.Get(2), L.Get(3)}
	L.SetTop(0)
	for _, v := range args {
		L.Push(v) // the results come above all three arguments, also above missing ones
	}
	setSwitch(L, 1, &c.sparseConvert)
	setInteger(L, 2, &c.sparseRatio, 0, math.MaxInt32)
	setInteger(L, 3, &c.sparseSafe, 0, math.MaxInt32)
	return 3
}

// encodeInvalidNumbers takes a boolean, "off", "on" or "null".
func (c *codec) encodeInvalidNumbers(L *lua.LState) int {
	checkCount(L, 1)
	switch v := L.Get(1).(type) {
	case *lua.LNilType:
	case lua.LBool:
		c.encodeInvalid = invalidRefused
		if v {
			c.encodeInvalid = invalidWritten
		}
	default:
		c.encodeInvalid = auxlib.CheckOption(L, 1, "off", "on", "null")
	}
	if c.encodeInvalid == invalidNull {
		L.Push(lua.LString("null"))
	} else {
		L.Push(lua.LBool(c.encodeInvalid == invalidWritten))
	}
	return 1
}
