package server

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/server/driver"
)

// stubConn is the connection of a client that is fed by hand.
type stubConn struct{}

func (stubConn) RemoteAddr() net.Addr    { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
func (stubConn) LocalAddr() net.Addr     { return stubConn{}.RemoteAddr() }
func (stubConn) FD() int                 { return -1 }
func (stubConn) Loop() int               { return 0 }
func (stubConn) Memory() int             { return 0 }
func (stubConn) KeepAlive(time.Duration) {}
func (stubConn) Close() error            { return nil }
func (stubConn) Wake()                   {}
func (stubConn) Trim()                   {}
func (stubConn) Detach()                 {}
func (stubConn) Flush()                  {}

func (stubConn) Stream() (driver.Stream, error) { return nil, net.ErrClosed }

// fedClients are clients of a server that does not listen.
func fedClients(t testing.TB, n int) (*Server, []*client) {
	s, err := New(Options{Config: config.New()})
	require.NoError(t, err)
	clients := make([]*client, n)
	for i := range clients {
		clients[i] = newClient(s, stubConn{})
		clients[i].ID = uint64(i + 1)
	}
	return s, clients
}

func feed(c *client, batch []byte) int {
	now := clock.Mono()
	c.Arrived(len(batch), now)
	c.Feed(batch, now)
	n := len(c.Output())
	c.Wrote(n)
	return n
}

// allocations is how often a client allocates to execute a command. What a client is lent for that is not counted: it comes from
// a sync.Pool, which forgets under the race detector.
func allocations(c *client, words ...string) float64 {
	args := make([][]byte, len(words))
	for i, w := range words {
		args[i] = []byte(w)
	}
	c.takeUnit(0)
	defer c.giveUnit()
	return testing.AllocsPerRun(100, func() {
		c.execute(args)
		c.Wrote(len(c.Output()))
	})
}

// What a command costs between the driver's reading and its writing: 50 clients in turn, random ones of 100,000 keys that
// exist, as many as do not fit in a processor's cache.
func BenchmarkDispatch(b *testing.B) {
	const keys = 100_000
	value := strings.Repeat("v", 64)
	set := func(key int) string {
		return fmt.Sprintf("*3\r\n$3\r\nSET\r\n$16\r\nkey:%012d\r\n$64\r\n%s\r\n", key, value)
	}
	get := func(key int) string { return fmt.Sprintf("*2\r\n$3\r\nGET\r\n$16\r\nkey:%012d\r\n", key) }
	for _, c := range []struct {
		name    string
		request func(key int) string
	}{{"GET", get}, {"SET", set}} {
		for _, pipeline := range []int{1, 16, 128} {
			b.Run(fmt.Sprintf("%s/P=%d", c.name, pipeline), func(b *testing.B) {
				_, clients := fedClients(b, 50)
				for key := range keys {
					feed(clients[0], []byte(set(key)))
				}
				batches := make([][]byte, keys/pipeline)
				for i, key := range rand.New(rand.NewPCG(1, 2)).Perm(keys / pipeline * pipeline) {
					n := i / pipeline
					batches[n] = append(batches[n], c.request(key)...)
				}
				b.ReportAllocs()
				b.ResetTimer()
				for i := 0; i < b.N; i += pipeline {
					n := i / pipeline
					feed(clients[n%len(clients)], batches[n%len(batches)])
				}
			})
		}
	}
}
