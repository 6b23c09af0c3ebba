//go:build linux

package epoll

import (
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/server/driver"
)

const (
	// maxRead is how many bytes are read from a connection in one turn, so that one that sends much cannot keep the
	// others waiting.
	maxRead = 1 << 20
	// maxParkedInput is how much input is taken from a parked connection; then it waits in the kernel.
	maxParkedInput = 1 << 20
)

// What conn.mail may hold.
const (
	mailOpen uint32 = 1 << iota
	mailClose
	mailWake
	mailTrim
	mailFlush
)

// conn is a connection.
type conn struct {
	loop          *loop
	listener      *listener
	session       driver.Session
	fd            int
	remote, local net.Addr
	mail          atomic.Uint32 // what others ask for

	// Only the loop's goroutine touches these.
	in     driver.Input // has a buffer only while a command is incomplete, or a large one was here lately
	unsent unsent
	stream *os.File // what its Session reads from and writes to by itself while it is away, nil when it does not

	opened   bool // it is registered with the loop
	over     bool // it is closed
	queued   bool // it is in loop.ready
	readable bool // there may be more to read
	hungup   bool // the peer sends no more, so the input has an end
	full     bool // the socket takes no more output; EPOLLOUT is asked for
	parked   bool // the Session is not to be fed before woken
	woken    bool
	hungry   bool // the Session is to be fed with what is in
	flushing bool // the Session has output though nothing was fed
	awaiting bool // its replies wait for the log
	closing  bool // to be closed when all replies are sent
	away     bool // it is inside of Feed on a goroutine that serves it alone (detach.go); it is queued, so it gets no turn
}

// RemoteAddr implements driver.Conn.
func (c *conn) RemoteAddr() net.Addr { return c.remote }

// LocalAddr implements driver.Conn.
func (c *conn) LocalAddr() net.Addr { return c.local }

// FD implements driver.Conn.
func (c *conn) FD() int { return c.fd }

// Loop implements driver.Conn.
func (c *conn) Loop() int { return c.loop.number }

// Memory implements driver.Conn: the conn itself, its addresses, and its places in the loop's lists.
func (c *conn) Memory() int { return 512 }

// KeepAlive implements driver.Conn. It is for the Acceptor, before the connection is served.
func (c *conn) KeepAlive(idle time.Duration) {
	if _, ok := c.local.(*net.TCPAddr); ok {
		keepAlive(c.fd, idle)
	}
}

// Close implements driver.Conn.
func (c *conn) Close() error {
	c.post(mailClose)
	return nil
}

// Wake implements driver.Conn.
func (c *conn) Wake() { c.post(mailWake) }

// Flush implements driver.Conn.
func (c *conn) Flush() { c.post(mailFlush) }

// Trim implements driver.Conn.
func (c *conn) Trim() { c.post(mailTrim) }

func (c *conn) post(what uint32) {
	if c.mail.Or(what) == 0 {
		c.loop.deliver(c)
	}
}

// openMail does what others have asked for. What comes before mailOpen waits for it, and what comes while the connection is
// away for its return.
func (c *conn) openMail() {
	mail := c.mail.Swap(0)
	if mail&mailOpen != 0 {
		c.loop.open(c)
	}
	switch {
	case !c.opened || c.away:
		c.mail.Or(mail)
		return
	case c.over:
		return
	case mail&mailClose != 0:
		c.loop.end(c)
		return
	}
	if mail&mailTrim != 0 {
		c.in.Trim()
		c.session.Trim()
		c.session.Buffered(len(c.in.Buf), c.in.Free())
	}
	if mail&mailFlush != 0 {
		c.flushing = true
		c.loop.queue(c)
	}
	if mail&mailWake != 0 && c.parked {
		c.woken = true
		c.loop.queue(c)
	}
}

// note remembers what epoll has to say.
func (c *conn) note(events uint32) {
	if events&(syscall.EPOLLIN|syscall.EPOLLRDHUP|syscall.EPOLLHUP|syscall.EPOLLERR) != 0 {
		c.readable = true
	}
	if events&(syscall.EPOLLRDHUP|syscall.EPOLLHUP|syscall.EPOLLERR) != 0 {
		c.hungup = true
	}
	if events&(syscall.EPOLLOUT|syscall.EPOLLHUP|syscall.EPOLLERR) != 0 {
		c.full = false
	}
	c.loop.queue(c)
}

// turn does what can be done now, but not more than a fair share.
func (c *conn) turn() {
	if !c.unsent.empty() && !c.full && !c.drain() {
		return
	}
	flush := c.flushing && !c.awaiting && !c.closing && c.unsent.empty()
	if flush {
		c.flushing = false
	}
	if gathered := c.gather(); flush && !c.over && !gathered {
		c.loop.fed = append(c.loop.fed, c) // what is fed is asked for output anyway
	}
}

