package server

// A running server, and connections to it that speak raw bytes: what is tested here is the bytes.

import (
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/internal/drivertest"
)

func TestMain(m *testing.M) {
	if spec := os.Getenv(holdEnv); spec != "" {
		holdConnections(spec)
		return
	}
	drivertest.Main(m)
}

// patience is how long something may take that happens by itself: long, since the race detector is slow, and not all
// processors may be ours.
const patience = time.Minute

// startWith starts a server with options of redis.conf; a nil clock is the machine's.
func startWith(t testing.TB, c clock.Clock, options ...string) *Server {
	t.Helper()
	s, err := tryToStart(t, c, options...)
	require.NoError(t, err)
	return s
}

func tryToStart(t testing.TB, c clock.Clock, options ...string) (*Server, error) {
	t.Helper()
	cfg := config.New()
	require.NoError(t, cfg.Load(slices.Concat([]string{"--port", "0", "--bind", "127.0.0.1", "--dir", t.TempDir()}, drivertest.Options(), options), nil))
	s, err := New(Options{Config: cfg, Clock: c})
	require.NoError(t, err)
	if err := s.Start(); err != nil {
		return nil, err
	}
	t.Cleanup(func() { s.Close() })
	return s, nil
}

// peer is a client's end of a connection.
type peer struct {
	t *testing.T
	net.Conn
}

func dial(t *testing.T, s *Server) *peer {
	t.Helper()
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port())))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return &peer{t, conn}
}

// send sends commands as inline requests.
func (p *peer) send(commands ...string) {
	p.t.Helper()
	p.write(strings.Join(commands, "\r\n") + "\r\n")
}

func (p *peer) write(bytes string) {
	p.t.Helper()
	_, err := io.WriteString(p, bytes)
	require.NoError(p.t, err)
}

// expect reads exactly these lines; the line breaks go without saying.
func (p *peer) expect(lines ...string) {
	p.t.Helper()
	want := strings.Join(lines, "\r\n") + "\r\n"
	got := make([]byte, len(want))
	n, err := io.ReadFull(p, got)
	require.Equal(p.t, want, string(got[:n]))
	require.NoError(p.t, err)
}

// do is one command and its reply.
func (p *peer) do(cmd string, lines ...string) {
	p.t.Helper()
	p.send(cmd)
	p.expect(lines...)
}

// expectEnd reads until the server closes, and these lines before it.
func (p *peer) expectEnd(lines ...string) {
	p.t.Helper()
	want := ""
	if len(lines) > 0 {
		want = strings.Join(lines, "\r\n") + "\r\n"
	}
	got, _ := io.ReadAll(p) // a reset is an end, too
	require.Equal(p.t, want, string(got))
}

// line reads a line, and returns it without its break.
func (p *peer) line() string {
	p.t.Helper()
	var line []byte
	for b := [1]byte{}; b[0] != '\n'; line = append(line, b[0]) {
		_, err := io.ReadFull(p, b[:])
		require.NoError(p.t, err)
	}
	return strings.TrimSuffix(string(line), "\r\n")
}

// bulk reads a bulk string reply and returns it.
func (p *peer) bulk() string {
	p.t.Helper()
	head := p.line()
	n, err := strconv.Atoi(strings.Trim(head, "$"))
	require.NoError(p.t, err, head)
	body := make([]byte, n+2)
	_, err = io.ReadFull(p, body)
	require.NoError(p.t, err)
	return string(body[:n])
}

// field is a field of CLIENT LIST about the client of that name, asked for by p; "" when there is no such client.
func (p *peer) field(name, field string) string {
	p.t.Helper()
	p.send("CLIENT LIST")
	for line := range strings.SplitSeq(p.bulk(), "\n") {
		fields := map[string]string{}
		for _, f := range strings.Fields(line) {
			k, v, _ := strings.Cut(f, "=")
			fields[k] = v
		}
		if fields["name"] == name && line != "" {
			return fields[field]
		}
	}
	return ""
}

// waitFor waits for a condition that other goroutines are about to make true.
func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	require.Eventually(t, ok, patience, time.Millisecond)
}
