//go:build linux

package epoll

import (
	"os"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/miniredisd/miniredisd/server/driver"
)

// maxEvents is how many events one epoll_wait may bring.
const maxEvents = 256

// loop serves its share of the connections, on one goroutine at a time (detach.go).
type loop struct {
	group    *Group
	number   int // in the group, from 0
	acceptor driver.Acceptor
	epfd     int
	poller   *os.File        // epfd as Go's poller knows it
	waiter   syscall.RawConn // of poller
	bell     int             // eventfd

	// Only the loop's goroutine touches these.
	events   [maxEvents]syscall.EpollEvent
	buf      *[roundBuffer]byte // what connections without a buffer of their own read into
	used     int                // of buf, by what was gathered
	conns    []*conn            // by descriptor
	ready    []*conn            // get a turn in the next round, in this order
	taking   []*conn            // get it in this round; nil for those who had it
	gathered []input            // is to be fed in this round; zero for those who were
	fed      []*conn            // were, and wait for the log
	opened   []*conn            // room for mail
	spare    []*waiting         // out of use
	stopped  bool
	found    int                // what check has found
	check    func(uintptr) bool // polls, for waiter; made once

	posted atomic.Bool // there is mail, or a call
	awake  atomic.Bool // it will look whether there is before it waits: nobody need ring

	mu    sync.Mutex // guards what follows
	mail  []*conn    // have something in conn.mail
	calls []func()   // to be made by the loop's goroutine
	gone  bool       // the loop has ended, and its descriptors are closed
}

func newLoop(g *Group) (*loop, error) {
	l := &loop{group: g, acceptor: g.acceptor, buf: new([roundBuffer]byte)}
	var err error
	if l.epfd, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	syscall.SetNonblock(l.epfd, true) // or Go's poller would not take it
	l.poller = os.NewFile(uintptr(l.epfd), "epoll")
	if l.bell, err = newEventFD(); err != nil {
		l.poller.Close()
		return nil, err
	}
	l.check = func(uintptr) bool {
		l.found = poll(l.epfd, l.events[:])
		return l.found > 0
	}
	if l.waiter, err = l.poller.SyscallConn(); err == nil {
		err = register(l.epfd, syscall.EPOLL_CTL_ADD, l.bell, syscall.EPOLLIN|edge)
	}
	if err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *loop) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gone = true
	l.poller.Close()
	syscall.Close(l.bell)
}

// run serves until the group is closed.
func (l *loop) run() {
	for !l.stopped {
		n := l.wait()
		for i := range l.events[:n] {
			l.note(&l.events[i])
		}
		l.openMail()
		l.turns()
		if l.posted.Load() { // what connections had sent to each other leaves with the replies of this round
			l.openLateMail()
			l.turns()
		}
		l.commit()
	}
	l.close()
}

// wait returns the number of events that there are, and while nobody is ready waits for some.
//
// It waits as any goroutine does that reads from a file: the epoll descriptor is itself known to Go's poller. A blocking
// epoll_wait would keep an OS thread for each silent loop, and the processor of Go's scheduler with it, until that is
// taken away by a thread that then looks every 20 µs.
func (l *loop) wait() int {
	if len(l.ready) > 0 || !l.mayWait() {
		return poll(l.epfd, l.events[:])
	}
	l.found = 0
	l.waiter.Read(l.check)
	l.awake.Store(true)
	return l.found
}

// mayWait reports whether there is no mail. Whoever brings some from now on rings the bell.
func (l *loop) mayWait() bool {
	l.awake.Store(false)
	if l.posted.Load() {
		l.awake.Store(true)
		return false
	}
	return true
}

// note remembers what an event says. That of the bell says nothing: the loop looks for mail anyway.
func (l *loop) note(e *syscall.EpollEvent) {
	fd := int(e.Fd)
	if fd < len(l.conns) {
		if c := l.conns[fd]; c != nil {
			c.note(e.Events)
			return
		}
	}
	if fd != l.bell {
		l.group.acceptFrom(fd)
	}
}

// queue makes c get a turn in the next round.
func (l *loop) queue(c *conn) {
	if !c.queued {
		c.queued = true
		l.ready = append(l.ready, c)
	}
}

