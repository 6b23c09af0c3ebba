//go:build linux

package epoll

// A loop is a role, not a goroutine: while a Session takes long in its Feed, the loop goes on without that connection on
// another goroutine.

import (
	"runtime"

	"github.com/miniredisd/miniredisd/server/driver"
)

// Detach implements driver.Conn. The loop's goroutine is inside of the Session's Feed, where it touches nothing of the loop;
// and whoever calls keeps it there, so all that is written here is seen when Feed has returned.
func (c *conn) Detach() {
	if c.away { // for the second time in one Feed
		return
	}
	l := c.loop
	c.away, c.queued = true, true
	l.buf = new([driver.FirstBuffer]byte) // the former one holds what the connection executes, perhaps
	var rest []*conn
	for _, other := range l.taking {
		if other != nil {
			rest = append(rest, other) // they come next
		}
	}
	l.taking, l.ready = nil, append(rest, l.ready...)
	l.group.running.Go(func() {
		l.commit()
		l.run()
	})
}

// comeBack gives the connection back to its loop, and ends the goroutine that was the loop's before.
func (c *conn) comeBack(buf []byte, own bool, n int, state driver.State) {
	c.loop.call(func() {
		c.away, c.queued = false, false
		c.wasFed(buf, own, n, state)
		c.openMail()
	})
	runtime.Goexit()
}
