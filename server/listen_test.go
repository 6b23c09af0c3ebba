package server

import (
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
)

// nowhere is an address that no machine has: it is kept for documentation.
const nowhere = "192.0.2.1"

// occupied is a port at which somebody else listens on this address.
func occupied(t *testing.T, host string) string {
	t.Helper()
	ln, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	require.NoError(t, err)
	t.Cleanup(func() { ln.Close() })
	return portOf(ln.Addr())
}

// free is a port at which nobody listened a moment ago.
func free(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	return portOf(ln.Addr())
}

func portOf(a net.Addr) string { return strconv.Itoa(a.(*net.TCPAddr).Port) }

func dialAt(t *testing.T, network, addr string) *peer {
	t.Helper()
	conn, err := net.Dial(network, addr)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &peer{t, conn}
}

func requireRefused(t *testing.T, host, port string) {
	t.Helper()
	conn, err := net.Dial("tcp", net.JoinHostPort(host, port))
	if err == nil {
		conn.Close()
	}
	require.Error(t, err)
}

// tryStart starts a server that may fail to.
func tryStart(t *testing.T, options ...string) error {
	t.Helper()
	cfg := config.New()
	require.NoError(t, cfg.Load(append([]string{"--dir", t.TempDir()}, options...), nil))
	s, err := New(Options{Config: cfg})
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s.Start()
}

func TestSeveralAddresses(t *testing.T) {
	s := startWith(t, nil, "--bind", "127.0.0.1", "127.0.0.2", "-"+nowhere)
	require.Len(t, s.Addrs(), 2)
	port := portOf(s.Addrs()[0])
	require.Equal(t, port, portOf(s.Addrs()[1]), "a free port is the same for all")
	for _, host := range []string{"127.0.0.1", "127.0.0.2"} {
		dialAt(t, "tcp", net.JoinHostPort(host, port)).do("PING", "+PONG")
	}
}

// A server that cannot have what it must have does not start, and holds nothing afterwards.
func TestAddressesThatCannotBeHad(t *testing.T) {
	port := free(t)
	failed := "Failed listening on port " + port + " (TCP), aborting."
	require.EqualError(t, tryStart(t, "--port", port, "--bind", "127.0.0.1", nowhere), failed)
	requireRefused(t, "127.0.0.1", port)
	require.EqualError(t, tryStart(t, "--port", port, "--bind", "-"+nowhere), failed, "not one address")
	require.NoError(t, tryStart(t, "--port", port, "--bind", "127.0.0.1"))

	taken := occupied(t, "127.0.0.2")
	require.EqualError(t, tryStart(t, "--port", taken, "--bind", "127.0.0.1", "-127.0.0.2"),
		"Failed listening on port "+taken+" (TCP), aborting.", "the address exists, but is taken")
	requireRefused(t, "127.0.0.1", taken)
}

func TestPortAtRunTime(t *testing.T) {
	s := startWith(t, nil)
	before := strconv.Itoa(s.Port())
	p := dial(t, s)
	port := free(t)
	p.do("CONFIG SET port "+port, "+OK")
	p.do("PING", "+PONG")
	dialAt(t, "tcp", "127.0.0.1:"+port).do("PING", "+PONG")
	requireRefused(t, "127.0.0.1", before)
	p.do("CONFIG SET port 0", "+OK")
	require.Equal(t, before, strconv.Itoa(s.Port()), "the port that was found free at first")
}

func TestPortThatFailsIsRolledBack(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	before := strconv.Itoa(s.Port())
	p.do("CONFIG SET port "+occupied(t, "127.0.0.1"),
		"-ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs.")
	p.do("CONFIG GET port", "*2", "$4", "port", "$1", "0")
	dialAt(t, "tcp", "127.0.0.1:"+before).do("PING", "+PONG")
	require.Len(t, s.Addrs(), 1)
}

func TestBindAtRunTime(t *testing.T) {
	s := startWith(t, nil)
	p := dial(t, s)
	port := strconv.Itoa(s.Port())
	requireRefused(t, "127.0.0.2", port)
	p.do(`CONFIG SET bind "127.0.0.2 -`+nowhere+`"`, "+OK")
	p.do("PING", "+PONG")
	dialAt(t, "tcp", "127.0.0.2:"+port).do("PING", "+PONG")
	requireRefused(t, "127.0.0.1", port)
	p.do(`CONFIG SET bind "127.0.0.1 `+nowhere+`"`,
		"-ERR CONFIG SET failed (possibly related to argument 'bind') - Failed to bind to specified addresses.")
	p.do("CONFIG GET bind", "*2", "$4", "bind", "$20", "127.0.0.2 -"+nowhere)
	dialAt(t, "tcp", "127.0.0.2:"+port).do("PING", "+PONG")
	requireRefused(t, "127.0.0.1", port)
	require.Len(t, s.Addrs(), 1)
}

// A server that was closed takes no listener any more.
func TestListenerAfterClose(t *testing.T) {
	s := startWith(t, nil)
	require.NoError(t, s.Close())
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.ServeListener(ln)
	requireRefused(t, "127.0.0.1", portOf(ln.Addr()))
}
