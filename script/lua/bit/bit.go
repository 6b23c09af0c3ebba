// Package bit is the Lua library bit, as LuaBitOp 1.0.2 (bitop.luajit.org) defines it: operations on 32 bits, whose results are
// signed numbers.
package bit

import (
	"math"
	"math/bits"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

// Open makes the module's table.
func Open(L *lua.LState) *lua.LTable {
	return L.SetFuncs(L.CreateTable(0, 12), map[string]lua.LGFunction{
		"tobit":   unary(func(b uint32) uint32 { return b }),
		"bnot":    unary(func(b uint32) uint32 { return ^b }),
		"bswap":   unary(bits.ReverseBytes32),
		"band":    variadic(func(a, b uint32) uint32 { return a & b }),
		"bor":     variadic(func(a, b uint32) uint32 { return a | b }),
		"bxor":    variadic(func(a, b uint32) uint32 { return a ^ b }),
		"lshift":  shift(func(b uint32, n int) uint32 { return b << n }),
		"rshift":  shift(func(b uint32, n int) uint32 { return b >> n }),
		"arshift": shift(func(b uint32, n int) uint32 { return uint32(int32(b) >> n) }),
		"rol":     shift(bits.RotateLeft32),
		"ror":     shift(func(b uint32, n int) uint32 { return bits.RotateLeft32(b, -n) }),
		"tohex":   tohex,
	})
}

// magic is 2^52 + 2^51. Added to a number below 2^51 it leaves the number's whole part, rounded to even, in the low bits of
// the sum. Of larger numbers there come out the bits that a C LuaBitOp finds.
const magic = 1<<52 + 1<<51

// arg returns the argument n as 32 bits.
func arg(L *lua.LState, n int) uint32 {
	return uint32(math.Float64bits(auxlib.CheckNumber(L, n) + magic))
}

func push(L *lua.LState, b uint32) int {
	L.Push(lua.LNumber(int32(b)))
	return 1
}

func unary(op func(uint32) uint32) lua.LGFunction {
	return func(L *lua.LState) int { return push(L, op(arg(L, 1))) }
}

// variadic folds all arguments, the last one after the first: that decides which of several bad ones is named.
func variadic(op func(a, b uint32) uint32) lua.LGFunction {
	return func(L *lua.LState) int {
		b := arg(L, 1)
		for n := L.GetTop(); n > 1; n-- {
			b = op(b, arg(L, n))
		}
		return push(L, b)
	}
}

// shift uses only the lower 5 bits of the second argument.
func shift(op func(b uint32, n int) uint32) lua.LGFunction {
	return func(L *lua.LState) int {
		b := arg(L, 1)
		return push(L, op(b, int(arg(L, 2)&31)))
	}
}

// tohex writes the number of digits that the second argument says, 8 without one; in upper case when it is negative.
func tohex(L *lua.LState) int {
	b, n, digits := arg(L, 1), int64(8), "0123456789abcdef"
	if L.GetTop() >= 2 {
		n = int64(int32(arg(L, 2)))
	}
	if n < 0 {
		n, digits = -n, "0123456789ABCDEF"
	}
	text := make([]byte, min(n, 8))
	for i := len(text) - 1; i >= 0; i-- {
		text[i] = digits[b&15]
		b >>= 4
	}
	L.Push(lua.LString(text))
	return 1
}
