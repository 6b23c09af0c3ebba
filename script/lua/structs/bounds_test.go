package structs

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	lua "github.com/yuin/gopher-lua"
)

func TestPackStopsAtTheLimit(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	L.SetGlobal("struct", open(L, 4096))
	for _, piece := range []string{
		`return struct.pack('c0c0', string.rep('x', 3000), string.rep('x', 3000))`,
		`return struct.pack('s', string.rep('x', 5000))`,
		`return struct.pack('s', string.rep('x', 4096))`,
		`return struct.pack(string.rep('x', 5000))`,
	} {
		err := L.DoString(piece)
		require.Error(t, err, piece)
		assert.Contains(t, err.Error(), "packed string longer than 4096 bytes", piece)
	}
	require.NoError(t, L.DoString(`return struct.pack('s', string.rep('x', 4095))`))
}
