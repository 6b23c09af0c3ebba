package server

import (
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/aof/memfs"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/drivertest"
)

const misconf = "-MISCONF Errors writing to the AOF file: "

// A full disk: what could not be logged is not acknowledged, further writes are refused, reads go on; when there is room
// again, so do writes, and nothing that was acknowledged is lost.
func TestFullDisk(t *testing.T) {
	for _, fsync := range []string{"always", "everysec", "no"} {
		t.Run(fsync, func(t *testing.T) {
			dir := t.TempDir()
			fs := memfs.New(dir)
			start := func() *Server {
				cfg := config.New()
				require.NoError(t, cfg.Load(append([]string{"--port", "0", "--bind", "127.0.0.1", "--appendonly", "yes",
					"--dir", dir, "--appendfsync", fsync}, drivertest.Options()...), nil))
				s, err := New(Options{Config: cfg, LogFS: fs})
				require.NoError(t, err)
				require.NoError(t, s.Start())
				t.Cleanup(func() { s.Close() })
				return s
			}
			s := start()
			var full atomic.Bool
			fs.SetFault(func(op memfs.Op, _ string, n int) (int, error) {
				if full.Load() && op == memfs.OpWrite {
					return n / 2, syscall.ENOSPC
				}
				return n, nil
			})
			reader := dial(t, s)
			reader.do("SET kept 1", "+OK")

			full.Store(true)
			victim := dial(t, s)
			victim.send("INCR kept")
			victim.expectEnd()
			reader.do("GET kept", "$1", "2") // in memory, and pending for the log
			reader.send("SET kept 3", "PING")
			for range 2 {
				require.Contains(t, reader.line(), misconf)
			}
			reader.send("INFO persistence")
			require.Contains(t, reader.bulk(), "aof_last_write_status:err")

			full.Store(false)
			require.Eventually(t, func() bool {
				reader.send("SET kept 4")
				return reader.line() == "+OK"
			}, 20*time.Second, time.Millisecond)
			require.NoError(t, s.Close())

			again := start()
			dial(t, again).do("GET kept", "$1", "4")
		})
	}
}
