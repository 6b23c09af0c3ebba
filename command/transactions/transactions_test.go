package transactions_test

// Transactions through a server: what several connections see, and what the log holds afterwards.

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/server"
)

type conn struct {
	t *testing.T
	net.Conn
}

func start(t *testing.T, options ...string) *server.Server {
	t.Helper()
	cfg := config.New()
	require.NoError(t, cfg.Load(append([]string{"--port", "0", "--bind", "127.0.0.1", "--dir", t.TempDir()}, options...), nil))
	s, err := server.New(server.Options{Config: cfg})
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Close() })
	return s
}

func dial(t *testing.T, s *server.Server) conn {
	t.Helper()
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.Port()))
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return conn{t, c}
}

// do sends inline requests, separated by semicolons, at once, and expects the replies. In these a space stands for a line
// break, _ for a space, and ~ for _.
func (c conn) do(requests, want string) {
	c.t.Helper()
	_, err := io.WriteString(c, strings.ReplaceAll(requests, "; ", "\r\n")+"\r\n")
	require.NoError(c.t, err)
	want = strings.NewReplacer(" ", "\r\n", "_", " ", "~", "_").Replace(want) + "\r\n"
	got := make([]byte, len(want))
	n, err := io.ReadFull(c, got)
	require.Equal(c.t, want, string(got[:n]), requests)
	require.NoError(c.t, err)
}

func TestMultiExec(t *testing.T) {
	s := start(t)
	c := dial(t, s)
	c.do("multi; set k 1; get k; exec", "+OK +QUEUED +QUEUED *2 +OK $1 1")
	c.do("multi; exec", "+OK *0")
	c.do("exec; discard", "-ERR_EXEC_without_MULTI -ERR_DISCARD_without_MULTI")
	c.do("multi; set k 2; discard; get k", "+OK +QUEUED +OK $1 1")
	c.do("multi; multi; watch k; ping; exec", "+OK -ERR_MULTI_calls_can_not_be_nested -ERR_WATCH_inside_MULTI_is_not_allowed +QUEUED *1 +PONG")
	c.do("multi; nosuch; set k 3; exec; get k", "+OK -ERR_unknown_command_'nosuch',_with_args_beginning_with:_ +QUEUED "+
		"-EXECABORT_Transaction_discarded_because_of_previous_errors. $1 1")
	c.do("multi; set k; exec; ping", "+OK -ERR_wrong_number_of_arguments_for_'set'_command "+
		"-EXECABORT_Transaction_discarded_because_of_previous_errors. +PONG")
	c.do("multi; set k 3; exec x; ping; get k", "+OK +QUEUED "+
		"-EXECABORT_Transaction_discarded_because_of:_wrong_number_of_arguments_for_'exec'_command +PONG $1 1")
	c.do("multi; incr k; lpush k x; incr k; exec", "+OK +QUEUED +QUEUED +QUEUED *3 :2 "+
		"-WRONGTYPE_Operation_against_a_key_holding_the_wrong_kind_of_value :3")
}

func TestSelectInsideATransaction(t *testing.T) {
	s := start(t)
	c, other := dial(t, s), dial(t, s)
	c.do("multi; set k zero; select 3; set k three; exec; get k", "+OK +QUEUED +QUEUED +QUEUED *3 +OK +OK +OK $5 three")
	other.do("get k; select 3; get k", "$4 zero +OK $5 three")
}

func TestWatch(t *testing.T) {
	s := start(t)
	c, other := dial(t, s), dial(t, s)
	tx := func(want string) {
		t.Helper()
		c.do("multi; ping; exec", "+OK +QUEUED "+want)
	}
	const executed, failed = "*1 +PONG", "*-1"
	c.do("watch a b", "+OK")
	tx(executed)
	c.do("watch a b", "+OK")
	other.do("set b 1", "+OK")
	tx(failed)
	tx(executed) // a failed EXEC forgets what was watched
	c.do("watch a; set a 1", "+OK +OK")
	tx(failed) // one's own change counts
	c.do("watch a; unwatch; set a 2", "+OK +OK +OK")
	tx(executed)
	c.do("watch a; set a 3; multi; discard", "+OK +OK +OK +OK")
	tx(executed) // so does DISCARD
	c.do("watch a", "+OK")
	other.do("select 1; set a 1", "+OK +OK")
	tx(executed) // another database's key
	c.do("watch a; set a 4; reset", "+OK +OK +RESET")
	tx(executed)
	c.do("watch a; set a 5; hello 3 setname x", "+OK +OK "+
		"%7 $6 server $5 redis $7 version $5 7.4.1 $5 proto :3 $2 id :1 $4 mode $10 standalone $4 role $6 master $7 modules *0")
	c.do("multi; exec; ping", "+OK ~ +PONG")
}

// What a transaction changed stands in the log as one, and alone without its frame.
func TestLog(t *testing.T) {
	dir := t.TempDir()
	s := start(t, "--dir", dir, "--appendonly", "yes", "--appendfsync", "always")
	c := dial(t, s)
	c.do("multi; set a 1; get a; select 2; set b 2; exec", "+OK +QUEUED +QUEUED +QUEUED +QUEUED *4 +OK $1 1 +OK +OK")
	c.do("multi; set c 3; exec; multi; get c; exec", "+OK +QUEUED *1 +OK +OK +QUEUED *1 $1 3")
	require.NoError(t, s.Close())
	files, err := filepath.Glob(filepath.Join(dir, "appendonlydir", "*.incr.aof"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	text, err := os.ReadFile(files[0])
	require.NoError(t, err)
	var words []string
	for _, w := range strings.Fields(string(text)) {
		if w[0] != '*' && w[0] != '$' {
			words = append(words, w)
		}
	}
	require.Equal(t, "SELECT 0 MULTI set a 1 SELECT 2 set b 2 EXEC set c 3", strings.Join(words, " "))
	again := dial(t, start(t, "--dir", dir, "--appendonly", "yes"))
	again.do("get a; select 2; get b; get c", "$1 1 +OK $1 2 $1 3")
}
