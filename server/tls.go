package server

// TLS: the certificates that the tls-* options name, and the connections that they protect.

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/miniredisd/miniredisd/config"
)

// tlsListener accepts connections with the certificates of that moment.
type tlsListener struct {
	net.Listener
	srv *Server
}

// Accept implements net.Listener. The handshake is made by the first read.
func (l *tlsListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &tlsConn{Conn: tls.Server(conn, l.srv.tls.Load())}, nil
}

// tlsConn keeps deadlines for reading away from its handshake: by them drivers interrupt a read, but a handshake that was
// interrupted never gets done.
type tlsConn struct {
	*tls.Conn
	once sync.Once
	mu   sync.Mutex
	open bool      // the handshake is done
	due  time.Time // the deadline from then on
}

// Read implements net.Conn.
func (c *tlsConn) Read(b []byte) (int, error) {
	c.once.Do(c.handshake)
	return c.Conn.Read(b)
}

// handshake leaves what went wrong for reads to report.
func (c *tlsConn) handshake() {
	c.Conn.Handshake()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = true
	c.Conn.SetReadDeadline(c.due)
}

// SetReadDeadline implements net.Conn.
func (c *tlsConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.due = t
	if !c.open {
		return nil
	}
	return c.Conn.SetReadDeadline(t)
}

// SyscallConn implements syscall.Conn: the descriptor is that of the connection inside.
func (c *tlsConn) SyscallConn() (syscall.RawConn, error) {
	inner, ok := c.NetConn().(syscall.Conn)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	return inner.SyscallConn()
}

// loadTLS reads the certificates, when a TLS port is wanted. New connections use them from then on.
func (s *Server) loadTLS() error {
	if s.cfg.Int(config.TLSPort) == 0 {
		return nil
	}
	t, err := s.readTLS()
	if err != nil {
		return fmt.Errorf("Failed to configure TLS. Check logs for more info. (%w)", err)
	}
	s.tls.Store(t)
	return nil
}

func (s *Server) readTLS() (*tls.Config, error) {
	certFile, keyFile := s.cfg.Str(config.TLSCertFile), s.cfg.Str(config.TLSKeyFile)
	if certFile == "" {
		return nil, errors.New("No tls-cert-file configured!")
	}
	if keyFile == "" {
		keyFile = certFile // one file may hold both
	}
	cert, err := tls.LoadX509KeyPair(s.cfg.Path(certFile), s.cfg.Path(keyFile))
	if err != nil {
		return nil, err
	}
	t := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	if err := setProtocols(t, s.cfg.Str(config.TLSProtocols)); err != nil {
		return nil, err
	}
	switch s.cfg.Enum(config.TLSAuthClients) {
	case config.TLSAuthYes:
		t.ClientAuth = tls.RequireAndVerifyClientCert
	case config.TLSAuthOptional:
		t.ClientAuth = tls.VerifyClientCertIfGiven
	}
	t.ClientCAs, err = s.readCAs()
	if err == nil && t.ClientCAs == nil && t.ClientAuth != tls.NoClientCert {
		// Without authorities of ours, those of the machine would count: any certificate that can be bought.
		err = errors.New("tls-ca-cert-file must be specified when tls-auth-clients is enabled!")
	}
	return t, err
}

// readCAs reads tls-ca-cert-file, whose certificates vouch for those of clients; nil when there is none.
func (s *Server) readCAs() (*x509.CertPool, error) {
	name := s.cfg.Str(config.TLSCACertFile)
	if name == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(s.cfg.Path(name))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate in %s", name)
	}
	return pool, nil
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

// applyTLS follows CONFIG SET of the options that are read here. Connections that there are keep what they began with.
func (s *Server) applyTLS() error {
	if err := s.loadTLS(); err != nil {
		s.log.Logf(Warning, "%v", err)
		return errors.New("Unable to update TLS configuration. Check server logs.")
	}
	return nil
}
