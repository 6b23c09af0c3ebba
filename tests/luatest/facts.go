package luatest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Fact is a piece of Lua and what redis-server makes of it.
type Fact struct {
	Line  int // of the piece in its file, from 1
	Piece string
	Want  string
}

// Facts reads a file of facts and compares each with what our libraries do; with -tags compat with a redis-server as well.
//
// A piece of Lua stands on a line of its own, what it returns or raises on the next one, behind a tab. Bytes that cannot be seen are
// written as \xNN, a backslash as two. Empty lines and those that begin with "--" say nothing.
func Facts(t *testing.T, path string) {
	facts := read(t, path)
	require.NotEmpty(t, facts)
	checkReal(t, path, facts)
	for _, f := range facts {
		got, err := Run(f.Piece)
		require.NoError(t, err, "%s:%d", path, f.Line)
		assert.Equal(t, f.Want, escape(got), "%s:%d: %s", path, f.Line, f.Piece)
	}
}

func read(t *testing.T, path string) (facts []Fact) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	for i, line := range strings.Split(string(text), "\n") {
		want, result := strings.CutPrefix(line, "\t")
		switch {
		case result:
			require.NotEmpty(t, facts, "%s:%d", path, i+1)
			facts[len(facts)-1].Want = want
		case line != "" && !strings.HasPrefix(line, "--"):
			facts = append(facts, Fact{Line: i + 1, Piece: line})
		}
	}
	return facts
}

// escape makes one line of printable characters of a result.
func escape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c == '\\':
			b.WriteString(`\\`)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
