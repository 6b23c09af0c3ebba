package server

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/all"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/server/driver"
)

func TestPipelineSplitAnywhere(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	request := "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhe\r\no\r\nGET k\r\n\r\n*0\r\n*2\r\n$4\r\nECHO\r\n$1\r\nx\r\n"
	for i := 1; i < len(request); i++ {
		p.write(request[:i])
		p.write(request[i:])
	}
	for range len(request) - 1 {
		p.expect("+OK", "$5", "he\r\no", "$1", "x")
	}
}

// Replies of more than a buffer leave in between, and all of them in order.
func TestLongPipeline(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	value := strings.Repeat("v", 10_000)
	p.do("SET k "+value, "+OK")
	p.write(strings.Repeat("GET k\r\n", 200))
	for range 200 {
		p.expect("$10000", value)
	}
}

func TestProtocolErrors(t *testing.T) {
	s := startWith(t, nil)
	for request, want := range map[string]string{
		"*3000000000\r\n":           "-ERR Protocol error: invalid multibulk length",
		"*1\r\nfoo\r\n":             "-ERR Protocol error: expected '$', got 'f'",
		"*1\r\n$-10\r\n":            "-ERR Protocol error: invalid bulk length",
		"set \"a\"b c\r\nPING\r\n":  "-ERR Protocol error: unbalanced quotes in request",
		strings.Repeat("x", 70_000): "-ERR Protocol error: too big inline request",
	} {
		p := dial(t, s)
		p.write("PING\r\n" + request)
		p.expectEnd("+PONG", want)
	}
	p := dial(t, s)
	p.write("CLIENT REPLY OFF\r\n*1\r\nfoo\r\n")
	p.expectEnd()
}

func TestReplyModes(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	p.send("CLIENT REPLY SKIP", "PING a", "PING b", "CLIENT REPLY OFF", "PING c", "NOSUCH", "CLIENT REPLY SKIP", "PING d",
		"CLIENT REPLY ON", "PING e", "CLIENT REPLY SKIP", "CLIENT REPLY ON", "PING f", "CLIENT REPLY SKIP",
		"CLIENT REPLY SKIP", "PING g", "PING h", "CLIENT REPLY OFF", "RESET", "CLIENT REPLY MAYBE")
	p.expect("$1", "b", "+OK", "$1", "e", "+OK", "$1", "f", "$1", "h", "+RESET", "-ERR syntax error")
}

func TestUnknownCommands(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	long := strings.Repeat("é", 100)
	p.do("nosuch a b", "-ERR unknown command 'nosuch', with args beginning with: 'a' 'b' ")
	p.do("foo "+long+" b", "-ERR unknown command 'foo', with args beginning with: '"+long[:128]+"' ")
	p.do(long, "-ERR unknown command '"+long[:128]+"', with args beginning with: ")
	p.do("client Nosuch", "-ERR unknown subcommand 'Nosuch'. Try CLIENT HELP.")
	p.do("client", "-ERR wrong number of arguments for 'client' command")
	p.do("client id x", "-ERR wrong number of arguments for 'client|id' command")
	p.send("POST / HTTP/1.1", "Host: here", "PING")
	p.expectEnd()
}

func TestKill(t *testing.T) {
	s := startWith(t, nil)
	a, b := dial(t, s), dial(t, s)
	a.do("CLIENT SETNAME a", "+OK")
	b.do("CLIENT KILL ID "+b.field("a", "id"), ":1")
	require.Empty(t, b.field("a", "id")) // at once
	a.expectEnd()
	b.do("CLIENT KILL ADDR 127.0.0.1:1", ":0")
	b.do("CLIENT KILL 127.0.0.1:1", "-ERR No such client")
	b.do("CLIENT KILL SKIPME YES", ":0")
	b.send("CLIENT KILL "+b.LocalAddr().String(), "PING")
	b.expectEnd("+OK")
}

func TestQuitStopsThePipeline(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	p.do("MULTI", "+OK")
	p.send("QUIT", "SET k v")
	p.expectEnd("+OK")
	dial(t, s).do("GET k", "$-1")
}

