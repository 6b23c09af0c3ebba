package resp

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIsCommand(t *testing.T) {
	for _, args := range [][]string{
		{"PING"}, {"SET", "k", "v"}, {"SET", "k", ""}, {"", ""}, strings.Fields(strings.Repeat("x ", 9)), strings.Fields(strings.Repeat("x ", 10)),
		{"SET", strings.Repeat("k", 9), strings.Repeat("v", 10)}, {"SET", strings.Repeat("k", 99), strings.Repeat("v", 100)},
	} {
		var bs [][]byte
		for _, a := range args {
			bs = append(bs, []byte(a))
		}
		raw := AppendCommand(nil, bs...)
		var p Parser
		parsed, used, err := p.Next(raw)
		require.NoError(t, err)
		require.Equal(t, len(raw), used)
		require.True(t, IsCommand(raw, parsed), "%q", raw)
		require.Equal(t, strings.Join(args, "") == "", IsCommand(raw, bs), "arguments that lie elsewhere: %q", raw)
		require.False(t, IsCommand(raw[:len(raw)-1], parsed))
		require.False(t, IsCommand(nil, parsed))
		if len(parsed) > 1 {
			require.False(t, IsCommand(raw, parsed[:len(parsed)-1]))
		}
	}
}

// What was sent in another form than we write, or was changed since, is not what is to be logged.
func TestIsCommandIsExact(t *testing.T) {
	for _, sent := range []string{"set k v\r\n", "*03\r\n$3\r\nset\r\n$1\r\nk\r\n$1\r\nv\r\n", "*3\r\n$03\r\nset\r\n$1\r\nk\r\n$1\r\nv\r\n"} {
		var p Parser
		raw := []byte(sent)
		args, used, err := p.Next(raw)
		if err != nil {
			continue // not taken at all
		}
		require.False(t, IsCommand(raw[:used], args), "%q", sent)
	}
	var p Parser
	raw := []byte("*3\r\n$3\r\nset\r\n$1\r\nk\r\n$1\r\nv\r\n")
	args, _, err := p.Next(raw)
	require.NoError(t, err)
	args[2] = bytes.Clone(args[2])
	require.False(t, IsCommand(raw, args))
}
