//go:build compat

package luatest

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/process"
	"github.com/miniredisd/miniredisd/tests/wire"
)

var rewrite = flag.Bool("rewrite", false, "note down in the files of facts what the real server does where it differs")

// Real is a redis-server that runs pieces of Lua.
type Real struct {
	t    testing.TB
	conn *wire.Conn
}

// NewReal starts a redis-server for the time of the test.
func NewReal(t testing.TB) *Real {
	return &Real{t, process.Redis(t, t.TempDir()).Dial(t)}
}

// Run is Run there.
func (r *Real) Run(piece string, args ...string) string {
	r.t.Helper()
	v, err := r.conn.Must(append([]string{"EVAL", wrap(piece), "0"}, args...)...)
	require.NoError(r.t, err, piece)
	return v.Text
}

// Compare runs a piece in both and fails the test when the results differ.
func (r *Real) Compare(piece string, args ...string) {
	r.t.Helper()
	got, err := Run(piece, args...)
	require.NoError(r.t, err)
	require.Equal(r.t, r.Run(piece, args...), got, "%s with %q", piece, args)
}

func checkReal(t *testing.T, path string, facts []Fact) {
	t.Helper()
	real := NewReal(t)
	for i, f := range facts {
		got := escape(real.Run(f.Piece))
		if !*rewrite {
			require.Equal(t, f.Want, got, "%s:%d: %s", path, f.Line, f.Piece)
		}
		facts[i].Want = got
	}
	if *rewrite {
		note(t, path, facts)
	}
}

// note writes the results of the facts into their file.
func note(t *testing.T, path string, facts []Fact) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var lines []string
	for i, line := range strings.Split(string(text), "\n") {
		if !strings.HasPrefix(line, "\t") {
			lines = append(lines, line)
		}
		if len(facts) > 0 && facts[0].Line == i+1 {
			lines = append(lines, "\t"+facts[0].Want)
			facts = facts[1:]
		}
	}
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o644))
}
