package cjson

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
)

// run runs a piece of Lua with a module that encodes to at most limit bytes.
func run(t *testing.T, limit int, piece string) (string, error) {
	t.Helper()
	L := lua.NewState()
	defer L.Close()
	arrays := L.NewTable()
	arrays.RawSetString(arrayMark, lua.LTrue)
	L.SetGlobal("cjson", open(L, limit, arrays))
	if err := L.DoString(piece); err != nil {
		return "", err
	}
	return L.Get(-1).String(), nil
}

func TestEncodeStopsAtTheLimit(t *testing.T) {
	for _, piece := range []string{
		`return cjson.encode(string.rep('x', 5000))`,
		`return cjson.encode(string.rep('\1', 700))`,
		`return cjson.encode({[string.rep('x', 5000)] = 1})`,
		`local t = {} for i = 1, 3000 do t[i] = 1 end return cjson.encode(t)`,
		`local t = {} for i = 1, 1000 do t['k' .. i] = true end return cjson.encode(t)`,
		`cjson.encode_sparse_array(true, 0) return cjson.encode({[30000] = 1})`,
		`local t = {1} for i = 1, 500 do t = {t, t} end return cjson.encode(t)`, // 2^500 values
		`local t = {} for i = 1, 500 do t = {t, a = t} end return cjson.encode(t)`,
	} {
		_, err := run(t, 4096, piece)
		require.Error(t, err, piece)
		assert.Contains(t, err.Error(), "Cannot serialise, text longer than 4096 bytes", piece)
	}
	for _, piece := range []string{
		`return cjson.encode(string.rep('x', 4000))`, `return cjson.encode(string.rep('\1', 600))`,
		`local t = {} for i = 1, 2000 do t[i] = 1 end return cjson.encode(t)`,
	} {
		text, err := run(t, 4096, piece)
		require.NoError(t, err, piece)
		assert.LessOrEqual(t, len(text), 4096)
	}
}

func TestBuffersAreNotKeptForever(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	c := &codec{limit: 1 << 30, encodeDepth: 10, decodeDepth: 10, precision: 14, keepBuffer: true}
	L.Push(lua.LString(strings.Repeat("x", 2*maxKept)))
	c.encode(L)
	assert.Nil(t, c.encoder.out)
	L.SetTop(0)
	L.Push(lua.LString("[" + strings.Repeat("1,", 2*maxPending) + `"\n` + strings.Repeat("x", 2*maxKept) + `"]`))
	c.decode(L)
	assert.Nil(t, c.decoder.elements)
	assert.Nil(t, c.decoder.lexer.scratch)
	L.SetTop(0)
	L.Push(lua.LString(`{"a":[1,2,{"b":3}]}`))
	c.decode(L)
	for _, v := range c.decoder.elements[:cap(c.decoder.elements)] {
		assert.Nil(t, v)
	}
	for _, k := range c.decoder.keys[:cap(c.decoder.keys)] {
		assert.Empty(t, k)
	}
	assert.Empty(t, c.decoder.lexer.text)
}

// After an error in the midst of a text, the next one is read and written as if nothing had been.
func TestErrorsLeaveNothingBehind(t *testing.T) {
	got, err := run(t, 4096, `
		for _, text in ipairs({'[1,[2,{"a":3,"b":[4', '{"a":1,"b":{"c":2,', '["\\n', 'x'}) do assert(not pcall(cjson.decode, text)) end
		assert(not pcall(cjson.encode, {1, {2, {3, assert}}}))
		return cjson.encode(cjson.decode('[7,{"k":[8]}]'))`)
	require.NoError(t, err)
	assert.Equal(t, `[7,{"k":[8]}]`, got)
}

// The keys of an array that lie in a table's hash count as well as those in its array.
func TestLongArraysAreArrays(t *testing.T) {
	defer func(n int) { lua.MaxArrayIndex = n }(lua.MaxArrayIndex)
	lua.MaxArrayIndex = 3
	got, err := run(t, 4096, `return cjson.encode(cjson.decode('[1,2,3,4,5]'))`)
	require.NoError(t, err)
	assert.Equal(t, `[1,2,3,4,5]`, got)
	got, err = run(t, 4096, `cjson.decode_array_with_array_mt(true) return cjson.encode(cjson.decode('[1,2,3,4,5]'))`)
	require.NoError(t, err)
	assert.Equal(t, `[1,2,3,4,5]`, got)
}
