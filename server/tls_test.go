package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/clock"
)

// authority signs certificates.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// newAuthority writes its own certificate to ca.crt in dir.
func newAuthority(t *testing.T, dir string) *authority {
	a := &authority{t: t, dir: dir}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	a.cert, a.key = template, nil
	a.cert, a.key = a.sign("ca", template)
	return a
}

// sign writes name.crt and name.key. The authority's own certificate is signed by itself.
func (a *authority) sign(name string, template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	signer := a.key
	if signer == nil {
		signer = key
	}
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, signer)
	require.NoError(a.t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(a.t, err)
	der8, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(a.t, err)
	for suffix, block := range map[string]*pem.Block{".crt": {Type: "CERTIFICATE", Bytes: der}, ".key": {Type: "PRIVATE KEY", Bytes: der8}} {
		require.NoError(a.t, os.WriteFile(filepath.Join(a.dir, name+suffix), pem.EncodeToMemory(block), 0o600))
	}
	return cert, key
}

// issue makes a certificate for this machine, of a server as well as of a client.
func (a *authority) issue(name string) {
	a.sign(name, &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}})
}

// client is how to connect, with the certificate of that name or, when it is empty, none.
func (a *authority) client(name string) *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	c := &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
	if name != "" {
		pair, err := tls.LoadX509KeyPair(filepath.Join(a.dir, name+".crt"), filepath.Join(a.dir, name+".key"))
		require.NoError(a.t, err)
		c.Certificates = []tls.Certificate{pair}
	}
	return c
}

// secured is a server with a TLS port beside the other one.
type secured struct {
	*Server
	ca   *authority
	addr string
}

func startTLS(t *testing.T, c clock.Clock, options ...string) secured {
	t.Helper()
	dir := t.TempDir()
	ca := newAuthority(t, dir)
	for _, name := range []string{"server", "next", "client"} {
		ca.issue(name)
	}
	options = append([]string{"--dir", dir, "--tls-cert-file", "server.crt", "--tls-key-file", "server.key",
		"--tls-ca-cert-file", "ca.crt"}, options...)
	for tries := 0; ; tries++ { // a port that was free may be somebody's outgoing connection's a moment later
		port, secure := free(t), free(t)
		s, err := tryToStart(t, c, append(options, "--port", port, "--tls-port", secure)...)
		if err == nil {
			return secured{s, ca, "127.0.0.1:" + secure}
		}
		require.Less(t, tries, 10, err)
	}
}

// dial connects with the client's certificate.
func (s secured) dial(t *testing.T) *peer {
	t.Helper()
	conn, err := tls.Dial("tcp", s.addr, s.ca.client("client"))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &peer{t, conn}
}

// admits reports whether a client with that certificate gets an answer.
func (s secured) admits(c *tls.Config) bool {
	conn, err := tls.Dial("tcp", s.addr, c)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	io.WriteString(conn, "PING\r\n")
	reply := make([]byte, 7)
	_, err = io.ReadFull(conn, reply)
	return err == nil && string(reply) == "+PONG\r\n"
}

func TestTLSWithAClientLibrary(t *testing.T) {
	s := startTLS(t, nil)
	c := redis.NewClient(&redis.Options{Addr: s.addr, TLSConfig: s.ca.client("client")})
	defer c.Close()
	ctx := context.Background()
	value := strings.Repeat("v", 3_000_000)
	require.NoError(t, c.Set(ctx, "k", value, 0).Err())
	require.Equal(t, value, c.Get(ctx, "k").Val())
	replies, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range 10_000 {
			p.Set(ctx, fmt.Sprint("k", i), i, 0)
			p.Get(ctx, fmt.Sprint("k", i))
		}
		return nil
	})
	require.NoError(t, err)
	require.Len(t, replies, 20_000)
	require.Equal(t, "9999", replies[19_999].(*redis.StringCmd).Val())
}

// What is read from one record may be several commands, and one command several records.
func TestTLSLargePipeline(t *testing.T) {
	s := startTLS(t, nil)
	p := s.dial(t)
	value := strings.Repeat("v", 50_000)
	p.do("SET k "+value, "+OK")
	go io.WriteString(p, strings.Repeat("GET k\r\n", 400))
	for range 400 {
		p.expect("$50000", value)
	}
}

