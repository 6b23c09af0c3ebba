//go:build linux

package epoll

// A loop is a role, not a goroutine: while a Session takes long in its Feed, the loop goes on without that connection on
// another goroutine.

import (
	"os"
	"runtime"

	"github.com/miniredisd/miniredisd/server/driver"
)

// Detach implements driver.Conn. The loop's goroutine is inside of the Session's Feed, where it touches nothing of the loop;
// and whoever calls keeps it there, so all that is written here is seen when Feed has returned.
func (c *conn) Detach() {
	if c.away { // for the second time in one Feed
		return
	}
	c.away, c.queued = true, true
	c.loop.split()
}

// Stream implements driver.Conn: the socket once more, as Go's poller knows it. The loop may be held up by others meanwhile.
func (c *conn) Stream() (driver.Stream, error) {
	c.Detach()
	fd, err := duplicate(c.fd)
	if err != nil {
		return nil, err
	}
	c.stream = os.NewFile(uintptr(fd), "connection")
	return c.stream, nil
}

// comeBack gives the connection back to its loop, and ends the goroutine that was the loop's before.
func (c *conn) comeBack(in input, n int, state driver.State) {
	if c.stream != nil {
		c.stream.Close()
		c.stream = nil
	}
	c.loop.call(func() {
		c.away, c.queued = false, false
		c.wasFed(in, n, state)
		c.openMail()
	})
	runtime.Goexit()
}