// gather reads, and has what there is fed in this round, when the Session takes it.
func (c *conn) gather() (gathered bool) {
	l := c.loop
	switch {
	case c.awaiting || c.closing || c.unsent.size >= maxUnsent:
		// A queue is made for it again when that has an end.
	case c.parked && !c.woken:
		if c.hungup {
			l.end(c) // nobody is there to answer to
		} else if c.readable && len(c.in.Buf) < maxParkedInput {
			c.fillParked()
		}
	case c.hungry || c.woken:
		l.gathered = append(l.gathered, input{c, c.in.Buf, true, 0})
		return true
	case c.readable && c.own():
		if n := c.fill(); n > 0 {
			l.gathered = append(l.gathered, input{c, c.in.Buf, true, n})
			return true
		}
	case c.readable:
		room := l.room()
		if n := c.receive(room[:driver.FirstBuffer]); n > 0 {
			l.gathered = append(l.gathered, input{c, room[:n:driver.FirstBuffer], false, n})
			l.used += n
			return true
		}
	}
	return false
}

// own reports whether the connection has a buffer that must be, or is better, read into.
func (c *conn) own() bool { return len(c.in.Buf) > 0 || cap(c.in.Buf) > driver.FirstBuffer }

// fill reads once into the connection's own buffer.
func (c *conn) fill() (n int) {
	room := c.in.Room(c.session.Need())
	n = c.receive(room[:min(len(room), maxRead)])
	c.in.Add(n)
	return n
}

// fillParked reads what the Session will be fed with when it is woken.
func (c *conn) fillParked() {
	if n := c.fill(); n > 0 {
		c.session.Arrived(n, clock.Mono())
		c.session.Buffered(len(c.in.Buf), c.in.Free())
		c.again()
	}
}

// receive reads once. Zero: there was nothing, or the connection has ended.
func (c *conn) receive(room []byte) int {
	n, err := read(c.fd, room)
	switch {
	case err == syscall.EAGAIN:
		c.readable = false
		return 0
	case err == syscall.EINTR:
		c.loop.queue(c)
		return 0
	case err != 0 || n == 0 && c.parked:
		c.loop.end(c)
		return 0
	case n == 0:
		c.readable, c.closing = false, true
		if c.unsent.empty() {
			c.loop.end(c)
		}
		return 0
	}
	// Less than there was room for is all that there was, and what comes later is reported; but for an end that was
	// reported already.
	c.readable = n == len(room) || c.hungup
	return n
}

// feed executes what was gathered, from the time now on. It returns when that has ended, or 0 when nobody has read the clock.
func (c *conn) feed(in input, now int64) (end int64) {
	if in.n > 0 {
		c.session.Arrived(in.n, now)
	}
	c.session.Buffered(len(in.buf), cap(in.buf)-len(in.buf))
	n, state, end := c.session.Feed(in.buf, now)
	if c.away {
		c.comeBack(in, n, state)
	}
	c.wasFed(in, n, state)
	return end
}

// wasFed goes on after n bytes of what was gathered were executed.
func (c *conn) wasFed(in input, n int, state driver.State) {
	if in.own {
		c.in.Drop(n)
		if len(c.in.Buf) == 0 && cap(c.in.Buf) <= driver.FirstBuffer {
			c.in.Release()
		}
	} else if n < len(in.buf) {
		c.in.Append(in.buf[n:])
	}
	if len(c.in.Buf) > 0 {
		c.in.Room(c.session.Need())
	}
	c.hungry, c.parked, c.woken = state == driver.Again, state == driver.Parked, false
	c.closing = state == driver.Close
	c.showBuffer()
	c.loop.fed = append(c.loop.fed, c)
}

// showBuffer tells the Session about the read buffer. A connection without one reads into the loop's, and so has that
// much room: until it is silent for long (Trim), when nothing is to be counted for it.
func (c *conn) showBuffer() {
	free := c.in.Free()
	if !c.own() {
		free = driver.FirstBuffer
	}
	c.session.Buffered(len(c.in.Buf), free)
}

// reply sends the replies, and goes on or ends as the last turn has found.
func (c *conn) reply() {
	if out := c.session.Output(); len(out) > 0 && !c.send(out) {
		return
	}
	if c.closing && c.unsent.empty() {
		c.loop.end(c)
		return
	}
	c.again()
}

// again queues the connection if there is something left to do for it.
func (c *conn) again() {
	if c.hungry || c.woken || c.readable || c.flushing && c.unsent.empty() {
		c.loop.queue(c)
	}
}
