//go:build linux

package epoll

import (
	"net"
	"sync"

	"github.com/miniredisd/miniredisd/server/driver"
)

// Group is the loops of a server. They share the connections of all its listeners.
type Group struct {
	acceptor driver.Acceptor
	loops    []*loop
	next     int // loop of the next connection; only the first loop, which accepts, touches it
	running  sync.WaitGroup

	mu        sync.Mutex        // guards what follows
	listeners map[int]*listener // by descriptor
}

// New starts n loops.
func New(n int, a driver.Acceptor) (*Group, error) {
	g := &Group{acceptor: a, listeners: map[int]*listener{}}
	for number := range n {
		l, err := newLoop(g)
		if err != nil {
			g.Close()
			return nil, err
		}
		l.number = number
		g.loops = append(g.loops, l)
		g.running.Go(l.run)
	}
	return g, nil
}

// Takes reports whether Listen can serve ln.
func Takes(ln net.Listener) bool {
	switch ln.(type) {
	case *net.TCPListener, *net.UnixListener:
		return true
	}
	return false
}

// Close ends the loops. The listeners must have been closed, and their Serve have returned.
func (g *Group) Close() {
	for _, l := range g.loops {
		l.call(func() { l.stopped = true })
	}
	g.running.Wait()
}

// deal chooses the loop of a new connection: each in turn.
func (g *Group) deal() *loop {
	l := g.loops[g.next]
	g.next = (g.next + 1) % len(g.loops)
	return l
}
