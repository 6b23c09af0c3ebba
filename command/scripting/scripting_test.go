package scripting_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/commandtest"
	"github.com/miniredisd/miniredisd/command/scripting"
)

// Arguments are looked at before the engine, which there is none of here, is asked for anything.
func TestReplies(t *testing.T) {
	for request, want := range map[string]string{
		"FUNCTION FLUSH x":          "-ERR FUNCTION FLUSH only supports SYNC|ASYNC option",
		"FUNCTION RESTORE p WHAT":   "-ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.",
		"FUNCTION RESTORE p a b":    "-ERR unknown subcommand or wrong number of arguments for 'RESTORE'. Try FUNCTION HELP.",
		"FUNCTION RESTORE p":        "-ERR DUMP payload version or checksum are wrong",
		"FUNCTION LIST WHAT":        "-ERR Unknown argument WHAT",
		"FUNCTION LIST libraryname": "-ERR library name argument was not given",
		"FUNCTION LOAD WHAT x":      "-ERR Unknown option given: WHAT",
		"FUNCTION FLUSH SYNC y":     "-ERR unknown subcommand or wrong number of arguments for 'FLUSH'. Try FUNCTION HELP.",
	} {
		require.Equal(t, want, commandtest.New(t, scripting.Commands).Do(request), request)
	}
}
