package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/all"
)

func TestDocumentIsCurrent(t *testing.T) {
	want, err := document(all.Registry())
	require.NoError(t, err)
	got, err := os.ReadFile(filepath.Join("..", "..", "docs", "commands.md"))
	require.NoError(t, err)
	// A checkout may have turned line ends into the system's.
	if strings.ReplaceAll(string(got), "\r\n", "\n") != string(want) {
		t.Fatal("docs/commands.md is not current: run go generate ./...")
	}
}

func TestDocument(t *testing.T) {
	run := func(*command.Ctx) {}
	text, err := document(command.NewRegistry([]command.Spec{
		{Name: "zz", Group: command.String, Summary: "Does a | b.", Since: "1.0.0", Complexity: "O(1)", Arity: -2,
			Syntax: "key [NX | XX]", Keys: command.KeyAt(1, command.RO), Run: run},
		{Name: "box", Group: command.ServerGroup, Summary: "Holds.", Since: "2.0.0", Arity: -2, Subcommands: []*command.Spec{
			{Name: "open", Summary: "Opens.", Since: "2.0.0", Complexity: "O(n)", Arity: 2, Run: run}}},
	}))
	require.NoError(t, err)
	require.Contains(t, string(text), "## Strings\n\n| Command | Arguments | Since | Complexity | What it does |\n|---|---|---|---|---|\n"+
		"| `ZZ` | `key [NX \\| XX]` | 1.0.0 | O(1) | Does a \\| b. |\n")
	require.Contains(t, string(text), "| `BOX OPEN` |  | 2.0.0 | O(n) | Opens. |\n")
	require.NotContains(t, string(text), "Holds.")
}

func TestDocumentKnowsEveryGroup(t *testing.T) {
	_, err := document(command.NewRegistry([]command.Spec{
		{Name: "x", Group: "unheard-of", Summary: "?", Since: "1.0.0", Arity: 1, Run: func(*command.Ctx) {}}}))
	require.ErrorContains(t, err, "1 commands are in no chapter")
}
