//go:build unix

package server

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnixSocket(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "redis.sock")
	require.NoError(t, os.WriteFile(path, nil, 0o600)) // left by a server that was killed
	s := startWith(t, nil, "--dir", dir, "--port", free(t), "--unixsocket", "redis.sock", "--unixsocketperm", "700")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.ModeSocket|0o700, info.Mode())

	p := dialAt(t, "unix", path)
	p.do("CLIENT SETNAME local", "+OK")
	require.Equal(t, path+":0", p.field("local", "addr"))
	require.Equal(t, path+":0", p.field("local", "laddr"))
	require.Equal(t, "U", p.field("local", "flags"))
	require.NotEqual(t, "-1", p.field("local", "fd"))

	b := dial(t, s)
	b.do("CLIENT PAUSE 100000 WRITE", "+OK")
	p.send("SET k v")
	waitParked(t, s, 1)
	b.do("CLIENT UNPAUSE", "+OK")
	p.expect("+OK")
	b.do("CLIENT KILL "+path+":0", "+OK")
	p.expectEnd()

	require.NoError(t, s.Close())
	require.NoFileExists(t, path)
}

func TestUnixSocketAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	s := startWith(t, nil, "--unixsocket", path) // port 0, and there is another way in
	require.Zero(t, s.Port())
	dialAt(t, "unix", path).do("PING", "+PONG")
	require.ErrorContains(t, tryStart(t, "--bind", "", "--unixsocket", filepath.Join(path, "below")), "Failed opening Unix socket: bind: ")
}
