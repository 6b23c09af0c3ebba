package server

import (
	"runtime/metrics"
	"testing"

	"github.com/stretchr/testify/require"
)

var garbage [][]byte

// What nobody uses any more is collected though nobody allocates; and once, not every second.
func TestIdleCollection(t *testing.T) {
	s, err := New(Options{})
	require.NoError(t, err)
	forced := func() uint64 {
		sample := []metrics.Sample{{Name: "/gc/cycles/forced:gc-cycles"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	s.tendMemory()
	before := forced()
	s.tendMemory()
	require.Equal(t, before, forced(), "nothing was allocated")
	for range 64 {
		garbage = append(garbage, make([]byte, 1<<20))
	}
	garbage = nil
	s.tendMemory()
	require.Equal(t, before+1, forced())
	s.tendMemory()
	require.Equal(t, before+1, forced())
}
