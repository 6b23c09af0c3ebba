package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWithoutServing(t *testing.T) {
	dir := t.TempDir()
	conf := filepath.Join(dir, "redis.conf")
	require.NoError(t, os.WriteFile(conf, []byte("port 0\n\n# a comment\nmaxmemory 10mb\nbogus yes\n"), 0o644))
	for _, tt := range []struct {
		name     string
		args     []string
		stdin    string
		code     int
		out, err string // part of what is written
	}{
		{name: "version", args: []string{"--version"}, out: "miniredisd v="},
		{name: "version, short", args: []string{"-v"}, out: "redis=7.4.1"},
		{name: "help", args: []string{"--help"}, out: "Usage: miniredisd"},
		{name: "good configuration", args: []string{"--check-config", "--activedefrag", "yes"},
			out: "Option 'activedefrag yes' is accepted, but it has no effect\nConfiguration OK\n"},
		{name: "from stdin", args: []string{"--check-config", "-"}, stdin: "port 0\n", out: "Configuration OK\n"},
		{name: "bad line of a file", args: []string{conf}, code: 1,
			err: "Reading the configuration file, at line 5\n>>> 'bogus yes'\nBad directive or wrong number of arguments"},
		{name: "bad option", args: []string{"--port", "x"}, code: 1, err: ">>> 'port \"x\"'\nargument couldn't be parsed into an integer"},
		{name: "no such file", args: []string{filepath.Join(dir, "nosuch.conf")}, code: 1, err: "nosuch.conf"},
		{name: "log file in no folder", args: []string{"--logfile", filepath.Join(dir, "no", "log")}, code: 1, err: "Can't open the log file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			require.Equal(t, tt.code, run(tt.args, strings.NewReader(tt.stdin), &stdout, &stderr))
			require.Contains(t, stdout.String(), tt.out)
			require.Contains(t, stderr.String(), tt.err)
		})
	}
}

func TestBusyPort(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	port := strconv.Itoa(ln.Addr().(*net.TCPAddr).Port)
	var stdout, stderr bytes.Buffer
	require.Equal(t, 1, run([]string{"--bind", "127.0.0.1", "--port", port}, strings.NewReader(""), &stdout, &stderr))
	require.Contains(t, stdout.String(), "# Failed listening on port "+port+" (TCP), aborting.")
}

func TestProfile(t *testing.T) {
	dir := t.TempDir()
	ln, err := net.Listen("tcp", "127.0.0.1:0") // a busy port ends the run at once
	require.NoError(t, err)
	defer ln.Close()
	args := []string{"--bind", "127.0.0.1", "--port", strconv.Itoa(ln.Addr().(*net.TCPAddr).Port)}
	t.Setenv(profileVariable, filepath.Join(dir, "cpu.%p.pprof"))
	var stdout, stderr bytes.Buffer
	require.Equal(t, 1, run(args, strings.NewReader(""), &stdout, &stderr))
	profile, err := os.ReadFile(filepath.Join(dir, "cpu."+strconv.Itoa(os.Getpid())+".pprof"))
	require.NoError(t, err)
	require.Equal(t, "\x1f\x8b", string(profile[:2]), "not gzip, as profiles are")

	t.Setenv(profileVariable, filepath.Join(dir, "no", "cpu.pprof"))
	require.Equal(t, 1, run(args, strings.NewReader(""), &stdout, &stderr))
	require.Contains(t, stderr.String(), profileVariable+": open ")
}
