package connection_test

// The commands as a client sees them: requests and replies, byte by byte, through a server.

import (
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/server"
)

func start(t *testing.T, c clock.Clock, options ...string) *server.Server {
	t.Helper()
	cfg := config.New()
	require.NoError(t, cfg.Load(append([]string{"--port", "0", "--bind", "127.0.0.1", "--dir", t.TempDir()}, options...), nil))
	s, err := server.New(server.Options{Config: cfg, Clock: c})
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Close() })
	return s
}

type conn struct {
	t *testing.T
	net.Conn
}

func dial(t *testing.T, s *server.Server) conn {
	t.Helper()
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.Port()))
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second))
	return conn{t, c}
}

// until sends inline requests and reads until something ends with end, or the connection does.
func (c conn) until(end string, requests ...string) string {
	c.t.Helper()
	_, err := io.WriteString(c, strings.Join(requests, "\r\n")+"\r\n")
	require.NoError(c.t, err)
	var got []byte
	for buf := make([]byte, 4096); !strings.HasSuffix(string(got), end); {
		n, err := c.Read(buf)
		got = append(got, buf[:n]...)
		if err != nil {
			return string(got) + "(end)"
		}
	}
	return strings.TrimSuffix(string(got), end)
}

// do is one request outside of a transaction and its reply, with spaces for line breaks.
func (c conn) do(request string) string {
	c.t.Helper()
	reply := c.until("$3\r\n<->\r\n", request, "echo <->") // the end of a reply is where the next begins
	return strings.TrimSuffix(strings.ReplaceAll(reply, "\r\n", " "), " ")
}

func TestReplies(t *testing.T) {
	c := dial(t, start(t, nil))
	for _, tc := range [][2]string{
		{"ping", "+PONG"}, {"ping x", "$1 x"}, {"ping x y", "-ERR wrong number of arguments for 'ping' command"},
		{"echo ''", "$0 "}, {"echo a b", "-ERR wrong number of arguments for 'echo' command"},
		{"select abc", "-ERR value is not an integer or out of range"},
		{"select 3000000000", "-ERR value is out of range, value must between -2147483648 and 2147483647"},
		{"select 16", "-ERR DB index is out of range"}, {"select -1", "-ERR DB index is out of range"},
		{"select 15", "+OK"}, {"set k v", "+OK"}, {"select 0", "+OK"}, {"get k", "$-1"},
		{"auth x", "-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?"},
		{"auth x y", "-WRONGPASS invalid username-password pair or user is disabled."},
		{"auth default y", "+OK"}, {"auth a b c", "-ERR syntax error"},
		{"hello x", "-ERR Protocol version is not an integer or out of range"},
		{"hello 4", "-NOPROTO unsupported protocol version"}, {"hello 1", "-NOPROTO unsupported protocol version"},
		{"hello 2 foo", "-ERR Syntax error in HELLO option 'foo'"},
		{"hello 3 auth x", "-ERR Syntax error in HELLO option 'auth'"},
		{"hello 3 auth x y", "-WRONGPASS invalid username-password pair or user is disabled."},
		{"hello 3 setname", "-ERR Syntax error in HELLO option 'setname'"},
		{"hello 3 setname 'a b'", "-ERR Client names cannot contain spaces, newlines or special characters."},
		{"hello 3 setname me", "%7 $6 server $5 redis $7 version $5 7.4.1 $5 proto :3 $2 id :1 $4 mode $10 standalone $4 role $6 master $7 modules *0"},
		{"client getname", "$2 me"},
		{"get nosuch", "_"},
		{"hello", "%7 $6 server $5 redis $7 version $5 7.4.1 $5 proto :3 $2 id :1 $4 mode $10 standalone $4 role $6 master $7 modules *0"},
		{"hello 2", "*14 $6 server $5 redis $7 version $5 7.4.1 $5 proto :2 $2 id :1 $4 mode $10 standalone $4 role $6 master $7 modules *0"},
		{"client setname ''", "+OK"}, {"client getname", "$-1"},
		{"client setname 'a b'", "-ERR Client names cannot contain spaces, newlines or special characters."},
		{"client setinfo foo bar", "-ERR Unrecognized option 'foo'"},
		{"client setinfo Lib-Name 'a b'", "-ERR Lib-Name cannot contain spaces, newlines or special characters."},
		{"client setinfo lib-name go", "+OK"}, {"client setinfo lib-ver 1.2", "+OK"},
		{"client id", ":1"}, {"client getredir", ":-1"},
		{"client no-evict x", "-ERR syntax error"}, {"client no-evict on", "+OK"},
		{"client no-touch x", "-ERR syntax error"}, {"client no-touch ON", "+OK"},
		{"client reply x", "-ERR syntax error"},
		{"client list type x", "-ERR Unknown client type 'x'"}, {"client list type replica", "$0 "},
		{"client list id", "-ERR syntax error"}, {"client list id x", "-ERR Invalid client ID"},
		{"client list id 999 -1", "$0 "}, {"client list foo bar", "-ERR syntax error"},
		{"client kill id 0", "-ERR client-id should be greater than 0"}, {"client kill id x y", "-ERR client-id should be greater than 0"},
		{"client kill id 5 x", "-ERR syntax error"}, {"client kill foo bar", "-ERR syntax error"},
		{"client kill type x", "-ERR Unknown client type 'x'"}, {"client kill user bob", "-ERR No such user 'bob'"},
		{"client kill skipme maybe", "-ERR syntax error"}, {"client kill maxage x", "-ERR maxage is not an integer or out of range"},
		{"client kill maxage 0", "-ERR maxage should be greater than 0"}, {"client kill id", "-ERR No such client"},
		{"client kill type pubsub skipme no", ":0"}, {"client kill user default maxage 100 skipme no", ":0"},
		{"client kill laddr 1.2.3.4:5 skipme no", ":0"}, {"client kill id 77 skipme no", ":0"},
		{"client pause x", "-ERR timeout is not an integer or out of range"}, {"client pause -1", "-ERR timeout is negative"},
		{"client pause 9223372036854775807", "-ERR timeout is out of range"},
		{"client pause 1 foo", "-ERR CLIENT PAUSE mode must be WRITE or ALL"},
		{"client pause 1 write x", "-ERR unknown subcommand or wrong number of arguments for 'pause'. Try CLIENT HELP."},
		{"client pause 0", "+OK"}, {"client unpause", "+OK"},
		{"client unblock x", "-ERR value is not an integer or out of range"}, {"client unblock 1", ":0"}, {"client unblock -1 error", ":0"},
		{"client unblock 1 foo", "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"},
		{"client unblock 1 error x", "-ERR unknown subcommand or wrong number of arguments for 'unblock'. Try CLIENT HELP."},
	} {
		require.Equal(t, tc[1], c.do(tc[0]), tc[0])
	}
	require.Contains(t, c.do("client help"), "*37 +CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are: +ID ")
}

