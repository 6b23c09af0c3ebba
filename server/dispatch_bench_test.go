package server

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/config"
)

// stubConn is the connection of a client that is fed by hand.
type stubConn struct{}

func (stubConn) RemoteAddr() net.Addr    { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
func (stubConn) LocalAddr() net.Addr     { return stubConn{}.RemoteAddr() }
func (stubConn) FD() int                 { return -1 }
func (stubConn) Memory() int             { return 0 }
func (stubConn) KeepAlive(time.Duration) {}
func (stubConn) Close() error            { return nil }
func (stubConn) Wake()                   {}
func (stubConn) Trim()                   {}
func (stubConn) Detach()                 {}
func (stubConn) Flush()                  {}

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
	c.Arrived(len(batch))
	c.Feed(batch)
	n := len(c.Output())
	c.Wrote(n)
	return n
}

// What a command costs between the driver's reading and its writing: 50 clients in turn, keys that exist.
func BenchmarkDispatch(b *testing.B) {
	value := strings.Repeat("v", 64)
	for _, name := range []string{"GET", "SET"} {
		for _, pipeline := range []int{1, 16} {
			b.Run(fmt.Sprintf("%s/P=%d", name, pipeline), func(b *testing.B) {
				_, clients := fedClients(b, 50)
				batches := make([][]byte, len(clients))
				for i := range batches {
					var text strings.Builder
					for j := range pipeline {
						key := fmt.Sprintf("key:%09d", i*pipeline+j)
						set := fmt.Sprintf("*3\r\n$3\r\nSET\r\n$13\r\n%s\r\n$64\r\n%s\r\n", key, value)
						feed(clients[i], []byte(set))
						if name == "GET" {
							set = fmt.Sprintf("*2\r\n$3\r\nGET\r\n$13\r\n%s\r\n", key)
						}
						text.WriteString(set)
					}
					batches[i] = []byte(text.String())
				}
				b.ReportAllocs()
				b.ResetTimer()
				for i := 0; i < b.N; i += pipeline {
					n := i / pipeline % len(clients)
					feed(clients[n], batches[n])
				}
			})
		}
	}
}