func TestTLSAuthClients(t *testing.T) {
	s := startTLS(t, nil)
	stranger := newAuthority(t, t.TempDir())
	stranger.issue("client")
	foreign := s.ca.client("")
	foreign.Certificates = stranger.client("client").Certificates
	p := dial(t, s.Server)
	for mode, want := range map[string][3]bool{"yes": {true, false, false}, "optional": {true, true, false}, "no": {true, true, true}} {
		p.do("CONFIG SET tls-auth-clients "+mode, "+OK")
		require.Equal(t, want, [3]bool{s.admits(s.ca.client("client")), s.admits(s.ca.client("")), s.admits(foreign)}, mode)
	}
}

func TestTLSNeedsItsFiles(t *testing.T) {
	dir := t.TempDir()
	newAuthority(t, dir).issue("server")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "empty"), nil, 0o600))
	start := func(options ...string) error {
		return tryStart(t, append([]string{"--port", "0", "--bind", "127.0.0.1", "--dir", dir, "--tls-port", free(t)}, options...)...)
	}
	pair := []string{"--tls-cert-file", "server.crt", "--tls-key-file", "server.key"}
	for want, options := range map[string][]string{
		"No tls-cert-file configured!": nil,
		"no such file":                 {"--tls-cert-file", "other.crt", "--tls-key-file", "server.key"},
		"private key":                  {"--tls-cert-file", "server.crt"},
		"tls-ca-cert-file must be":     pair, // or any certificate would do that the machine trusts
		"no certificate in empty":      append(pair, "--tls-ca-cert-file", "empty"),
		"Invalid tls-protocols":        append(pair, "--tls-ca-cert-file", "ca.crt", "--tls-protocols", "SSLv3"),
	} {
		err := start(options...)
		require.ErrorContains(t, err, "Failed to configure TLS. Check logs for more info.")
		require.ErrorContains(t, err, want)
	}
	require.NoError(t, start(append(pair, "--tls-auth-clients", "no")...))
}

func TestTLSProtocols(t *testing.T) {
	s := startTLS(t, nil, "--tls-protocols", "TLSv1.2")
	p := dial(t, s.Server)
	only13 := s.ca.client("client")
	only13.MinVersion = tls.VersionTLS13
	require.False(t, s.admits(only13))
	p.do(`CONFIG SET tls-protocols "TLSv1.2 TLSv1.3"`, "+OK")
	require.True(t, s.admits(only13))
}

// New certificates count for new connections, and others go on with what they have.
func TestTLSCertificateAtRunTime(t *testing.T) {
	s := startTLS(t, nil)
	shown := func() string {
		conn, err := tls.Dial("tcp", s.addr, s.ca.client("client"))
		require.NoError(t, err)
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].Subject.CommonName
	}
	require.Equal(t, "server", shown())
	old, p := s.dial(t), dial(t, s.Server)
	old.do("PING", "+PONG")
	p.do("CONFIG SET tls-cert-file next.crt tls-key-file next.key", "+OK")
	require.Equal(t, "next", shown())
	old.do("PING", "+PONG")
	p.do("CONFIG SET tls-cert-file nothing.crt",
		"-ERR CONFIG SET failed (possibly related to argument 'tls-cert-file') - Unable to update TLS configuration. Check server logs.")
	require.Equal(t, "next", shown())
	s.ca.issue("next") // the same name again is read again
	p.do("CONFIG SET tls-cert-file next.crt", "+OK")
	require.True(t, s.admits(s.ca.client("client")))
}

