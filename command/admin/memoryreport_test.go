package admin

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
)

func TestDiagnosis(t *testing.T) {
	const mb = 1 << 20
	well := command.MemoryUse{Used: 100 * mb, Peak: 110 * mb, Objects: 95 * mb, Active: 98 * mb, Mapped: 102 * mb, RSS: 105 * mb, Connections: 10}
	require.Equal(t, "Nothing is odd about the memory of this server.\n", diagnosis(&well))
	for _, tc := range []struct {
		what   string
		change func(*command.MemoryUse)
	}{
		{"Peak", func(m *command.MemoryUse) { m.Peak = 200 * mb }},
		{"RSS", func(m *command.MemoryUse) { m.Used, m.Peak = 60*mb, 60*mb }},
		{"Holes", func(m *command.MemoryUse) { m.Objects = 50 * mb }},
		{"Kept", func(m *command.MemoryUse) { m.Active, m.Objects = 70*mb, 70*mb }},
		{"Unaccounted", func(m *command.MemoryUse) { m.RSS = 130 * mb }},
		{"Buffers", func(m *command.MemoryUse) { m.Clients = 10 * mb }},
	} {
		m := well
		tc.change(&m)
		found := findings(&m)
		require.Len(t, found, 1, tc.what)
		require.Contains(t, found[0], tc.what+": ")
		require.Equal(t, "Some things are odd about the memory of this server:\n\n * "+found[0]+"\n\n", diagnosis(&m))
	}
	small := well
	small.Used, small.RSS = mb, 300*mb
	require.Contains(t, diagnosis(&small), "There is next to nothing in memory")
	require.Contains(t, diagnosis(&command.MemoryUse{}), "There is next to nothing in memory")
}
