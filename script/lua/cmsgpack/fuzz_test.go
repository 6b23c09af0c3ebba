package cmsgpack_test

import (
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/cmsgpack"
	"github.com/miniredisd/miniredisd/tests/luatest"
)

// FuzzUnpack unpacks anything; what can be unpacked can be packed, and comes to rest: unpacked once more it gives the same bytes.
func FuzzUnpack(f *testing.F) {
	// A key that is a large number would have gopher-lua fill an array up to there.
	defer func(n int) { lua.MaxArrayIndex = n }(lua.MaxArrayIndex)
	lua.MaxArrayIndex = 1 << 16
	for _, s := range []string{
		"\x01\x7f\xff\xe0\xcc\xff\xcd\xff\xff\xce\xff\xff\xff\xff\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "\xd0\x80\xd1\x80\x00\xd2\x80\x00\x00\x00",
		"\xca\x3f\xc0\x00\x00\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00", "\xa3abc\xd9\x03abc\xda\x00\x03abc\xdb\x00\x00\x00\x03abc", "\xc0\xc2\xc3",
		"\x93\x01\x02\x03\xdc\x00\x01\x01\xdd\x00\x00\x00\x01\x01", "\x82\xa1a\x01\xa1b\x90\xde\x00\x01\x01\x02\xdf\x00\x00\x00\x01\xc3\xc2",
		"\xc1", "\xdd\xff\xff\xff\xff", "\x81\xc0\x01", "\x91\x91\x91\x91",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		L := lua.NewState(lua.Options{RegistryMaxSize: 1 << 20})
		defer L.Close()
		module := cmsgpack.Open(L)
		pack, unpack := module.RawGetString("pack"), module.RawGetString("unpack")
		values, problem := luatest.Call(L, unpack, lua.LString(s))
		if problem != "" || len(values) == 0 {
			return
		}
		first, problem := luatest.Call(L, pack, values[0])
		if problem != "" {
			t.Fatalf("%q: %s", s, problem)
		}
		again, problem := luatest.Call(L, unpack, first[0])
		if problem != "" {
			return // a key that was nested too deep became nil
		}
		if second, _ := luatest.Call(L, pack, again[0]); len(second) != 1 || len(second[0].String()) > len(first[0].String()) {
			t.Fatalf("%q becomes %q", first[0], second)
		}
	})
}
