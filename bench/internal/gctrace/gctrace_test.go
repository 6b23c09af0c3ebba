package gctrace

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	require.Equal(t, Summary{Cycles: 3, Pause: 1.25, Mark: 12}, Parse(`1:M 01 Jan 2026 Ready
gc 1 @0.012s 2%: 0.026+0.39+0.10 ms clock, 0.21+0.88/0.52/0+0.84 ms cpu, 4->4->0 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 8 P
gc 2 @1.520s 3%: 1.25+5.4+0.013 ms clock, 0.04+1.2/5.1/0+0.02 ms cpu, 40->41->21 MB, 42 MB goal, 0 MB stacks, 0 MB globals, 1 P (forced)
gc 3 @1.9s 3%: 0.1+12+0.2 ms clock, 0
gc 4 @2s 3%: 1.2.3+99+0 ms clock, 0
scvg: 8 MB released
 gc 9 @2s 3%: 0.1+99+0 ms clock, not at the beginning of a line
gc 10 @2s 3%: 0.1+99`))
	require.Zero(t, Parse(""))
}

// What this version of Go really prints.
func TestParseOfARealProgram(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "fmt") // allocates enough for several collections
	cmd.Env = append(cmd.Environ(), Env, "GOGC=1")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err)
	s := Parse(string(out))
	require.Positive(t, s.Cycles, "%s", out)
	require.Positive(t, s.Pause)
}

func FuzzParse(f *testing.F) {
	f.Add("gc 1 @0.012s 2%: 0.026+0.39+0.10 ms clock, 0\n")
	f.Fuzz(func(t *testing.T, log string) {
		if s := Parse(log); s.Cycles < 0 || !(s.Pause >= 0) || !(s.Mark >= 0) {
			t.Fatal(s)
		}
	})
}
