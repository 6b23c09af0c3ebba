package goredis

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/all"
)

// table has a test for each command, by its full name. Each test has a server of its own, which it may leave in ruins.
type table map[string]func(*testing.T, *env)

var tables = []table{connectionTable, bitmapsTable, blockingTable, clusterTable, geoTable, hashesTable, hllTable, keysTable, stringsTable, listsTable, setsTable, zsetsTable, transactionsTable, scriptingTable, streamsTable, serverTable, memoryTable, pubsubTable, trackingTable, watchingTable}

func TestEveryCommand(t *testing.T) {
	tests := table{}
	for _, part := range tables {
		for name, test := range part {
			require.NotContains(t, tests, name, "tested twice")
			tests[name] = test
		}
	}
	var declared []string
	for _, spec := range all.Registry().All() {
		declared = append(declared, spec.FullName())
	}
	require.ElementsMatch(t, declared, slices.Collect(maps.Keys(tests)), "each declared command needs a test, and each test a command")
	for _, name := range declared {
		t.Run(name, func(t *testing.T) {
			bothProtocols(t, func(t *testing.T, e *env) {
				tests[name](t, e)
				require.True(t, e.calls.made(name), "the test does not call its command")
			})
		})
	}
}
