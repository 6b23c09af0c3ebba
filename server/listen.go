package server

// Where the server listens: the addresses of bind, a TLS port, a unix socket; at the start and after CONFIG SET.

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/server/driver/redcon"
)

// listener is one address that is listened on.
type listener struct {
	kind   string // tcp, tls or unix, as the log says it
	addr   net.Addr
	driver *redcon.Server
	served sync.WaitGroup
}

func (l *listener) close() {
	l.driver.Close()
	l.served.Wait()
}

// listen opens everything that the configuration names.
func (s *Server) listen() error {
	if err := s.loadTLS(); err != nil {
		return err
	}
	if err := s.listenPorts("tcp", int(s.cfg.Int(config.Port))); err != nil {
		return err
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

// listenPorts opens port on every address of bind. A port of 0 is a free one, the same for all addresses.
func (s *Server) listenPorts(kind string, port int) error {
	opened := 0
	var last error
	for _, bind := range s.cfg.Bind() {
		optional := strings.HasPrefix(bind, "-")
		ln, err := s.listenTCP(strings.TrimPrefix(bind, "-"), port)
		if err != nil {
			s.log.Logf(Warning, "Could not create server TCP listening socket %s:%d: %v", strings.TrimPrefix(bind, "-"), port, err)
			if optional {
				last = err
				continue
			}
			return fmt.Errorf("Failed listening on port %d (%s), aborting.", port, strings.ToUpper(kind))
		}
		if port == 0 {
			port = ln.Addr().(*net.TCPAddr).Port
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
	lc := net.ListenConfig{KeepAliveConfig: net.KeepAliveConfig{Enable: false}}
	ln, err := lc.Listen(context.Background(), network, net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	return &keepAliveListener{TCPListener: ln.(*net.TCPListener), srv: s}, nil
}

// keepAliveListener applies tcp-keepalive, as it is at that moment, to each connection.
type keepAliveListener struct {
	*net.TCPListener
	srv *Server
}

// Accept implements net.Listener.
func (l *keepAliveListener) Accept() (net.Conn, error) {
	conn, err := l.AcceptTCP()
	if err != nil {
		return nil, err
	}
	if secs := l.srv.cfg.Int(config.TCPKeepAlive); secs > 0 {
		idle := time.Duration(secs) * time.Second
		conn.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: idle, Interval: max(idle/3, time.Second), Count: 3})
	}
	return conn, nil
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
	l := &listener{kind: kind, addr: ln.Addr(), driver: redcon.New(ln, s)}
	s.mu.Lock()
	s.listeners = append(s.listeners, l)
	s.mu.Unlock()
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
	for _, a := range s.Addrs() {
		if tcp, ok := a.(*net.TCPAddr); ok {
			return tcp.Port
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

// relisten moves the listeners of one kind to other addresses. The connections that there are stay.
func (s *Server) relisten(kind string, port int) error {
	s.mu.Lock()
	var keep, old []*listener
	for _, l := range s.listeners {
		if l.kind == kind {
			old = append(old, l)
		} else {
			keep = append(keep, l)
		}
	}
	s.mu.Unlock()
	for _, l := range old {
		l.driver.StopAccepting()
	}
	s.mu.Lock()
	s.listeners = keep
	s.mu.Unlock()
	if port == 0 && kind == "tls" {
		return nil
	}
	if err := s.listenPorts(kind, port); err != nil {
		return fmt.Errorf("Unable to listen on this port. Check server logs.")
	}
	return nil
}

// tlsFiles is what the tls-* options name, loaded.
type tlsFiles struct{ config *tls.Config }

// tlsConfig is asked by every handshake, so that new certificates count at once.
func (s *Server) tlsConfig(*tls.ClientHelloInfo) (*tls.Config, error) {
	return s.tls.Load().config, nil
}

// loadTLS reads the certificates, when a TLS port is wanted.
func (s *Server) loadTLS() error {
	if s.cfg.Int(config.TLSPort) == 0 {
		return nil
	}
	fail := func(err error) error {
		return fmt.Errorf("Failed to configure TLS. Check logs for more info. (%v)", err)
	}
	cert, err := tls.LoadX509KeyPair(s.cfg.Path(s.cfg.Str(config.TLSCertFile)), s.cfg.Path(s.cfg.Str(config.TLSKeyFile)))
	if err != nil {
		return fail(err)
	}
	t := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	if err := setProtocols(t, s.cfg.Str(config.TLSProtocols)); err != nil {
		return fail(err)
	}
	if name := s.cfg.Str(config.TLSCACertFile); name != "" {
		pem, err := os.ReadFile(s.cfg.Path(name))
		if err != nil {
			return fail(err)
		}
		t.ClientCAs = x509.NewCertPool()
		if !t.ClientCAs.AppendCertsFromPEM(pem) {
			return fail(fmt.Errorf("no certificate in %s", name))
		}
	}
	switch s.cfg.EnumName(config.TLSAuthClients) {
	case "yes":
		t.ClientAuth = tls.RequireAndVerifyClientCert
	case "optional":
		t.ClientAuth = tls.VerifyClientCertIfGiven
	}
	s.tls.Store(&tlsFiles{t})
	return nil
}

// setProtocols reads tls-protocols: some of TLSv1, TLSv1.1, TLSv1.2, TLSv1.3.
func setProtocols(t *tls.Config, names string) error {
	versions := map[string]uint16{"tlsv1": tls.VersionTLS10, "tlsv1.1": tls.VersionTLS11, "tlsv1.2": tls.VersionTLS12, "tlsv1.3": tls.VersionTLS13}
	for i, name := range strings.Fields(names) {
		v, ok := versions[strings.ToLower(name)]
		if !ok {
			return fmt.Errorf("Invalid tls-protocols specified. Use a combination of 'TLSv1', 'TLSv1.1', 'TLSv1.2' and 'TLSv1.3'.")
		}
		if i == 0 {
			t.MinVersion, t.MaxVersion = v, v
		}
		t.MinVersion, t.MaxVersion = min(t.MinVersion, v), max(t.MaxVersion, v)
	}
	return nil
}
