package cmsgpack

import (
	"encoding/binary"
	"math"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/auxlib"
)

func unpack(L *lua.LState) int { return unpackFrom(L, L.GetTop(), 0, 0) }

func unpackOne(L *lua.LState) int { return unpackFrom(L, 1, 1, auxlib.OptInteger(L, 2, 0)) }

func unpackLimit(L *lua.LState) int {
	limit := auxlib.CheckInteger(L, 2)
	return unpackFrom(L, 1, limit, auxlib.OptInteger(L, 3, 0))
}

// unpackFrom pushes up to limit values that stand behind the offset, and before them the offset of the rest, -1 when nothing is
// left. With neither limit nor offset it pushes all values alone. args are the slots that arguments take.
func unpackFrom(L *lua.LState, args int, limit, offset int64) int {
	data := auxlib.CheckString(L, 1)
	all := limit == 0 && offset == 0
	switch {
	case offset < 0 || limit < 0:
		// Not the limit is named, but the length.
		auxlib.Error(L, "Invalid request to unpack with offset of %d and limit of %d.", int32(offset), len(data))
	case offset > int64(len(data)):
		auxlib.Error(L, "Start offset %d greater than input length %d.", int32(offset), len(data))
	case all:
		limit = math.MaxInt32
	}
	u := unpacker{L: L, data: data, pos: int(offset)}
	var results []lua.LValue
	for u.pos < len(data) && int64(len(results)) < limit {
		results = append(results, u.value(args+len(results)))
	}
	if !all {
		auxlib.CheckStack(L, args+len(results)+1, "in function mp_unpack_full")
		if u.pos == len(data) {
			u.pos = -1
		}
		L.Push(lua.LNumber(u.pos))
	}
	for _, v := range results {
		L.Push(v)
	}
	if all {
		return len(results)
	}
	return len(results) + 1
}

type unpacker struct {
	L    *lua.LState
	data string
	pos  int // of what comes next in data
}

// need raises an error when fewer than n bytes are left.
func (u *unpacker) need(n int) {
	if n > len(u.data)-u.pos {
		auxlib.Error(u.L, "Missing bytes in input.")
	}
}

// uint reads a big-endian number of 1, 2, 4 or 8 bytes that stand behind the first one.
func (u *unpacker) uint(size int) uint64 {
	u.need(1 + size)
	var b [8]byte
	copy(b[8-size:], u.data[u.pos+1:u.pos+1+size])
	u.pos += 1 + size
	return binary.BigEndian.Uint64(b[:])
}

// value reads a value. slots is what lies on the stack of a C library at this point, which bounds how deep values may nest.
func (u *unpacker) value(slots int) lua.LValue {
	u.need(1)
	auxlib.CheckStack(u.L, slots+1, "too many return values at once; use unpack_one or unpack_limit instead.")
	switch c := u.data[u.pos]; {
	case c < fixMap:
		u.pos++
		return lua.LNumber(c)
	case c >= fixMinus:
		u.pos++
		return lua.LNumber(int8(c))
	case c < fixArray:
		u.pos++
		return u.dict(int(c&15), slots)
	case c < fixStr:
		u.pos++
		return u.array(int(c&15), slots)
	case c < codeNil:
		u.need(1 + int(c&31))
		u.pos++
		return u.string(int(c & 31))
	default:
		return u.coded(c, slots)
	}
}

// coded reads a value whose first byte is one of the codes.
func (u *unpacker) coded(code byte, slots int) lua.LValue {
	switch code {
	case codeNil, codeFalse, codeTrue:
		u.pos++
		if code == codeNil {
			return lua.LNil
		}
		return lua.LBool(code == codeTrue)
	case codeFloat:
		return lua.LNumber(math.Float32frombits(uint32(u.uint(4))))
	case codeDouble:
		return lua.LNumber(math.Float64frombits(u.uint(8)))
	case codeUint8:
		return lua.LNumber(u.uint(1))
	case codeUint16:
		return lua.LNumber(u.uint(2))
	case codeUint32:
		return lua.LNumber(u.uint(4))
	case codeUint64, codeInt64: // both are read as signed numbers
		return lua.LNumber(int64(u.uint(8)))
	case codeInt8:
		return lua.LNumber(int8(u.uint(1)))
	case codeInt16:
		return lua.LNumber(int16(u.uint(2)))
	case codeInt32:
		return lua.LNumber(int32(u.uint(4)))
	case codeStr8:
		return u.string(int(u.uint(1)))
	case codeStr16:
		return u.string(int(u.uint(2)))
	case codeStr32:
		return u.string(int(u.uint(4)))
	case codeArray16:
		return u.array(int(u.uint(2)), slots)
	case codeArray32:
		return u.array(int(u.uint(4)), slots)
	case codeMap16:
		return u.dict(int(u.uint(2)), slots)
	case codeMap32:
		return u.dict(int(u.uint(4)), slots)
	}
	auxlib.Error(u.L, "Bad data format in input.")
	return nil
}

func (u *unpacker) string(n int) lua.LValue {
	u.need(n)
	s := u.data[u.pos : u.pos+n]
	u.pos += n
	return lua.LString(s)
}

// maxPresize bounds the room that is made for a table before its elements are seen: a length is only a claim.
const maxPresize = 1 << 8

func (u *unpacker) array(n, slots int) lua.LValue {
	t := u.L.CreateTable(min(n, maxPresize), 0)
	auxlib.CheckStack(u.L, slots+2, "in function mp_decode_to_lua_array")
	for i := 1; i <= n; i++ {
		if v := u.value(slots + 2); v != lua.LNil { // nil takes no room, unless something follows
			t.RawSetInt(i, v)
		}
	}
	return t
}

func (u *unpacker) dict(n, slots int) lua.LValue {
	t := u.L.CreateTable(0, min(n, maxPresize))
	for range n {
		k := u.value(slots + 1)
		v := u.value(slots + 2)
		if k == lua.LNil {
			u.L.Error(lua.LString("table index is nil"), 0)
		}
		if f, ok := k.(lua.LNumber); ok && f != f {
			u.L.Error(lua.LString("table index is NaN"), 0)
		}
		if v == lua.LNil && t.RawGet(k) == lua.LNil {
			continue
		}
		t.RawSet(k, v)
	}
	return t
}