// commit sends the replies of those that were fed, if the log holds what they did; else they wait until it does.
func (l *loop) commit() {
	if len(l.fed) == 0 {
		return
	}
	durable, err := l.acceptor.Durable()
	if err == nil && !durable {
		l.await()
		return
	}
	l.reply(l.fed, err)
	clear(l.fed)
	l.fed = l.fed[:0]
}

// reply sends the replies of these; with an error of the log it ends those whose replies acknowledge a change.
func (l *loop) reply(conns []*conn, err error) {
	for _, c := range conns {
		c.awaiting = false
		switch {
		case c.over:
		case err != nil && c.session.Acknowledges():
			l.end(c)
		default:
			c.reply()
		}
	}
}

// waiting is the connections of a round whose replies wait for the log.
type waiting struct {
	loop  *loop
	conns []*conn
	err   error  // set when the wait is over
	done  func() // made once, as they are used again: end
}

// await makes those that were fed wait for the log. The loop goes on with the others.
func (l *loop) await() {
	var w *waiting
	if last := len(l.spare) - 1; last >= 0 {
		w, l.spare = l.spare[last], l.spare[:last]
	} else {
		w = &waiting{loop: l}
		w.done = w.end
	}
	w.conns, l.fed = l.fed, w.conns
	for _, c := range w.conns {
		c.awaiting = true
	}
	l.acceptor.WhenDurable(len(w.conns), w.over)
}

// over is called when the wait is over, by anybody.
func (w *waiting) over(err error) {
	w.err = err
	w.loop.call(w.done)
}

// end is over's part in the loop.
func (w *waiting) end() {
	w.loop.reply(w.conns, w.err)
	clear(w.conns)
	w.conns = w.conns[:0]
	w.loop.spare = append(w.loop.spare, w)
}

// call makes the loop's goroutine call f soon, unless the loop has ended. Anybody may call it.
func (l *loop) call(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, f)
	l.wake()
}

// deliver makes the loop look into c's mail. Anybody may call it.
func (l *loop) deliver(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mail = append(l.mail, c)
	l.wake()
}

// wake makes the loop look for what was posted, and rings the bell if it waits; once is enough. l.mu is held.
func (l *loop) wake() {
	l.posted.Store(true)
	if !l.gone && l.awake.CompareAndSwap(false, true) {
		ring(l.bell)
	}
}

// openMail does what others have asked for. A connection's mail comes before calls that were made after it.
func (l *loop) openMail() {
	if !l.posted.Load() {
		return
	}
	l.mu.Lock()
	calls := l.calls
	l.calls = nil
	mail := l.takeMail()
	l.mu.Unlock()
	l.deal(mail)
	for _, f := range calls {
		f()
	}
}

// openLateMail opens what has come during the turns. Calls wait for the end of the round.
func (l *loop) openLateMail() {
	l.mu.Lock()
	mail := l.takeMail()
	l.mu.Unlock()
	l.deal(mail)
}

// takeMail returns the mail, for deal. l.mu is held.
func (l *loop) takeMail() (mail []*conn) {
	mail, l.mail, l.opened = l.mail, l.opened[:0], nil
	l.posted.Store(len(l.calls) > 0)
	return mail
}

// deal opens the mail of these.
func (l *loop) deal(mail []*conn) {
	for _, c := range mail {
		c.openMail()
	}
	if cap(mail) <= maxKeptMail {
		clear(mail)
		l.opened = mail
	}
}

// maxKeptMail is how long a list of connections with mail may be that is used again.
const maxKeptMail = 1 << 10

// open takes a new connection.
func (l *loop) open(c *conn) {
	for len(l.conns) <= c.fd {
		l.conns = append(l.conns, make([]*conn, max(64, len(l.conns)))...)
	}
	l.conns[c.fd] = c
	c.opened = true
	if register(l.epfd, syscall.EPOLL_CTL_ADD, c.fd, incoming) != nil {
		l.end(c)
	}
}

// end closes a connection, with what it has not sent; one that is away when it is back.
func (l *loop) end(c *conn) {
	if c.away {
		c.mail.Or(mailClose)
		return
	}
	c.over = true
	l.conns[c.fd] = nil
	syscall.Close(c.fd)
	c.in.Release()
	c.unsent = unsent{}
	c.session.Closed()
	c.listener.open.Done()
}