func TestTLSPortAtRunTime(t *testing.T) {
	s := startTLS(t, nil)
	old, p := s.dial(t), dial(t, s.Server)
	old.do("PING", "+PONG")
	before := strings.TrimPrefix(s.addr, "127.0.0.1:")
	p.do("CONFIG SET tls-port "+occupied(t, "127.0.0.1"),
		"-ERR CONFIG SET failed (possibly related to argument 'tls-port') - Unable to listen on this port. Check server logs.")
	require.True(t, s.admits(s.ca.client("client")), "as before")
	p.do("CONFIG SET tls-port 0", "+OK")
	requireRefused(t, "127.0.0.1", before)
	old.do("PING", "+PONG")
	p.do("CONFIG SET tls-port "+before+" bind 127.0.0.2", "+OK")
	requireRefused(t, "127.0.0.1", before)
	s.addr = "127.0.0.2:" + before
	require.True(t, s.admits(s.ca.client("client")), "bind is about both ports")
}

func TestTLSKillAndPause(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startTLS(t, manual)
	a, b := s.dial(t), dial(t, s.Server)
	a.do("CLIENT SETNAME a", "+OK")
	require.NotEqual(t, "-1", b.field("a", "fd"))
	b.do("CLIENT PAUSE 1000 WRITE", "+OK")
	a.send("SET k v")
	waitParked(t, s.Server, 1)
	b.do("CLIENT UNPAUSE", "+OK")
	a.expect("+OK")
	b.do("CLIENT PAUSE 1000 WRITE", "+OK")
	a.send("SET k w")
	waitParked(t, s.Server, 1)
	manual.Advance(time.Second)
	a.expect("+OK")

	b.do("CLIENT PAUSE 1000 WRITE", "+OK")
	a.send("SET k x")
	waitParked(t, s.Server, 1)
	b.do("CLIENT KILL ID "+b.field("a", "id"), ":1")
	a.expectEnd()
	b.do("CLIENT UNPAUSE", "+OK")

	c := s.dial(t)
	c.do("CLIENT SETNAME c", "+OK")
	b.do("CLIENT KILL ID "+b.field("c", "id"), ":1") // while it is silent
	c.expectEnd()
}

// A client that does not read its replies, or does not even finish its handshake, can be sent away.
func TestTLSKillOfTheStuck(t *testing.T) {
	s := startTLS(t, nil)
	b := dial(t, s.Server)
	b.do("SET k "+strings.Repeat("v", 60_000), "+OK")
	b.do("CLIENT SETNAME b", "+OK")

	raw := dialAt(t, "tcp", s.addr)
	waitFor(t, func() bool { return b.field("", "id") != "" })
	b.do("CLIENT KILL ID "+b.field("", "id"), ":1")
	raw.expectEnd()

	deaf := s.dial(t)
	deaf.do("CLIENT SETNAME deaf", "+OK")
	deaf.send(strings.Repeat("GET k\r\n", 1000))
	waitFor(t, func() bool { return b.field("deaf", "cmd") == "get" && b.field("deaf", "omem") != "0" })
	b.do("CLIENT KILL ID "+b.field("deaf", "id"), ":1")
	waitFor(t, func() bool { return len(s.snapshot()) == 1 })
}

// Reads that are interrupted in the middle of a command lose nothing.
func TestTLSSilentClientGivesUpItsBuffer(t *testing.T) {
	manual := clock.NewManual(time.Unix(1_000_000, 0))
	s := startTLS(t, manual)
	a, b := s.dial(t), dial(t, s.Server)
	a.do("CLIENT SETNAME a", "+OK")
	a.write("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\nvvv")
	waitFor(t, func() bool { return b.field("a", "qbuf") == "3" }) // the rest is understood
	waitFor(t, func() bool { return b.field("a", "qbuf-free") == "99999" })
	manual.Advance(2 * time.Second)
	s.tendClients()
	waitFor(t, func() bool { return b.field("a", "qbuf-free") == "0" })
	a.write(strings.Repeat("v", 99_997) + "\r\nSTRLEN k\r\n")
	a.expect("+OK", ":100000")
}

// Whoever speaks no TLS is sent away by the handshake, and nobody else is concerned.
func TestTLSPortWithPlainText(t *testing.T) {
	s := startTLS(t, nil)
	raw := dialAt(t, "tcp", s.addr)
	raw.write("PING\r\n")
	got, _ := io.ReadAll(raw)
	require.NotContains(t, string(got), "PONG")
	require.True(t, s.admits(s.ca.client("client")))
}
