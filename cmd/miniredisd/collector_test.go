package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCollectorPercent(t *testing.T) {
	for live, want := range map[uint64]int{0: 100, 1 << 20: 100, 32 << 20: 100, 64 << 20: 50, 128 << 20: 25, 1 << 30: 16, 100 << 30: 16} {
		require.Equal(t, want, collectorPercent(live), "%d bytes live", live)
	}
}
