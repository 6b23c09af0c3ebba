package server

// TLS: what the tls-* options name, loaded.

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/miniredisd/miniredisd/config"
)

// tlsConfig is asked by every handshake, so that new certificates count at once.
func (s *Server) tlsConfig(*tls.ClientHelloInfo) (*tls.Config, error) { return s.tls.Load(), nil }

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