func TestMaxClients(t *testing.T) {
	s := startWith(t, nil, "--maxclients", "2")
	a, b := dial(t, s), dial(t, s)
	a.do("PING", "+PONG")
	b.do("PING", "+PONG")
	dial(t, s).expectEnd("-ERR max number of clients reached")
	b.do("QUIT", "+OK")
	waitFor(t, func() bool { return len(s.snapshot()) == 1 })
	dial(t, s).do("PING", "+PONG")
	require.EqualValues(t, 1, s.stats.rejectedConns.Load())
}

func TestProtectedMode(t *testing.T) {
	here := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 9)}
	here6 := &net.TCPAddr{IP: net.IPv6loopback}
	there := &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}
	unix := &net.UnixAddr{Name: "/tmp/s", Net: "unix"}
	s := startWith(t, nil)
	for addr, want := range map[net.Addr]bool{here: true, here6: true, there: false, unix: true} {
		require.Equal(t, want, s.mayConnect(addr), addr)
	}
	p := dial(t, s)
	p.do("CONFIG SET protected-mode no", "+OK")
	require.True(t, s.mayConnect(there))
	p.do("CONFIG SET protected-mode yes requirepass secret", "+OK")
	require.True(t, s.mayConnect(there))
	require.True(t, strings.HasPrefix(protectedText, "-DENIED Redis is running in protected mode because protected"))
}

func TestIdleTimeout(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startWith(t, manual, "--timeout", "10")
	a, b, c := dial(t, s), dial(t, s), dial(t, s)
	a.do("PING", "+PONG")
	c.do("CLIENT PAUSE 100000 WRITE", "+OK")
	b.send("SET k v")
	waitParked(t, s, 1)
	manual.Advance(10 * time.Second)
	s.tendClients()
	a.do("PING", "+PONG") // not longer than the timeout
	manual.Advance(11 * time.Second)
	c.do("PING", "+PONG")
	s.tendClients()
	a.expectEnd()
	c.do("CLIENT UNPAUSE", "+OK")
	b.expect("+OK") // waits for us: not idle
	manual.Advance(2 * time.Second)
	s.tendClients()
	b.do("PING", "+PONG")
}

// A silent client gives its buffer up, in the middle of a command, too, and goes on as if nothing had happened.
func TestSilentClientGivesUpItsBuffer(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startWith(t, manual)
	a, b := dial(t, s), dial(t, s)
	a.do("CLIENT SETNAME a", "+OK")
	waitFor(t, func() bool { return b.field("a", "qbuf-free") == "16384" })
	request := "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\nvvv"
	a.write(request)
	waitFor(t, func() bool { return b.field("a", "qbuf") == "3" }) // the rest is understood
	require.Equal(t, "30", b.field("a", "argv-mem"))
	waitFor(t, func() bool { return b.field("a", "qbuf-free") == "999999" })
	manual.Advance(2 * time.Second)
	s.tendClients()
	waitFor(t, func() bool { return b.field("a", "qbuf-free") == "0" })
	require.Equal(t, "3", b.field("a", "qbuf"))
	a.write(strings.Repeat("v", 999_997) + "\r\nSTRLEN k\r\n")
	a.expect("+OK", ":1000000")
	manual.Advance(2 * time.Second)
	s.tendClients()
	waitFor(t, func() bool { return b.field("a", "qbuf-free") == "0" })
	a.do("STRLEN k", ":1000000")
}

func TestStrangersHaveSmallerLimits(t *testing.T) {
	s := startWith(t, nil, "--requirepass", "secret")
	p := dial(t, s)
	p.do("PING", "-NOAUTH Authentication required.")
	p.write("*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n*11\r\n$6\r\nEXISTS\r\n" + strings.Repeat("$1\r\nk\r\n", 10))
	p.expect("+OK", ":0") // known from the next command on
	p.write("RESET\r\n*11\r\n")
	p.expectEnd("+RESET", "-ERR Protocol error: unauthenticated multibulk length")
	q := dial(t, s)
	q.write("*1\r\n$16385\r\n")
	q.expectEnd("-ERR Protocol error: unauthenticated bulk length")
}

