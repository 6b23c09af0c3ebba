package transcripts

import (
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/internal/drivertest"
	"github.com/miniredisd/miniredisd/server"
	"github.com/miniredisd/miniredisd/tests/transcript"
	"github.com/miniredisd/miniredisd/tests/wire"
)

// epoch is the time at which the servers in process begin.
var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func TestRESP2(t *testing.T) {
	each(t, func(t *testing.T, f *transcript.File) { play(t, start(t, f, nil), f, 2) })
}
func TestRESP3(t *testing.T) {
	each(t, func(t *testing.T, f *transcript.File) { play(t, start(t, f, nil), f, 3) })
}

// TestReload plays each transcript with the log on, and compares the data with what the server itself, and a second one,
// make of the log.
func TestReload(t *testing.T) {
	each(t, func(t *testing.T, f *transcript.File) {
		dir := t.TempDir()
		options := []string{"--dir", dir, "--appendonly", "yes"}
		first := start(t, f, options)
		play(t, first, f, 2)
		want := first.contents(t)
		for _, how := range []string{"LOADAOF", "RELOAD"} {
			first.must(t, "DEBUG", how)
			require.Equal(t, want, first.contents(t), how)
		}
		require.NoError(t, first.Close())
		second := start(t, f, options)
		second.clock.Set(time.UnixMicro(first.clock.Micros(0)))
		require.Equal(t, want, second.contents(t))
	})
}

// instance is a server in this process whose time stands still unless it is moved.
type instance struct {
	*server.Server
	clock *clock.Manual
}

func TestMain(m *testing.M) { drivertest.Main(m) }

func start(t *testing.T, f *transcript.File, options []string) instance {
	t.Helper()
	args := append([]string{"--port", "0", "--bind", "127.0.0.1", "--enable-debug-command", "yes"}, drivertest.Options()...)
	args = append(args, options...)
	for _, option := range f.Config {
		args = append(append(args, "--"+option[0]), option[1:]...)
	}
	cfg := config.New()
	require.NoError(t, cfg.Load(args, nil))
	clk := clock.NewManual(epoch)
	s, err := server.New(server.Options{Config: cfg, Clock: clk})
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Close() })
	return instance{s, clk}
}

func (s instance) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port())) }

func play(t *testing.T, s instance, f *transcript.File, proto int) {
	t.Helper()
	results, err := f.Run(transcript.Target{
		Dial:    func() (net.Conn, error) { return net.Dial("tcp", s.addr()) },
		Advance: s.clock.Advance,
		Proto:   proto,
	})
	if report := f.Report(results); report != "" {
		t.Error(report)
	}
	require.NoError(t, err)
}

// must sends a request over a connection of its own.
func (s instance) must(t *testing.T, args ...string) {
	t.Helper()
	c, err := wire.Dial(s.addr())
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Must(args...)
	require.NoError(t, err)
}

// contents describes the data: a digest of all, each key's deadline by its database, and the libraries of functions.
func (s instance) contents(t *testing.T) map[string]string {
	t.Helper()
	c, err := wire.Dial(s.addr())
	require.NoError(t, err)
	defer c.Close()
	do := func(args ...string) wire.Value {
		v, err := c.Must(args...)
		require.NoError(t, err)
		return v
	}
	all := map[string]string{"digest": do("DEBUG", "DIGEST").Text, "functions": do("FUNCTION", "DUMP").Text}
	for db := range int(s.Config().Int(config.Databases)) {
		do("SELECT", strconv.Itoa(db))
		for _, key := range do("KEYS", "*").Strings() {
			all[strconv.Itoa(db)+" "+key] = do("PEXPIRETIME", key).Text
		}
	}
	return all
}
