package cjson_test

import (
	"testing"

	lua "github.com/yuin/gopher-lua"

	"github.com/miniredisd/miniredisd/script/lua/cjson"
	"github.com/miniredisd/miniredisd/tests/luatest"
)

// FuzzDecode decodes anything; what can be decoded and encoded again comes to rest: decoded once more it gives the same text.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,2.5,-3e7,null,true,false],"b":{"c":"x\ny\u00e4\ud83d\ude00"}}`, `[[[]],{},"\/"]`, `nan`, `-0x1.8p3`, `[1,`, `{"a"`,
		`"\ud800"`, "[1]\x00x", ` [ 1 , 2 ] `, `1e400`, `"a\`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		L := lua.NewState()
		defer L.Close()
		module := cjson.Open(L, func(*lua.LTable) {})
		encode, decode := module.RawGetString("encode"), module.RawGetString("decode")
		values, problem := luatest.Call(L, decode, lua.LString(s))
		if problem != "" {
			return
		}
		texts, problem := luatest.Call(L, encode, values[0])
		if problem != "" {
			return // a number that is none
		}
		again, problem := luatest.Call(L, decode, texts[0])
		if problem != "" {
			t.Fatalf("%q: %s", texts[0], problem)
		}
		if second, _ := luatest.Call(L, encode, again[0]); len(second) != 1 || second[0] != texts[0] {
			t.Fatalf("%q becomes %q", texts[0], second)
		}
	})
}