func TestPasswordSetLaterLeavesClientsIn(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	p.do("CONFIG SET requirepass secret", "+OK")
	p.do("PING", "+PONG")
	dial(t, s).do("PING", "-NOAUTH Authentication required.")
	p.do("RESET", "+RESET")
	p.do("PING", "-NOAUTH Authentication required.")
}

func TestPanicEndsItsClientOnly(t *testing.T) {
	s := startWith(t, nil)
	ordinary, exclusive := panicking(0), panicking(command.Exclusive)
	a, b := dial(t, s), dial(t, s)
	for _, spec := range []*command.Spec{ordinary, exclusive} {
		conn, other := net.Pipe()
		defer other.Close()
		session, _ := s.Accept(pipeConn{conn})
		victim := session.(*client)
		victim.out.Buf = append(victim.out.Buf, "+earlier\r\n"...)
		victim.takeUnit(0)
		require.True(t, victim.run(spec, [][]byte{[]byte("boom"), []byte("k")}))
		require.Equal(t, "+earlier\r\n-ERR internal error in command 'set'\r\n", string(victim.out.Buf))
		_, next, _ := victim.Feed([]byte("PING\r\n"), 0)
		require.Equal(t, driver.Close, next)
		victim.Closed()
		a.do("SET k 1", "+OK") // the locks are free
		b.do("GET k", "$1", "1")
	}
}

// panicking is SET, but that it panics in the middle of its reply.
func panicking(flags command.Flags) *command.Spec {
	set := *all.Registry().Lookup([]byte("set"))
	set.Flags |= flags
	set.Run = func(c *command.Ctx) {
		c.Out.Array(3)
		panic("boom")
	}
	return &set
}

// pipeConn is a driver.Conn without a driver.
type pipeConn struct{ net.Conn }

func (pipeConn) FD() int                 { return -1 }
func (pipeConn) Loop() int               { return 0 }
func (pipeConn) Memory() int             { return 0 }
func (pipeConn) KeepAlive(time.Duration) {}
func (pipeConn) Wake()                   {}
func (pipeConn) Flush()                  {}
func (pipeConn) Trim()                   {}
func (pipeConn) Detach()                 {}

func (c pipeConn) Stream() (driver.Stream, error) { return c.Conn, nil }

func TestQueueHasALimit(t *testing.T) {
	s := startWith(t, nil, "--client-query-buffer-limit", "1mb")
	p := dial(t, s)
	p.do("MULTI", "+OK")
	value := strings.Repeat("v", 60_000)
	for range 17 {
		p.do("SET k "+value, "+QUEUED")
	}
	p.send("SET k " + value)
	p.expectEnd("+QUEUED")
	q := dial(t, s)
	q.write("*1\r\n$2000000\r\n" + strings.Repeat("v", 1_100_000))
	q.expectEnd()
	q = dial(t, s)
	q.do("GET k", "$-1")
	q.send("INFO stats")
	require.Contains(t, q.bulk(), "\r\nclient_query_buffer_limit_disconnections:2\r\n")
	q.do("CONFIG RESETSTAT", "+OK")
	q.send("INFO stats")
	require.Contains(t, q.bulk(), "\r\nclient_query_buffer_limit_disconnections:0\r\n")
}

// What arrives all at once counts, too.
func TestWholeCommandBeyondTheQueryLimit(t *testing.T) {
	s := startWith(t, nil, "--client-query-buffer-limit", "1mb")
	p := dial(t, s)
	p.write("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1048576\r\n" + strings.Repeat("v", 1<<20) + "\r\n")
	p.expectEnd()
	q := dial(t, s)
	q.do("EXISTS k", ":0")
	q.send("INFO stats")
	require.Contains(t, q.bulk(), "client_query_buffer_limit_disconnections:1\r\n")
}
