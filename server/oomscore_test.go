package server

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOOMScoreFollowsItsOptions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oom_score_adj")
	is := func(want string) {
		t.Helper()
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	s := startWith(t, nil)
	s.oomScore.path = path
	p := dial(t, s)
	p.do("CONFIG SET oom-score-adj yes", "+OK") // a system that has no such thing
	p.do("CONFIG SET oom-score-adj no", "+OK")
	require.NoFileExists(t, path)

	require.NoError(t, os.WriteFile(path, []byte("5\n"), 0o644))
	p.do(`CONFIG SET oom-score-adj-values "10 20 30"`, "+OK")
	is("5\n")
	p.do("CONFIG SET oom-score-adj yes", "+OK")
	is("15")
	p.do(`CONFIG SET oom-score-adj-values "12 20 30"`, "+OK")
	is("17")
	p.do(`CONFIG SET oom-score-adj-values "1999 20 30"`, "+OK")
	is("1000")
	p.do(`CONFIG SET oom-score-adj absolute oom-score-adj-values "7 8 9"`, "+OK")
	is("7")
	p.do("CONFIG SET oom-score-adj no", "+OK")
	is("5")

	// What cannot be written is not taken over.
	require.NoError(t, os.Remove(path))
	require.NoError(t, os.Mkdir(path, 0o755))
	p.do("CONFIG SET oom-score-adj relative", "-ERR CONFIG SET failed (possibly related to argument 'oom-score-adj') - "+
		"Failed to set current oom_score_adj. Check server logs.")
	p.do("CONFIG GET oom-score-adj", "*2", "$13", "oom-score-adj", "$2", "no")
}
