package proc

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseSpec(t *testing.T) {
	for _, c := range []struct {
		in   string
		name string
		argv []string // with port 7000 and directory /d
	}{
		{"valkey=valkey-server", "valkey",
			[]string{"valkey-server", "--port", "7000", "--dir", "/d", "--save", "", "--appendonly", "no"}},
		{"df=dragonfly --port={port}  --dir {dir}", "df", []string{"dragonfly", "--port=7000", "--dir", "/d"}},
		{`a='/my server/run' --port {port} --save "" --x=a'b c'd`, "a",
			[]string{"/my server/run", "--port", "7000", "--save", "", "--x=ab cd"}},
		{"eq=env A=b {port}", "eq", []string{"env", "A=b", "7000"}},
	} {
		t.Run(c.in, func(t *testing.T) {
			spec, err := ParseSpec(c.in)
			require.NoError(t, err)
			require.Equal(t, c.name, spec.Name)
			require.Equal(t, c.argv, spec.argv(7000, "/d"))
		})
	}
}

func TestParseSpecRefuses(t *testing.T) {
	for _, in := range []string{"", "redis-server", "=redis-server", "a b=c", "x=", "x=  ", "x='open"} {
		_, err := ParseSpec(in)
		require.Error(t, err, "%q", in)
	}
}

func TestWith(t *testing.T) {
	spec, err := ParseSpec("a=x")
	require.NoError(t, err)
	with, ok := spec.With("--appendonly", "yes")
	require.True(t, ok)
	require.Equal(t, []string{"--appendonly", "no", "--appendonly", "yes"}, with.Argv[len(with.Argv)-4:])
	require.NotContains(t, spec.Argv, "yes")

	spec, err = ParseSpec("a=x -p {port}")
	require.NoError(t, err)
	with, ok = spec.With("--appendonly", "yes")
	require.False(t, ok)
	require.Equal(t, spec, with)
}
