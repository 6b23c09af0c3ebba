package scripting_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/scripting"
	"github.com/miniredisd/miniredisd/resp"
)

func TestReplies(t *testing.T) {
	registry := command.NewRegistry(scripting.Commands)
	for request, want := range map[string]string{
		"FUNCTION FLUSH":        "+OK",
		"function flush async":  "+OK",
		"FUNCTION FLUSH SYNC":   "+OK",
		"FUNCTION FLUSH x":      "-ERR FUNCTION FLUSH only supports SYNC|ASYNC option",
		"FUNCTION FLUSH SYNC y": "-ERR unknown subcommand or wrong number of arguments for 'FLUSH'. Try FUNCTION HELP.",
		"SCRIPT FLUSH":          "+OK",
		"SCRIPT FLUSH async":    "+OK",
		"SCRIPT FLUSH x":        "-ERR SCRIPT FLUSH only support SYNC|ASYNC option",
		"SCRIPT FLUSH SYNC y":   "-ERR SCRIPT FLUSH only support SYNC|ASYNC option",
		"SCRIPT EXISTS a b":     "*2\r\n:0\r\n:0",
	} {
		args, err := resp.SplitArgs([]byte(request))
		require.NoError(t, err)
		spec, _ := registry.Find(args)
		require.NotNil(t, spec, request)
		require.True(t, spec.ArityOK(len(args)), request)
		var out resp.Writer
		spec.Run(&command.Ctx{Spec: spec, Args: args, Out: &out})
		require.Equal(t, want+"\r\n", string(out.Buf), request)
	}
}
