//go:build linux

package epoll

import (
	"errors"
	"net"
	"sync"
	"syscall"
	"time"

	"github.com/miniredisd/miniredisd/server/driver"
)

const (
	// maxAccepts is how many connections are accepted at once, so that the first loop's others get their turns.
	maxAccepts = 64
	// The shortest and the longest pause after accept has failed, as when descriptors run out.
	minBackoff = 5 * time.Millisecond
	maxBackoff = time.Second
)

// listener is a listening socket. It is registered with the first loop, which accepts for all.
type listener struct {
	group *Group
	ln    net.Listener
	open  sync.WaitGroup // connections

	mu      sync.Mutex // guards what follows, and fd from being closed while it is accepted from
	fd      int        // -1 when it is closed
	backoff time.Duration
	end     chan struct{} // closed with fd
}

// Listen makes a driver.Server for ln, which Takes must have approved of.
func (g *Group) Listen(ln net.Listener) (driver.Server, error) {
	sc, ok := ln.(syscall.Conn)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil, err
	}
	l := &listener{group: g, ln: ln, fd: -1, end: make(chan struct{})}
	if err := raw.Control(func(fd uintptr) { l.fd = int(fd) }); err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.listeners[l.fd] = l
	if err := l.watch(); err != nil {
		delete(g.listeners, l.fd)
		return nil, err
	}
	return l, nil
}

// watch makes the first loop accept. Level-triggered: what is not accepted now is reported again.
func (l *listener) watch() error {
	return register(l.group.loops[0].epfd, syscall.EPOLL_CTL_ADD, l.fd, syscall.EPOLLIN)
}

// Serve implements driver.Server.
func (l *listener) Serve() error {
	<-l.end
	l.open.Wait()
	return nil
}

// StopAccepting implements driver.Server. When it returns, the address is free.
func (l *listener) StopAccepting() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fd < 0 {
		return nil
	}
	l.group.mu.Lock()
	delete(l.group.listeners, l.fd)
	l.group.mu.Unlock()
	l.fd = -1
	close(l.end)
	return l.ln.Close()
}

// Close implements driver.Server.
func (l *listener) Close() error {
	err := l.StopAccepting()
	for _, loop := range l.group.loops {
		loop.call(func() { l.endAll(loop) })
	}
	return err
}

// endAll ends the connections that a loop has of this listener.
func (l *listener) endAll(loop *loop) {
	for _, c := range loop.conns {
		if c != nil && c.listener == l {
			loop.end(c)
		}
	}
}

// acceptFrom accepts from the listener of descriptor fd, if there is one.
func (g *Group) acceptFrom(fd int) {
	g.mu.Lock()
	l := g.listeners[fd]
	g.mu.Unlock()
	if l != nil {
		l.accept()
	}
}

// accept takes the connections that there are.
func (l *listener) accept() {
	for range maxAccepts {
		l.mu.Lock()
		if l.fd < 0 {
			l.mu.Unlock()
			return
		}
		fd, peer, err := syscall.Accept4(l.fd, syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
		switch err {
		case nil:
			l.backoff = 0
			l.begin(fd, peer)
		case syscall.EINTR, syscall.ECONNABORTED:
		case syscall.EAGAIN:
			l.mu.Unlock()
			return
		default:
			l.pause()
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
	}
}

// pause stops accepting for a while, longer each time. l.mu is held.
func (l *listener) pause() {
	l.backoff = min(max(2*l.backoff, minBackoff), maxBackoff)
	register(l.group.loops[0].epfd, syscall.EPOLL_CTL_DEL, l.fd, 0)
	time.AfterFunc(l.backoff, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.fd >= 0 && l.watch() != nil {
			l.pause()
		}
	})
}

// begin takes a new connection. l.mu is held, so that who closes the listener knows that its connections have been
// given to their loops.
func (l *listener) begin(fd int, peer syscall.Sockaddr) {
	c := &conn{loop: l.group.deal(), listener: l, fd: fd}
	c.describe(peer)
	if _, ok := c.local.(*net.TCPAddr); ok {
		syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	}
	session, refusal := l.group.acceptor.Accept(c)
	if session == nil {
		if len(refusal) > 0 {
			write(fd, refusal)
		}
		syscall.Close(fd)
		return
	}
	c.session = session
	l.open.Add(1)
	c.mail.Or(mailOpen)
	c.loop.deliver(c)
}

// describe sets the addresses.
func (c *conn) describe(peer syscall.Sockaddr) {
	if c.remote = address(peer); c.remote == nil {
		c.remote = &net.UnixAddr{Net: "unix"}
		c.local = c.listener.ln.Addr()
		return
	}
	local, err := syscall.Getsockname(c.fd)
	if c.local = address(local); err != nil || c.local == nil {
		c.local = c.listener.ln.Addr()
	}
}

// address translates an address of TCP; others are nil.
func address(a syscall.Sockaddr) net.Addr {
	switch a := a.(type) {
	case *syscall.SockaddrInet4:
		return &net.TCPAddr{IP: append(net.IP(nil), a.Addr[:]...), Port: a.Port}
	case *syscall.SockaddrInet6:
		tcp := &net.TCPAddr{IP: append(net.IP(nil), a.Addr[:]...), Port: a.Port}
		if a.ZoneId != 0 {
			if i, err := net.InterfaceByIndex(int(a.ZoneId)); err == nil {
				tcp.Zone = i.Name
			}
		}
		return tcp
	}
	return nil
}