func TestResetIsAsGoodAsNew(t *testing.T) {
	c := dial(t, start(t, nil))
	c.until("+RESET\r\n", "client setname me", "client setinfo lib-name lib", "client no-evict on", "client no-touch on",
		"select 3", "hello 3", "watch k", "multi", "set k v", "reset")
	require.Equal(t, "-ERR EXEC without MULTI", c.do("exec"))
	require.Regexp(t, ` name= .* flags=N db=0 .* multi=-1 watch=0 .* resp=2 lib-name=lib lib-ver=\s`, c.do("client info"))
}

func TestClientListFields(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := start(t, manual)
	a, b := dial(t, s), dial(t, s)
	a.do("hello 3 setname a")
	manual.Advance(2500 * time.Millisecond)
	a.until("+QUEUED\r\n+QUEUED\r\n", "select 2", "watch k k2", "multi", "set k v", "client setinfo lib-ver 9")
	manual.Advance(3 * time.Second)
	var line string
	require.Eventually(t, func() bool { // a reply that was read may not have been counted as sent yet
		line = regexp.MustCompile(`id=1 [^\n]*`).FindString(b.do("client list"))
		return strings.Contains(line, " obl=0 ")
	}, 10*time.Second, time.Millisecond)
	require.Regexp(t, `^id=1 addr=127\.0\.0\.1:\d+ laddr=127\.0\.0\.1:\d+ fd=\d+ name=a age=5 idle=3 flags=x db=2 sub=0 psub=0 ssub=0 `+
		`multi=2 watch=2 qbuf=0 qbuf-free=16384 argv-mem=0 multi-mem=\d{3} rbs=\d+ rbp=\d+ obl=0 oll=0 omem=0 tot-mem=\d{4,5} events=r `+
		`cmd=client\|setinfo user=default redir=-1 resp=3 lib-name= lib-ver= io-thread=\d+ tot-net-in=\d+ tot-net-out=\d+ tot-cmds=5$`, line)
	require.Regexp(t, ` id=2 .* name= age=5 idle=0 flags=N .* multi=-1 watch=0 qbuf=\d+ .* argv-mem=13 .* cmd=client\|list user`,
		" "+strings.TrimSpace(b.do("client list id 2")))
	b.do("set k w") // in another database
	require.Regexp(t, `id=1 .* flags=x `, b.do("client list id 1"))
	b.do("select 2")
	b.do("set k w")
	require.Regexp(t, `id=1 .* flags=xd `, b.do("client list id 1"))
}

func TestKillByAge(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := start(t, manual)
	old := dial(t, s)
	old.do("ping")
	manual.Advance(10 * time.Second)
	young := dial(t, s)
	require.Equal(t, ":0", young.do("client kill maxage 11"))
	require.Equal(t, ":1", young.do("client kill maxage 10"))
	require.NotEqual(t, "+PONG", tryPing(old))
	require.Equal(t, ":0", young.do("client kill addr "+young.LocalAddr().String()))
	require.Equal(t, ":1 (end)", young.do("client kill addr "+young.LocalAddr().String()+" skipme no"))
}

func tryPing(c conn) string {
	io.WriteString(c, "ping\r\n")
	got, _ := io.ReadAll(c)
	return string(got)
}

func TestPasswords(t *testing.T) {
	c := dial(t, start(t, nil, "--requirepass", "s3cret"))
	noauth := "-NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> " +
		"option can be used to authenticate the client and select the RESP protocol version at the same time"
	for _, tc := range [][2]string{
		{"get k", "-NOAUTH Authentication required."}, {"hello 3", noauth},
		{"auth wrong", "-WRONGPASS invalid username-password pair or user is disabled."},
		{"hello 3 auth default wrong", "-WRONGPASS invalid username-password pair or user is disabled."},
		{"auth bob s3cret", "-WRONGPASS invalid username-password pair or user is disabled."},
	} {
		_, err := io.WriteString(c, tc[0]+"\r\n")
		require.NoError(t, err)
		got := make([]byte, len(tc[1])+2)
		_, err = io.ReadFull(c, got)
		require.NoError(t, err)
		require.Equal(t, tc[1]+"\r\n", string(got))
	}
	require.Equal(t, "+OK", c.do("auth s3cret"))
	require.Equal(t, "$-1", c.do("get k"))
	require.Contains(t, c.do("hello 3 auth default s3cret"), "%7 ")
}
