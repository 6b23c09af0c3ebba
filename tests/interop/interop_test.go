//go:build compat

// Package interop exchanges append-only folders with a real redis-server: it loads what we wrote, and we what it wrote.
package interop

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/tests/process"
	"github.com/miniredisd/miniredisd/tests/wire"
)

const databases = 16

func appendOnly(options ...string) []string {
	return append([]string{"--appendonly", "yes"}, options...)
}

func TestRedisLoadsOurs(t *testing.T) {
	program := process.Build(t)
	for _, fsync := range []string{"always", "everysec", "no"} {
		t.Run(fsync, func(t *testing.T) {
			dir := t.TempDir()
			ours := process.Start(t, program, dir, appendOnly("--appendfsync", fsync)...)
			want := fill(t, ours)
			ours.Kill()
			redis := process.Redis(t, dir, appendOnly()...)
			require.Equal(t, want, contents(t, redis))
		})
	}
}

func TestWeLoadRedis(t *testing.T) {
	program := process.Build(t)
	for _, preamble := range []string{"no", "yes"} { // the base that a fresh folder begins with: no commands, or an RDB without keys
		t.Run("preamble="+preamble, func(t *testing.T) {
			dir := t.TempDir()
			redis := process.Redis(t, dir, appendOnly("--appendfsync", "always", "--aof-use-rdb-preamble", preamble)...)
			want := fill(t, redis)
			redis.Kill()
			ours := process.Start(t, program, dir, appendOnly()...)
			require.Equal(t, want, contents(t, ours))
		})
	}
}

// TestWeLoadRewritten loads a folder that Redis has rewritten, as commands.
func TestWeLoadRewritten(t *testing.T) {
	dir := t.TempDir()
	redis := process.Redis(t, dir, appendOnly("--aof-use-rdb-preamble", "no")...)
	fill(t, redis)
	c := redis.Dial(t)
	_, err := c.Must("BGREWRITEAOF")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		v, err := c.Must("INFO", "persistence")
		return err == nil && strings.Contains(v.Text, "aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0") &&
			strings.Contains(v.Text, "aof_last_bgrewrite_status:ok")
	}, 10*time.Second, 10*time.Millisecond)
	_, err = c.Must("SET", "after", "the rewrite")
	require.NoError(t, err)
	want := contents(t, redis)
	redis.Kill()
	ours := process.Start(t, process.Build(t), dir, appendOnly()...)
	require.Equal(t, want, contents(t, ours))
}

// TestInTurn hands one folder to and fro, each server adding to it.
func TestInTurn(t *testing.T) {
	dir, program := t.TempDir(), process.Build(t)
	var want map[string]string
	for turn := range 4 {
		var s *process.Server
		if turn%2 == 0 {
			s = process.Start(t, program, dir, appendOnly()...)
		} else {
			s = process.Redis(t, dir, appendOnly()...)
		}
		if turn > 0 {
			require.Equal(t, want, contents(t, s), "turn %d", turn)
		}
		c := s.Dial(t)
		for _, args := range [][]string{{"SET", fmt.Sprintf("turn%d", turn), "v", "EX", "1000"}, {"RPUSH", "turns", fmt.Sprint(turn)},
			{"INCR", "count"}, {"SELECT", "3"}, {"APPEND", "log", "x"}} {
			_, err := c.Must(args...)
			require.NoError(t, err)
		}
		want = contents(t, s)
		s.Kill()
	}
}

// fill writes data by every command whose effect takes a form of its own in the log, and returns the contents.
func fill(t *testing.T, s *process.Server) map[string]string {
	t.Helper()
	c := s.Dial(t)
	script := `SET plain value
SET int 12345
SET empty ""
SET ex v EX 1000
SET px v PX 1000000
SET exat v EXAT 4102444800
SET pxat v PXAT 4102444800123
SET keep v EX 1000
SET keep w KEEPTTL
SETEX setex 1000 v
PSETEX psetex 1000000 v
SET expire v
EXPIRE expire 1000
SET persist v EX 1000
PERSIST persist
SET getex v
GETEX getex EX 1000
SET getex2 v EX 1000
GETEX getex2 PERSIST
SET getdel v
GETDEL getdel
SET past v
EXPIRE past -1
SET past2 v PXAT 1
SET brief v PX 1
MSET m1 a m2 b
MSETNX m3 a m4 b
INCRBY counter 5
INCRBYFLOAT float 1.5
SET float2 1 EX 1000
INCRBYFLOAT float2 0.25
APPEND plain " and more"
SETRANGE ranged 5 x
GETSET int 54321
RPUSH list a b c 1 2 3
LPUSH list z
LPOP list
RPOP list 2
RPUSH gone a
LPOP gone
RPUSH timed a
PEXPIREAT timed 4102444800000
RENAME m4 renamed
COPY list copied
COPY list copied DB 2
MOVE m3 5
MULTI
SET inmulti 1
SELECT 7
RPUSH inmulti a b
SELECT 0
INCR inmulti
EXEC
MULTI
GET plain
EXEC
SELECT 9
SET swapped v
SWAPDB 9 10
SET nine v
SELECT 11
SET flushed v
FLUSHDB
SET kept v
SELECT 0
DEL m1
UNLINK m2`
	for _, line := range strings.Split(script, "\n") {
		args := strings.Fields(line)
		if i := strings.IndexByte(line, '"'); i >= 0 {
			args = append(strings.Fields(line[:i]), strings.Trim(line[i:], `"`))
		}
		_, err := c.Must(args...)
		require.NoError(t, err, line)
	}
	_, err := c.Must("SET", "binary\x00\r\n", string([]byte{0, 1, 2, 255, '\r', '\n'}))
	require.NoError(t, err)
	for i := range 3000 {
		c.Send("RPUSH", "long", strings.Repeat("x", i%100))
	}
	require.NoError(t, c.Flush())
	for range 3000 {
		v, err := c.Receive()
		require.NoError(t, err)
		require.NoError(t, v.Err())
	}
	all := contents(t, s)
	require.Greater(t, len(all), 30)
	return all
}

// contents lists every key with its type, value and deadline.
func contents(t *testing.T, s *process.Server) map[string]string {
	t.Helper()
	c := s.Dial(t)
	must := func(args ...string) wire.Value {
		v, err := c.Must(args...)
		require.NoError(t, err, s.Log())
		return v
	}
	all := map[string]string{}
	for db := range databases {
		must("SELECT", strconv.Itoa(db))
		for _, key := range must("KEYS", "*").Strings() {
			kind := must("TYPE", key).Text
			value := ""
			switch kind {
			case "string":
				value = strconv.Quote(must("GET", key).Text)
			case "list":
				value = fmt.Sprintf("%q", must("LRANGE", key, "0", "-1").Strings())
			case "none":
				continue // its time came since KEYS
			}
			all[fmt.Sprintf("%d %q", db, key)] = fmt.Sprintf("%s %s until %s", kind, value, must("PEXPIRETIME", key).Text)
		}
	}
	return all
}
