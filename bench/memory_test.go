package main

import (
	"bytes"
	"testing"

	"github.com/miniredisd/miniredisd/bench/internal/stats"
	"github.com/stretchr/testify/require"
)

func TestMemoryTellsWhatATTLAdds(t *testing.T) {
	var out bytes.Buffer
	result := func(ttl bool, perKey float64) memoryResult {
		return memoryResult{Server: ours, Value: 16, TTL: ttl, memoryFigures: memoryFigures{PerKey: stats.Summary{Median: perKey, Min: perKey, Max: perKey}}}
	}
	require.NoError(t, (&memory{mode: "ASYNC"}).print(&bench{stdout: &out}, []memoryResult{result(false, 70), result(true, 83)}))
	require.Regexp(t, `\| +16 \| yes \| miniredisd \| +83.0 \| +- \| +13.0 \|`, out.String())
}
