// Package delivery proves what those may rely on who hand work over to others by way of the server: that each element comes to
// one consumer, though consumers come to sudden ends, and that who waits longest is served first.
package delivery

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/drivertest"
	"github.com/miniredisd/miniredisd/server"
	"github.com/miniredisd/miniredisd/tests/wire"
)

// patience is how long something may take that happens by itself.
const patience = time.Minute

func TestMain(m *testing.M) { drivertest.Main(m) }

// start starts a server and returns its address.
func start(t *testing.T) (addr string) {
	t.Helper()
	cfg := config.New()
	require.NoError(t, cfg.Load(slices.Concat([]string{"--port", "0", "--bind", "127.0.0.1", "--dir", t.TempDir()}, drivertest.Options()), nil))
	s, err := server.New(server.Options{Config: cfg})
	require.NoError(t, err)
	require.NoError(t, s.Start())
	t.Cleanup(func() { s.Close() })
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port()))
}

// peer is a client whose requests cannot fail.
type peer struct {
	*wire.Conn
	t  *testing.T
	id string // that the server has given it
}

func dial(t *testing.T, addr string) *peer {
	t.Helper()
	c, err := wire.Dial(addr)
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	c.Timeout = patience
	p := &peer{Conn: c, t: t}
	p.id = p.do("CLIENT", "ID").Text
	return p
}

func (p *peer) do(args ...string) wire.Value {
	p.t.Helper()
	v, err := p.Must(args...)
	require.NoError(p.t, err)
	return v
}

func (p *peer) number(args ...string) int {
	p.t.Helper()
	return int(p.do(args...).Int64())
}

// awaitBlocked waits until that many clients wait.
func (p *peer) awaitBlocked(n int) {
	p.t.Helper()
	want := "\r\nblocked_clients:" + strconv.Itoa(n) + "\r\n"
	p.await(func() bool { return strings.Contains(p.do("INFO", "clients").Text, want) })
}

// await waits for a condition that others are about to make true.
func (p *peer) await(ok func() bool) {
	p.t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(100 * time.Microsecond) {
		require.True(p.t, time.Now().Before(end), "it does not come true")
	}
}

// calls is how often a command came to its end, as the server counts.
func (p *peer) calls(command string) int {
	p.t.Helper()
	found := regexp.MustCompile(`cmdstat_` + command + `:calls=(\d+),`).FindStringSubmatch(p.do("INFO", "commandstats").Text)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(found[1])
	require.NoError(p.t, err)
	return n
}

// element is the first text of a reply that is one of the elements that are handed over: "e" and a number.
func element(v wire.Value) (e string, ok bool) {
	if !v.IsAggregate() {
		digits, ours := strings.CutPrefix(v.Text, "e")
		_, err := strconv.Atoi(digits)
		return v.Text, ours && err == nil
	}
	for _, inner := range v.Elems {
		if e, ok = element(inner); ok {
			return e, true
		}
	}
	return "", false
}
