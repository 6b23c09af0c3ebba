// Package cmsgpack is the Lua library cmsgpack, as lua-cmsgpack 0.4.0 defines it: Lua values in MessagePack (msgpack.org).
//
// The choices are that library's, and older than the current format: there are no binary and no extension types, a whole
// number takes its shortest form, another one is a float when nothing is lost, a table with the keys 1 to n is an array, and
// what has no form (functions, tables nested too deep) becomes nil.
package cmsgpack

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

// Open makes the module's table.
func Open(L *lua.LState) *lua.LTable { return open(L, auxlib.MaxString) }

// open makes a module that packs at most limit bytes.
func open(L *lua.LState, limit int) *lua.LTable {
	t := L.SetFuncs(L.CreateTable(0, 8), map[string]lua.LGFunction{
		"pack":         func(L *lua.LState) int { return pack(L, limit) },
		"unpack":       unpack,
		"unpack_one":   unpackOne,
		"unpack_limit": unpackLimit,
	})
	t.RawSetString("_NAME", lua.LString("cmsgpack"))
	t.RawSetString("_VERSION", lua.LString("lua-cmsgpack 0.4.0"))
	t.RawSetString("_COPYRIGHT", lua.LString("Copyright (C) 2012, Salvatore Sanfilippo"))
	t.RawSetString("_DESCRIPTION", lua.LString("MessagePack C implementation for Lua"))
	return t
}

// The first bytes of values that are not told by a range of first bytes.
const (
	codeNil     = 0xc0
	codeFalse   = 0xc2
	codeTrue    = 0xc3
	codeFloat   = 0xca
	codeDouble  = 0xcb
	codeUint8   = 0xcc
	codeUint16  = 0xcd
	codeUint32  = 0xce
	codeUint64  = 0xcf
	codeInt8    = 0xd0
	codeInt16   = 0xd1
	codeInt32   = 0xd2
	codeInt64   = 0xd3
	codeStr8    = 0xd9
	codeStr16   = 0xda
	codeStr32   = 0xdb
	codeArray16 = 0xdc
	codeArray32 = 0xdd
	codeMap16   = 0xde
	codeMap32   = 0xdf
)

// The bits above the number or length in values of a single first byte.
const (
	fixMap   = 0x80 // below it, the byte is the number
	fixArray = 0x90
	fixStr   = 0xa0
	fixMinus = 0xe0 // from here, the byte is a number from -32 to -1
)
