package scripting_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/scripting"
)

func TestReplies(t *testing.T) {
	for request, want := range map[string]string{
		"FUNCTION FLUSH":        "+OK",
		"function flush async":  "+OK",
		"FUNCTION FLUSH SYNC":   "+OK",
		"FUNCTION FLUSH x":      "-ERR FUNCTION FLUSH only supports SYNC|ASYNC option",
		"FUNCTION FLUSH SYNC y": "-ERR unknown subcommand or wrong number of arguments for 'FLUSH'. Try FUNCTION HELP.",
	} {
		require.Equal(t, want, commandtest.New(t, scripting.Commands).Do(request), request)
	}
}
