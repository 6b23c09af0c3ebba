package cjson

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
)

// What only Redis 8 knows, so these are no facts: arrays with a mark.
func TestMarkedArrays(t *testing.T) {
	const on = "local t = cjson cjson.decode_array_with_array_mt(true) "
	for piece, want := range map[string]string{
		"return tostring(cjson.decode_array_with_array_mt())":        "false",
		"return tostring(cjson.decode_array_with_array_mt(true))":    "true",
		on + "return tostring(t.decode_array_with_array_mt())":       "true",
		on + "return tostring(t.decode_array_with_array_mt(nil))":    "true",
		on + "return tostring(t.decode_array_with_array_mt('off'))":  "false",
		on + "return tostring(t.new().decode_array_with_array_mt())": "false",

		"return cjson.encode(cjson.decode('[]'))":                            "{}",
		on + "return t.encode(t.decode('[]'))":                               "[]",
		on + `return t.encode(t.decode('{"a":[],"b":[[],{}]}'))`:             `{"a":[],"b":[[],{}]}`,
		on + "return t.new().encode(t.decode('[]'))":                         "[]",
		on + "return t.encode(t.new().decode('[]'))":                         "{}",
		on + "t = t.decode('[1,2]') t[1], t[2] = nil return cjson.encode(t)": "[]",
		on + "t = t.decode('[1,2]') t[1] = nil return cjson.encode(t)":       "[null,2]",
		on + "t = t.decode('[1,2]') t[3] = 3 return cjson.encode(t)":         "[1,2,3]",
		on + "t = t.decode('[1,2]') t.x = 1 return cjson.encode(t)":          "[1,2]", // only what is in the array
		// The length is what # says: with holes, that is one of those which Lua allows.
		on + "t = t.decode('[1,2]') t[4] = 1 return cjson.encode(t)":                                         "[1,2,null,1]",
		on + "t = t.decode('[1,2]') t[100] = 1 return tostring(cjson.decode(cjson.encode(t))[100] == t[#t])": "true", // never too sparse
		on + "t = t.decode('[]') setmetatable(t, nil) return cjson.encode(t)":                                "{}",
		on + "return tostring(getmetatable(t.decode('{}')))":                                                 "nil",
		on + "return #t.decode('[3,4]')":                                                                     "2",

		"return cjson.encode(setmetatable({}, {__is_cjson_array = true}))":                                         "[]",
		"return cjson.encode(setmetatable({}, {__is_cjson_array = 0}))":                                            "[]",
		"return cjson.encode(setmetatable({}, {__is_cjson_array = false}))":                                        "{}",
		"return cjson.encode(setmetatable({a = 1}, {__is_cjson_array = 'x'}))":                                     "[]",
		"return cjson.encode({setmetatable({}, setmetatable({}, {__index = {__is_cjson_array = true}}))})":         "[[]]",
		"return cjson.encode({7, setmetatable({}, setmetatable({}, {__index = function() return true end}))})":     "[7,[]]",
		"return cjson.encode({setmetatable({}, setmetatable({}, {__index = function(t, k) return k == '' end}))})": "[{}]",
		// As in C, texts share the module's buffer.
		"return cjson.encode({7, setmetatable({}, setmetatable({}, {__index = function() return cjson.encode({8}) end}))})": "[8][]]",
	} {
		got, err := run(t, 1<<20, piece)
		require.NoError(t, err, piece)
		assert.Equal(t, want, got, piece)
	}
	for piece, want := range map[string]string{
		"cjson.decode_array_with_array_mt(1)":                                                          "bad argument #1 to 'decode_array_with_array_mt' (invalid option '1')",
		"cjson.decode_array_with_array_mt({})":                                                         "bad argument #1 to 'decode_array_with_array_mt' (string expected, got table)",
		"cjson.decode_array_with_array_mt(true, false)":                                                "bad argument #2 to 'decode_array_with_array_mt' (found too many arguments)",
		"cjson.encode({setmetatable({}, setmetatable({}, {__index = function() error('oops') end}))})": "oops",
	} {
		_, err := run(t, 1<<20, piece)
		require.ErrorContains(t, err, want, piece)
	}
}

// The mark takes room on Lua's stack in C, so arrays may be nested less deeply with it.
func TestMarkedArraysInNestedOnes(t *testing.T) {
	for _, c := range []struct {
		depth  int
		marked bool
		want   string
	}{
		{7997, true, ""}, {7998, true, "max lua stack reached"}, {9000, true, "max lua stack reached"},
		{7998, false, ""}, {7999, false, "Found too many nested data structures (7999) at character 7999"},
	} {
		L := lua.NewState()
		codec := &codec{decodeDepth: 1 << 20, markArrays: c.marked, arrays: L.NewTable()}
		L.Push(L.NewFunction(codec.decode))
		L.Push(lua.LString(strings.Repeat("[", c.depth) + strings.Repeat("]", c.depth)))
		err := L.PCall(1, 1, nil)
		if c.want == "" {
			assert.NoError(t, err, c)
		} else {
			assert.ErrorContains(t, err, c.want, c)
		}
		L.Close()
	}
}
