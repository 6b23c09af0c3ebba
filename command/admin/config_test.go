package admin_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	realserver "github.com/miniredisd/miniredisd/server"
)

func TestConfig(t *testing.T) {
	s := start(t)
	s.run(steps{
		{"CONFIG GET maxmemory", "[maxmemory 0]"}, {"CONFIG GET nosuch", "[]"},
		{"CONFIG SET maxmemory 1mb maxmemory-samples 7", "OK"}, {"CONFIG GET maxmemory maxmemory-s*", "[maxmemory 1048576 maxmemory-samples 7]"},
		{"CONFIG SET maxmemory 0 maxmemory-samples", "-ERR syntax error"},
		{"CONFIG SET maxmemory 0 maxmemory-samples x", "-ERR CONFIG SET failed (possibly related to argument 'maxmemory-samples') - argument couldn't be parsed into an integer"},
		{"CONFIG GET maxmemory", "[maxmemory 1048576]"},
		{"CONFIG SET nosuch 1", "-ERR Unknown option or number of arguments for CONFIG SET - 'nosuch'"},
		{"CONFIG SET port 1 dbfilename x", "-ERR CONFIG SET failed (possibly related to argument 'dbfilename') - can't set protected config"},
		{"CONFIG REWRITE", "-ERR The server is running without a config file"},
		{"CONFIG NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try CONFIG HELP."}, {"CONFIG", "-ERR wrong number of arguments for 'config' command"},
	})
	s.run(steps{{"GET none", "nil"}})
	require.Contains(t, s.do("INFO stats"), "keyspace_misses:1\r\n")
	s.run(steps{{"CONFIG RESETSTAT", "OK"}})
	require.Contains(t, s.do("INFO stats"), "keyspace_misses:0\r\n")
}

func TestConfigRewrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "redis.conf")
	require.NoError(t, os.WriteFile(file, []byte("# mine\nmaxmemory-samples 3\n"), 0o600))
	cfg := config.New()
	require.NoError(t, cfg.Load([]string{file, "--bind", "127.0.0.1", "--port", "0"}, nil))
	srv, err := realserver.New(realserver.Options{Config: cfg})
	require.NoError(t, err)
	require.NoError(t, srv.Start())
	defer srv.Close()
	s := &server{t: t, conn: connect(t, fmt.Sprint("127.0.0.1:", srv.Port()))}
	s.run(steps{{"CONFIG SET maxmemory-samples 9", "OK"}, {"CONFIG REWRITE", "OK"}})
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(text), "# mine\nmaxmemory-samples 9\n")
}
