package admin_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/miniredis"
)

var ctx = context.Background()

// server is a server with one connection to it.
type server struct {
	*miniredis.Miniredis
	t    testing.TB
	conn *redis.Conn
}

func start(t testing.TB, args ...string) *server {
	t.Helper()
	m := miniredis.RunT(t, miniredis.WithConfig(append([]string{"--enable-debug-command", "yes"}, args...)...))
	return &server{m, t, connect(t, m.Addr())}
}

func connect(t testing.TB, addr string) *redis.Conn {
	client := redis.NewClient(&redis.Options{Addr: addr, Protocol: 2, DisableIdentity: true, ReadTimeout: time.Minute})
	conn := client.Conn()
	t.Cleanup(func() { conn.Close(); client.Close() })
	return conn
}

// do sends the words of line, and returns the reply as text: errors with "-" before them, arrays in brackets.
func (s *server) do(line string) string { return s.send(strings.Fields(line)...) }

func (s *server) send(words ...string) string {
	s.t.Helper()
	args := make([]any, len(words))
	for i, w := range words {
		args[i] = w
	}
	reply, err := s.conn.Do(ctx, args...).Result()
	switch {
	case err == redis.Nil:
		return "nil"
	case err != nil:
		return "-" + err.Error()
	}
	return fmt.Sprint(reply)
}

// steps are requests with their replies.
type steps []struct{ request, reply string }

func (s *server) run(all steps) {
	s.t.Helper()
	for _, step := range all {
		require.Equal(s.t, step.reply, s.do(step.request), step.request)
	}
}

func TestFlushAndSwap(t *testing.T) {
	start(t, "--save", "").run(steps{
		{"SET a 1", "OK"}, {"SELECT 1", "OK"}, {"SET b 2", "OK"}, {"SET c 3", "OK"}, {"DBSIZE", "2"},
		{"SWAPDB 0 1", "OK"}, {"DBSIZE", "1"}, {"GET a", "1"},
		{"FLUSHDB WHAT", "-ERR syntax error"}, {"FLUSHDB SYNC ASYNC", "-ERR syntax error"},
		{"FLUSHDB", "OK"}, {"DBSIZE", "0"}, {"SELECT 0", "OK"}, {"DBSIZE", "2"},
		{"FLUSHALL NOW", "-ERR syntax error"}, {"FLUSHALL async", "OK"}, {"DBSIZE", "0"},
		{"SWAPDB x 1", "-ERR invalid first DB index"}, {"SWAPDB 1 x", "-ERR invalid second DB index"},
		{"SWAPDB 1 4294967296", "-ERR invalid second DB index"},
		{"SWAPDB 0 16", "-ERR DB index is out of range"}, {"SWAPDB -1 0", "-ERR DB index is out of range"},
		{"SWAPDB 3 3", "OK"},
	})
}

func TestFlushAllCountsAsSave(t *testing.T) {
	changes := func(s *server) string {
		_, rest, _ := strings.Cut(s.do("INFO persistence"), "rdb_changes_since_last_save:")
		n, _, _ := strings.Cut(rest, "\r\n")
		return n
	}
	s := start(t, "--save", "3600 1")
	s.run(steps{{"SET a 1", "OK"}, {"SET b 2", "OK"}})
	require.Equal(t, "2", changes(s))
	s.run(steps{{"FLUSHALL", "OK"}})
	require.Equal(t, "0", changes(s))

	s = start(t, "--save", "")
	s.run(steps{{"SET a 1", "OK"}, {"SET b 2", "OK"}, {"FLUSHALL", "OK"}})
	require.Equal(t, "4", changes(s))
}

func TestTimeStandsWithTheClock(t *testing.T) {
	s := start(t)
	before := s.do("TIME")
	require.Equal(t, before, s.do("TIME"))
	s.FastForward(1500000) // ns
	require.NotEqual(t, before, s.do("TIME"))
	require.Regexp(t, `^\d{10}$`, s.do("LASTSAVE"))
}

func TestLolwut(t *testing.T) {
	s := start(t)
	for _, line := range []string{"LOLWUT", "LOLWUT VERSION 5 10 10", "LOLWUT 3 2", "LOLWUT -1 0", "LOLWUT 9999999 9999999"} {
		require.True(t, strings.HasSuffix(s.do(line), "\nRedis ver. 7.4.1\n"), line)
	}
	require.Equal(t, 3*3-1, strings.Count(s.do("LOLWUT VERSION 6 7 6"), "\n"))
	s.run(steps{{"LOLWUT VERSION x", "-ERR value is not an integer or out of range"},
		{"LOLWUT x", "-ERR value is not an integer or out of range"}})
}

func TestShutdown(t *testing.T) {
	s := start(t)
	s.run(steps{
		{"SHUTDOWN WHAT", "-ERR syntax error"}, {"SHUTDOWN SAVE NOSAVE", "-ERR syntax error"},
		{"SHUTDOWN ABORT NOW", "-ERR syntax error"}, {"SHUTDOWN ABORT", "-ERR No shutdown in progress."},
		{"MULTI", "OK"}, {"SHUTDOWN NOSAVE", "-ERR Command not allowed inside a transaction"}, {"DISCARD", "OK"},
	})
	require.Contains(t, s.do("SHUTDOWN NOSAVE NOW FORCE"), "EOF")
	<-s.Server().Done()
}
