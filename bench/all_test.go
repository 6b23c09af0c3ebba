package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every benchmark is run, also after one that fails, and what each prints is kept.
func TestAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "results")
	code, stdout, stderr := runBench(t, "all", dir, "--miniredisd", os.Args[0], "--rounds", "2")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "growth: exit status 1")
	require.Contains(t, stdout, "all took ")
	require.Len(t, allRuns, len(benchmarks))
	for name := range benchmarks {
		text, err := os.ReadFile(filepath.Join(dir, name+".txt"))
		require.NoError(t, err)
		require.Contains(t, string(text), "--miniredisd "+os.Args[0]+" --rounds 2 --json "+filepath.Join(dir, name+".json")+
			" --svg "+filepath.Join(dir, name+".svg"))
	}
}
