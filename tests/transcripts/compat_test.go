//go:build compat

package transcripts

import (
	"flag"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/process"
	"github.com/miniredisd/miniredisd/tests/transcript"
	"github.com/miniredisd/miniredisd/tests/wire"
)

var rewrite = flag.Bool("rewrite", false, "note down in the transcripts what the real server replies where it differs")

// TestRedis plays each transcript against a real redis-server, over RESP2 and RESP3.
func TestRedis(t *testing.T) {
	each(t, func(t *testing.T, f *transcript.File) {
		two, three := playReal(t, f, 2), playReal(t, f, 3)
		if *rewrite {
			text := f.Rewrite(transcript.Corrections(two, three))
			require.NoError(t, os.WriteFile(f.Path, []byte(text), 0o644))
			return
		}
		if report := f.Report(two) + f.Report(three); report != "" {
			t.Error(report)
		}
	})
}

func playReal(t *testing.T, f *transcript.File, proto int) []transcript.Result {
	t.Helper()
	args := []string{"--enable-debug-command", "yes"}
	for _, option := range f.Config {
		args = append(append(args, "--"+option[0]), option[1:]...)
	}
	s := process.Redis(t, t.TempDir(), args...)
	defer s.Kill()
	version := versionOf(t, s)
	results, err := f.Run(transcript.Target{
		Dial:    func() (net.Conn, error) { return net.Dial("tcp", s.Addr) },
		Advance: time.Sleep,
		Proto:   proto,
		Version: version,
	})
	require.NoError(t, err)
	return results
}

// versionOf asks a server for its version of Redis.
func versionOf(t *testing.T, s *process.Server) string {
	t.Helper()
	c, err := wire.Dial(s.Addr)
	require.NoError(t, err)
	defer c.Close()
	v, err := c.Must("HELLO")
	require.NoError(t, err)
	for i := 0; i+1 < len(v.Elems); i += 2 {
		if v.Elems[i].Text == "version" {
			return v.Elems[i+1].Text
		}
	}
	t.Fatal("HELLO tells no version")
	return ""
}
