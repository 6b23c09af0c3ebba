// Package cjson is the Lua library cjson, as lua-cjson 2.1.0 defines it: JSON texts for Lua values and back.
//
// What is not plain JSON is that library's choice. A table is an array when all its keys are whole numbers from 1 on, and
// otherwise an object, as the empty one is. Bytes that are not UTF-8 pass through. By default it reads NaN, infinity,
// hexadecimal numbers and leading zeros, and writes none of them. A zero byte ends the text.
//
// As of Redis 8, decoded arrays may be marked (decode_array_with_array_mt), so that they are written as arrays even when they
// are empty. The mark is a field of their metatable, which scripts may use for tables of their own.
package cjson

import (
	"math"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

// Null stands for JSON's null, which nil in a table could not: cjson.null. In C it is a light userdata, the pointer NULL.
var Null = &lua.LUserData{}

// What to do with numbers that JSON does not have, when encoding.
const (
	invalidRefused = iota
	invalidWritten
	invalidNull
)

// arrayMark is the field of a metatable that makes its tables arrays, unless it is nil or false.
const arrayMark = "__is_cjson_array"

// codec is a module: its settings and its buffers. cjson.new makes another one.
type codec struct {
	limit int // bytes that an encoded text may have

	sparseConvert bool  // extremely sparse arrays become objects; otherwise they are an error
	sparseRatio   int32 // how many indexes there may be for each value; 0: any
	sparseSafe    int32 // up to this index an array is never too sparse
	encodeDepth   int32
	decodeDepth   int32
	precision     int32 // significant digits of numbers
	encodeInvalid int   // invalidRefused …
	decodeInvalid bool
	keepBuffer    bool
	markArrays    bool // decoded ones

	arrays  *lua.LTable // the metatable of marked arrays
	encoder encoder
	decoder decoder
}

// Open makes the module's table. Scripts see the metatable of marked arrays, but must not change it, as all such arrays share it:
// protect is told which one that is.
func Open(L *lua.LState, protect func(*lua.LTable)) *lua.LTable {
	arrays := L.CreateTable(0, 1)
	arrays.RawSetString(arrayMark, lua.LTrue)
	protect(arrays)
	return open(L, auxlib.MaxString, arrays)
}

// open makes a module that encodes to at most limit bytes.
func open(L *lua.LState, limit int, arrays *lua.LTable) *lua.LTable {
	c := &codec{
		limit:         limit,
		sparseRatio:   2,
		sparseSafe:    10,
		encodeDepth:   1000,
		decodeDepth:   1000,
		precision:     14,
		decodeInvalid: true,
		keepBuffer:    true,
		arrays:        arrays,
	}
	t := L.SetFuncs(L.CreateTable(0, 14), map[string]lua.LGFunction{
		"encode":                     c.encode,
		"decode":                     c.decode,
		"encode_sparse_array":        c.encodeSparseArray,
		"encode_max_depth":           integerSetting(&c.encodeDepth, 1, math.MaxInt32),
		"decode_max_depth":           integerSetting(&c.decodeDepth, 1, math.MaxInt32),
		"encode_number_precision":    integerSetting(&c.precision, 1, 14),
		"encode_keep_buffer":         switchSetting(&c.keepBuffer),
		"encode_invalid_numbers":     c.encodeInvalidNumbers,
		"decode_invalid_numbers":     switchSetting(&c.decodeInvalid),
		"decode_array_with_array_mt": switchSetting(&c.markArrays),
		"new": func(L *lua.LState) int {
			L.Push(open(L, limit, arrays))
			return 1
		},
	})
	t.RawSetString("null", Null)
	t.RawSetString("_NAME", lua.LString("cjson"))
	t.RawSetString("_VERSION", lua.LString("2.1.0"))
	return t
}
