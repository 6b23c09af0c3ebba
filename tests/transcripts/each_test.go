// Package transcripts plays the transcripts of this folder against the server in process: over RESP2, over RESP3, and
// over RESP2 with the append-only log, from which the data must come back as it was. How a transcript is written stands
// in package transcript.
//
// With the build tag compat they are played against a real redis-server too, which is how they are known to be true;
// its flag -rewrite notes down what the real server replies.
package transcripts

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/transcript"
)

// each runs f for every transcript.
func each(t *testing.T, f func(t *testing.T, file *transcript.File)) {
	paths, err := filepath.Glob("*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(strings.TrimSuffix(path, ".txt"), func(t *testing.T) {
			file, err := transcript.ReadFile(path)
			require.NoError(t, err)
			f(t, file)
		})
	}
}
