package miniredis_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/miniredis"
)

func TestCounts(t *testing.T) {
	s := miniredis.RunT(t)
	require.Zero(t, s.CommandCount())
	require.Zero(t, s.TotalConnectionCount())
	for i := range 3 {
		client := connect(t, s.Addr())
		before := s.CommandCount()
		require.NoError(t, client.Set(ctx, "k", "v", 0).Err())
		require.Greater(t, s.CommandCount(), before, "SET, and what a client begins with")
		before = s.CommandCount()
		s.Set("k", "w")
		require.NoError(t, client.Get(ctx, "k").Err())
		require.Equal(t, before+1, s.CommandCount())
		require.NoError(t, client.Close())
		require.Equal(t, i+1, s.TotalConnectionCount())
	}
}

func TestIsReadOnlyCommand(t *testing.T) {
	s := miniredis.RunT(t)
	require.True(t, s.IsReadOnlyCommand("GET"))
	require.True(t, s.IsReadOnlyCommand("zrange"))
	require.False(t, s.IsReadOnlyCommand("SET"))
	require.False(t, s.IsReadOnlyCommand("none"))
}
