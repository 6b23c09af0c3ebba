package cmsgpack

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
)

func TestPackStopsAtTheLimit(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	L.SetGlobal("cmsgpack", open(L, 4096))
	for _, piece := range []string{
		`return cmsgpack.pack(string.rep('x', 5000))`,
		`return cmsgpack.pack(string.rep('x', 3000), string.rep('x', 3000))`,
		`return cmsgpack.pack({[string.rep('x', 5000)] = 1})`,
		`local t = {} for i = 1, 5000 do t[i] = 1 end return cmsgpack.pack(t)`,
		`local t = {1} for i = 1, 15 do t = {t, t} end return cmsgpack.pack(t)`,
		`local t = {} t[1], t[2], t[3] = t, t, t return cmsgpack.pack(t)`, // 3^16 values
	} {
		err := L.DoString(piece)
		require.Error(t, err, piece)
		assert.Contains(t, err.Error(), "packed string longer than 4096 bytes", piece)
	}
	require.NoError(t, L.DoString(`return cmsgpack.pack(string.rep('x', 4000))`))
}

// A length is only a claim: what it makes room for is bounded, whatever the input nests.
func TestClaimsTakeNoMemory(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	L.SetGlobal("cmsgpack", Open(L))
	for _, claim := range []string{`\221\255\255\255\255`, `\223\255\255\255\255\1`} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		require.Error(t, L.DoString(`return cmsgpack.unpack(string.rep('`+claim+`', 100))`))
		runtime.ReadMemStats(&after)
		assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(8<<20), claim)
	}
}

// The keys of an array that lie in a table's hash count as well as those in its array.
func TestLongArraysAreArrays(t *testing.T) {
	defer func(n int) { lua.MaxArrayIndex = n }(lua.MaxArrayIndex)
	lua.MaxArrayIndex = 10
	L := lua.NewState()
	defer L.Close()
	L.SetGlobal("cmsgpack", Open(L))
	require.NoError(t, L.DoString(`local t = {} for i = 1, 15 do t[i] = i end return cmsgpack.pack(t)`))
	assert.Equal(t, "\x9f\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", L.Get(-1).String())
}
