package transcripts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command/all"
	"github.com/miniredisd/miniredisd/tests/transcript"
)

// TestEveryCommand checks that each declared command occurs in some transcript.
func TestEveryCommand(t *testing.T) {
	registry := all.Registry()
	seen := map[string]bool{}
	each(t, func(t *testing.T, f *transcript.File) {
		for _, s := range f.Steps {
			if len(s.Args) == 0 {
				continue
			}
			args := make([][]byte, len(s.Args))
			for i, a := range s.Args {
				args[i] = []byte(a)
			}
			if spec, _ := registry.Find(args); spec != nil {
				seen[spec.FullName()] = true
			}
		}
	})
	var missing []string
	for _, spec := range registry.All() {
		if spec.Run != nil && !seen[spec.FullName()] {
			missing = append(missing, strings.ReplaceAll(spec.FullName(), "|", " "))
		}
	}
	require.Empty(t, missing, "commands without a transcript")
}
