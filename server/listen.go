package server

// Where the server listens: the addresses of bind, a TLS port, a unix socket; at the start and after CONFIG SET. What a
// TLS port is made of stands in tls.go.

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/server/driver"
)

// listener is one address that is listened on.
type listener struct {
	kind   string // tcp, tls or unix, as the log says it
	addr   net.Addr
	driver driver.Server
	served sync.WaitGroup
}

func (l *listener) close() {
	l.driver.Close()
	l.served.Wait()
}

// listen opens everything that the configuration names, or nothing.
func (s *Server) listen() error {
	err := s.listenAll()
	if err != nil {
		s.mu.Lock()
		opened := s.listeners
		s.listeners = nil
		s.mu.Unlock()
		for _, l := range opened {
			l.close()
		}
		s.drivers.close()
	}
	return err
}

func (s *Server) listenAll() error {
	if err := s.loadTLS(); err != nil {
		return err
	}
	if s.wantsTCP() {
		if err := s.listenPorts("tcp", int(s.cfg.Int(config.Port))); err != nil {
			return err
		}
	}
	if port := int(s.cfg.Int(config.TLSPort)); port != 0 {
		if err := s.listenPorts("tls", port); err != nil {
			return err
		}
	}
	if path := s.cfg.Str(config.UnixSocket); path != "" {
		return s.listenUnix(path)
	}
	return nil
}

// wantsTCP reports whether to listen on TCP without TLS. Port 0 says no, as in Redis, if there is another way in; if there
// is none, it asks for a free port.
func (s *Server) wantsTCP() bool {
	return s.cfg.Int(config.Port) != 0 || s.cfg.Int(config.TLSPort) == 0 && s.cfg.Str(config.UnixSocket) == ""
}

// listenPorts opens port on every address of bind. A port of 0 is a free one, the same for all addresses, and the same
// again when the server listens anew.
func (s *Server) listenPorts(kind string, port int) error {
	if port == 0 {
		port = s.freePort
	}
	opened := 0
	var last error
	for _, bind := range s.cfg.Bind() {
		host, optional := strings.CutPrefix(bind, "-")
		ln, err := s.listenTCP(host, port)
		if err != nil {
			s.log.Logf(Warning, "Could not create server TCP listening socket %s:%d: %v", host, port, err)
			last = err
			if optional && !isTaken(err) {
				continue
			}
			opened = 0
			break
		}
		if port == 0 {
			port = ln.Addr().(*net.TCPAddr).Port
			s.freePort = port
		}
		if kind == "tls" {
			ln = tls.NewListener(ln, &tls.Config{GetConfigForClient: s.tlsConfig})
		}
		s.serve(kind, ln)
		opened++
	}
	if opened == 0 && last != nil {
		return fmt.Errorf("Failed listening on port %d (%s), aborting.", port, strings.ToUpper(kind))
	}
	return nil
}

// isTaken reports whether an address exists, but cannot be had. That is a failure even where bind does not insist on
// the address.
func isTaken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EACCES)
}

func (s *Server) listenTCP(bind string, port int) (net.Listener, error) {
	network, host := "tcp4", bind
	switch {
	case bind == "*":
		host = "0.0.0.0"
	case bind == "::*":
		network, host = "tcp6", "::"
	case strings.Contains(bind, ":"):
		network = "tcp6"
	}
	lc := net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{Enable: false}} // Accept sees to that
	return lc.Listen(context.Background(), network, net.JoinHostPort(host, strconv.Itoa(port)))
}

func (s *Server) listenUnix(path string) error {
	path = s.cfg.Path(path)
	os.Remove(path) // left by a server that was killed
	ln, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("Failed opening Unix socket: bind: %w", err)
	}
	if perm := s.cfg.Int(config.UnixSocketPerm); perm != 0 {
		if err := os.Chmod(path, os.FileMode(perm)); err != nil {
			ln.Close()
			return err
		}
	}
	s.serve("unix", ln)
	return nil
}

// serve hands ln to a driver.
func (s *Server) serve(kind string, ln net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		ln.Close()
		return
	}
	l := &listener{kind: kind, addr: ln.Addr(), driver: s.drivers.serve(s, ln)}
	s.listeners = append(s.listeners, l)
	l.served.Go(func() {
		if err := l.driver.Serve(); err != nil && !errors.Is(err, net.ErrClosed) {
			s.log.Logf(Warning, "Listening on %v ended: %v", ln.Addr(), err)
		}
	})
}

// ServeListener accepts connections of ln too, until the server is closed. In-memory listeners come this way.
func (s *Server) ServeListener(ln net.Listener) { s.serve(ln.Addr().Network(), ln) }

// Addrs lists the addresses that are listened on, those of TCP first as they stand in bind.
func (s *Server) Addrs() []net.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	var addrs []net.Addr
	for _, l := range s.listeners {
		addrs = append(addrs, l.addr)
	}
	return addrs
}

// Port is the TCP port that is listened on; 0 when there is none.
func (s *Server) Port() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.listeners {
		if l.kind == "tcp" {
			return l.addr.(*net.TCPAddr).Port
		}
	}
	return 0
}

// announce says in the log that the server is ready, once for each kind of listener.
func (s *Server) announce() {
	s.mu.Lock()
	defer s.mu.Unlock()
	said := map[string]bool{}
	for _, l := range s.listeners {
		if !said[l.kind] {
			said[l.kind] = true
			s.log.Logf(Notice, "Ready to accept connections %s", l.kind)
		}
	}
}

// stopListening closes the listeners of one kind. The connections that there are stay.
func (s *Server) stopListening(kind string) {
	s.mu.Lock()
	var keep, old []*listener
	for _, l := range s.listeners {
		if l.kind == kind {
			old = append(old, l)
		} else {
			keep = append(keep, l)
		}
	}
	s.listeners = keep
	s.mu.Unlock()
	for _, l := range old {
		l.driver.StopAccepting()
	}
}

// stopAccepting closes all listeners: when a client finds out that the server shuts down, nobody gets in any more.
func (s *Server) stopAccepting() {
	s.mu.Lock()
	listeners := slices.Clone(s.listeners)
	s.mu.Unlock()
	for _, l := range listeners {
		l.driver.StopAccepting()
	}
}

// relisten follows CONFIG SET of what the listeners of one kind depend on. Port 0 of TLS is none.
func (s *Server) relisten(kind string, port int) error {
	s.stopListening(kind)
	if port == 0 && (kind == "tls" || !s.wantsTCP()) {
		return nil
	}
	if s.listenPorts(kind, port) != nil {
		return errors.New("Unable to listen on this port. Check server logs.")
	}
	return nil
}

func (s *Server) applyPort() error { return s.relisten("tcp", int(s.cfg.Int(config.Port))) }

func (s *Server) applyTLSPort() error {
	if err := s.applyTLS(); err != nil {
		return err
	}
	return s.relisten("tls", int(s.cfg.Int(config.TLSPort)))
}

// applyBind is about both ports.
func (s *Server) applyBind() error {
	if s.applyPort() != nil || s.relisten("tls", int(s.cfg.Int(config.TLSPort))) != nil {
		return errors.New("Failed to bind to specified addresses.")
	}
	return nil
}
