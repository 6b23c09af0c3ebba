package auxlib

import lua "github.com/yuin/gopher-lua"

// A table of gopher-lua keeps the values of the keys from 1 on in an array, which may have holes, and all else in a hash, in the
// order in which the keys came. Going through the array by index and only through the hash by Next is much faster than Next
// alone, and in the same order.

// ArrayLen returns the highest index with a value in t's array.
func ArrayLen(t *lua.LTable) int { return t.MaxN() }

// Index returns the value of the key i, 1 or more. What is at lua.MaxArrayIndex or beyond lies in the hash.
func Index(t *lua.LTable, i int) lua.LValue {
	if i < lua.MaxArrayIndex {
		return t.RawGetInt(i)
	}
	return t.RawGet(lua.LNumber(i))
}

// FirstHashed returns the first entry that is not in t's array; LNil when there is none. Next goes on from there.
func FirstHashed(t *lua.LTable) (key, value lua.LValue) {
	if n := t.MaxN(); n > 0 {
		return t.Next(lua.LNumber(n))
	}
	return t.Next(lua.LNil)
}
