package all

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
)

// The syntax of a declaration is parsed only when COMMAND DOCS asks for it, so a mistake must be found here.
func TestSyntaxOfEveryCommandParses(t *testing.T) {
	for _, s := range Registry().All() {
		args, err := command.ParseSyntax(s.Syntax)
		require.NoError(t, err, s.FullName())
		named := len(s.FullName()) - len(strings.ReplaceAll(s.FullName(), "|", "")) + 1
		if least := max(s.Arity, -s.Arity); least > named && s.Run != nil && !s.Flags.Has(command.System) {
			require.NotEmpty(t, args, "%s needs %d arguments and declares none", s.FullName(), least-named)
		}
	}
}

func TestEachRegistryIsItsOwn(t *testing.T) {
	a, b := Registry(), Registry()
	require.NoError(t, a.Rename("get", "fetch"))
	require.Nil(t, a.Lookup([]byte("get")))
	require.NotNil(t, b.Lookup([]byte("get")))
	require.Error(t, a.Rename("nosuch", "x"))
	require.Error(t, a.Rename("set", "fetch"))
	require.NoError(t, a.Rename("set", ""))
	require.Nil(t, a.Lookup([]byte("SET")))
}
