//go:build linux

package epoll

import (
	"syscall"

	"github.com/miniredisd/miniredisd/server/driver"
)

const (
	// maxUnsent is how many bytes of replies may wait for a slow client before nothing more is executed for it. It is
	// wide enough for clients that send a large pipeline before they read its replies.
	maxUnsent = 32 << 20
	// maxWrite is how many unsent bytes are tried to be sent in one turn.
	maxWrite = 1 << 20
	// unsentChunk is the least size of a buffer that unsent bytes are copied to.
	unsentChunk = 64 << 10
)

// unsent is what a socket did not take yet.
type unsent struct {
	chunks [][]byte
	size   int // of all
}

func (u *unsent) empty() bool { return u.size == 0 }

// add appends p: itself when it is ours to keep, else a copy.
func (u *unsent) add(p []byte, ours bool) {
	u.size += len(p)
	if ours {
		u.chunks = append(u.chunks, p)
		return
	}
	if n := len(u.chunks); n > 0 && cap(u.chunks[n-1])-len(u.chunks[n-1]) >= len(p) {
		u.chunks[n-1] = append(u.chunks[n-1], p...)
		return
	}
	u.chunks = append(u.chunks, append(make([]byte, 0, max(unsentChunk, len(p))), p...))
}

// drop removes the n bytes at the head, all of the first chunk.
func (u *unsent) drop(n int) {
	u.size -= n
	if u.chunks[0] = u.chunks[0][n:]; len(u.chunks[0]) == 0 {
		u.chunks[0] = nil
		u.chunks = u.chunks[1:]
	}
	if u.size == 0 {
		u.chunks = nil
	}
}

// send writes out behind what is unsent; what the socket does not take is kept. False: the connection has ended.
func (c *conn) send(out []byte) (ok bool) {
	n := 0
	if c.unsent.empty() {
		if n, ok = c.write(out); !ok {
			return false
		}
	}
	if n < len(out) {
		c.unsent.add(out[n:], cap(out) > driver.KeptOutput)
		c.awaitRoom()
		return true
	}
	driver.GiveLarge(out)
	return true
}

// drain sends of what is unsent as much as the socket takes, up to maxWrite. False: the connection has ended.
func (c *conn) drain() (ok bool) {
	for sent := 0; !c.unsent.empty() && !c.full; {
		if sent >= maxWrite {
			c.loop.queue(c)
			return true
		}
		chunk := c.unsent.chunks[0]
		chunk = chunk[:min(len(chunk), maxWrite)]
		n, ok := c.write(chunk)
		if !ok {
			return false
		}
		if c.unsent.drop(n); n < len(chunk) {
			c.awaitRoom()
		}
		sent += n
	}
	if !c.unsent.empty() {
		return true
	}
	// With replies that wait for the log, it is reply that ends the connection.
	if register(c.loop.epfd, syscall.EPOLL_CTL_MOD, c.fd, incoming) != nil || c.closing && !c.awaiting {
		c.loop.end(c)
		return false
	}
	return true
}

// write writes once. False: the connection has ended.
func (c *conn) write(p []byte) (n int, ok bool) {
	n, err := write(c.fd, p)
	switch {
	case err == syscall.EAGAIN || err == syscall.EINTR:
		return 0, true
	case err != 0:
		c.loop.end(c)
		return 0, false
	}
	c.session.Wrote(n)
	return n, true
}

// awaitRoom makes epoll tell when the socket takes output again. It tells at once if it does already.
func (c *conn) awaitRoom() {
	c.full = true
	if register(c.loop.epfd, syscall.EPOLL_CTL_MOD, c.fd, incoming|outgoing) != nil {
		c.full = false
		c.loop.queue(c)
	}
}
