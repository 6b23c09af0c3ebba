package server

import (
	"net"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/server/driver"
	"github.com/miniredisd/miniredisd/server/driver/epoll"
	"github.com/miniredisd/miniredisd/server/driver/redcon"
)

// drivers move the bytes of all listeners: those that can, in the loops of epoll, unless the driver option says otherwise;
// TLS and connections in memory by redcon.
type drivers struct {
	loops *epoll.Group // started with the first listener that takes them
}

// serve is called with s.mu held, and not when the server is closed.
func (d *drivers) serve(s *Server, ln net.Listener) driver.Server {
	if s.cfg.Enum(config.Driver) != config.DriverEpoll || !epoll.Takes(ln) {
		return redcon.New(ln, s)
	}
	var err error
	if d.loops == nil {
		d.loops, err = epoll.New(int(s.cfg.Int(config.IOThreads)), s)
	}
	if err == nil {
		var served driver.Server
		if served, err = d.loops.Listen(ln); err == nil {
			return served
		}
	}
	s.log.Logf(Warning, "Serving %v without epoll: %v", ln.Addr(), err)
	return redcon.New(ln, s)
}

// close ends the loops, when all listeners are closed: with the server, or because it cannot listen.
func (d *drivers) close() {
	if d.loops != nil {
		d.loops.Close()
		d.loops = nil
	}
}
