package proc

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSplit(t *testing.T) {
	four := Cores{allowed: Pin{0, 2, 4, 6}}
	for _, c := range []struct {
		name         string
		cores        Cores
		n            int
		server, load Pin
		shared       bool
	}{
		{"one", four, 1, Pin{0}, Pin{2, 4, 6}, false},
		{"three", four, 3, Pin{0, 2, 4}, Pin{6}, false},
		{"all", four, 4, Pin{0, 2, 4, 6}, Pin{6}, true},
		{"more than there are", four, 9, Pin{0, 2, 4, 6}, Pin{6}, true},
		{"none", four, 0, Pin{0}, Pin{2, 4, 6}, false},
		{"a single core", Cores{allowed: Pin{3}}, 1, Pin{3}, Pin{3}, true},
		{"nothing can be bound", Cores{}, 2, nil, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			server, load, shared := c.cores.Split(c.n)
			require.Equal(t, c.server, server)
			require.Equal(t, c.load, load)
			require.Equal(t, c.shared, shared)
		})
	}
	require.Equal(t, 4, four.Count())
	require.Equal(t, 1, Cores{}.Count())
}
