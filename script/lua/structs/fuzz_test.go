package structs_test

import (
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/structs"
	"github.com/miniredisd/miniredisd/tests/luatest"
)

// FuzzUnpack unpacks any data by any format from any position; the position behind is inside the data, unless the format is empty.
func FuzzUnpack(f *testing.F) {
	for _, s := range []string{"bBhHlLTiI", ">fd<fdx", "sc3c0", "bc0", "!8bi3!2l", "i33", "i0I32", "c2147483647", "! b\x00q", "i9>i16"} {
		f.Add(s, "\x03\x00\x00\x00\x00\x00\xf0\x3fabc\x00def\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 1)
	}
	f.Add("!l", "abcdefghijkl", -1)
	f.Fuzz(func(t *testing.T, format, data string, pos int) {
		L := lua.NewState(lua.Options{RegistryMaxSize: 1 << 20})
		defer L.Close()
		module := structs.Open(L)
		args := []lua.LValue{lua.LString(format), lua.LString(data), lua.LNumber(pos)}
		results, problem := luatest.Call(L, module.RawGetString("unpack"), args...)
		if problem == "" && format != "" && format[0] != 0 {
			if end := results[len(results)-1].(lua.LNumber); end < 1 || end > lua.LNumber(len(data)+1) {
				t.Fatalf("ends at %v", end)
			}
		}
		luatest.Call(L, module.RawGetString("size"), lua.LString(format))
		luatest.Call(L, module.RawGetString("pack"), append([]lua.LValue{lua.LString(format)}, results...)...)
	})
}
