package load

import (
	"context"
	"fmt"
	"net"
	"time"
)

// perSource is how many connections are made from one address: Linux gives out some 28,000 ports for each.
const perSource = 20_000

// Idle are connections on which nothing happens any more.
type Idle []net.Conn

// OpenIdle opens n connections. Each has been used: it sent a PING and has read the reply.
func OpenIdle(ctx context.Context, addr string, n int) (idle Idle, err error) {
	defer func() {
		if err != nil {
			idle.Close()
		}
	}()
	reply := make([]byte, 256)
	for i := range n {
		dialer := dialFrom(i / perSource)
		dialer.Timeout = replyWait
		c, err := dialer.DialContext(ctx, "tcp", addr)
		if err != nil {
			return idle, fmt.Errorf("connection %d: %w", i+1, err)
		}
		idle = append(idle, c)
		if err := c.SetDeadline(time.Now().Add(replyWait)); err != nil {
			return idle, err
		}
		if _, err := c.Write([]byte("*1\r\n$4\r\nPING\r\n")); err != nil {
			return idle, fmt.Errorf("connection %d: %w", i+1, err)
		}
		got, err := c.Read(reply)
		if err != nil {
			return idle, fmt.Errorf("connection %d: %w", i+1, err)
		}
		if string(reply[:got]) != "+PONG\r\n" {
			return idle, fmt.Errorf("connection %d: the server said %q", i+1, reply[:got])
		}
	}
	return idle, nil
}

// Close closes all.
func (c Idle) Close() {
	for _, nc := range c {
		nc.Close()
	}
}
