//go:build !windows

// Package program tests the program as a process: its log, its signals, its files.
package program

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/process"
)

func TestSignalsEndItCleanly(t *testing.T) {
	program := process.Build(t)
	for _, sig := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		dir := t.TempDir()
		s := process.Start(t, program, dir, "--appendonly", "yes", "--pidfile", "server.pid", "--unixsocket", "server.sock")
		do(t, s, "SET", "k", "v")
		pid, err := os.ReadFile(filepath.Join(dir, "server.pid"))
		require.NoError(t, err)
		require.Contains(t, s.Log(), " PID: "+strings.TrimSpace(string(pid)))

		require.NoError(t, s.Signal(sig))
		require.Zero(t, s.Wait(t), s.Log())
		require.Contains(t, s.Log(), "bye bye")
		require.NoFileExists(t, filepath.Join(dir, "server.pid"))
		require.NoFileExists(t, filepath.Join(dir, "server.sock"))

		again := process.Start(t, program, dir, "--appendonly", "yes")
		require.Equal(t, "v", do(t, again, "GET", "k"))
	}
}

func TestShutdownEndsIt(t *testing.T) {
	s := process.Start(t, process.Build(t), t.TempDir())
	c := s.Dial(t)
	c.Send("SHUTDOWN", "NOSAVE")
	c.Flush()
	require.Zero(t, s.Wait(t), s.Log())
}

// The lines of the log have Redis's format, and programs wait for some of them.
func TestLog(t *testing.T) {
	s := process.Start(t, process.Build(t), t.TempDir(), "--activedefrag", "yes")
	ready := regexp.MustCompile(`\* Ready to accept connections tcp\n`) // comes after the first connection may be made
	require.Eventually(t, func() bool { return ready.MatchString(s.Log()) }, time.Minute, time.Millisecond)
	line := regexp.MustCompile(`^\d+:M \d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d\.\d{3} [.\-*#] .+$`)
	for _, l := range strings.Split(strings.TrimSpace(s.Log()), "\n") {
		require.Regexp(t, line, l)
	}
	require.Regexp(t, `\* Server initialized\n`, s.Log())
	require.Equal(t, 1, strings.Count(s.Log(), "activedefrag"), "what has no effect is said once")
}

func TestInfoKnowsTheProcess(t *testing.T) {
	s := process.Start(t, process.Build(t), t.TempDir())
	_, port, _ := strings.Cut(s.Addr, ":")
	info := do(t, s, "INFO", "server")
	require.Contains(t, info, "tcp_port:"+port+"\r\n")
	require.Contains(t, info, "server_name:miniredisd\r\n")
}

// do is one command on a connection of its own.
func do(t *testing.T, s *process.Server, args ...string) string {
	v, err := s.Dial(t).Must(args...)
	require.NoError(t, err)
	return v.Text
}
