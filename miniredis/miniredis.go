// Package miniredis is the server inside a Go test: the real one, with every command and every driver's rules, in the
// process of the test, in a fraction of a millisecond.
//
//	func TestSomething(t *testing.T) {
//		s := miniredis.RunT(t)
//		client := redis.NewClient(&redis.Options{Addr: s.Addr()})
//		…
//		s.FastForward(time.Minute) // what had a minute to live is gone
//	}
//
// Names and signatures are those of github.com/alicebob/miniredis/v2, so that a test written for that package needs
// another import and nothing else. Where the two differ, the difference is on the side of Redis; see SetTime.
//
// # Time
//
// A server's time is its test's. It starts at the time of the machine and then stands still: nothing expires, however
// slow the test is, until FastForward or SetTime moves the clock. There is one clock for everything: TTLs, EXPIREAT,
// TIME, idle times, CLIENT PAUSE. When FastForward or SetTime returns, what had to happen up to then has happened.
// WithRunningClock is for the tests that want time to pass by itself.
//
// # Layout
//
// The package stands above server and may use everything below it. This file starts and stops the server, clock.go is
// its time, direct.go and its neighbours are the accessors for tests, which run the server's own commands (unit.go).
package miniredis

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/internal/memconn"
	"github.com/miniredisd/miniredisd/server"
)

// Miniredis is one server with its data and its clock. All methods may be called by anybody at any time.
type Miniredis struct {
	options    options
	clock      *clock.Manual
	moving     sync.Mutex   // held by whoever moves the clock; taken before no other lock of this package
	selectedDB atomic.Int64 // of the accessors without a database

	mu       sync.Mutex // guards what follows
	srv      *server.Server
	err      error // why there is no srv
	running  bool
	addr     string            // "127.0.0.1:1234"; "" when there is no port. Kept by Close
	onPort   bool              // it listens on addr
	pipes    *memconn.Listener // nil until the first Dial
	stopTime func()            // ends the running clock
}

// options are what Options have set.
type options struct {
	config       []string
	runningClock bool
}

// Option is a wish about how the server is made.
type Option func(*options)

// WithConfig sets options of redis.conf in the words of the program's command line:
//
//	miniredis.RunT(t, miniredis.WithConfig("--databases", "32", "--enable-debug-command", "yes"))
func WithConfig(args ...string) Option {
	return func(o *options) { o.config = append(o.config, args...) }
}

// NewMiniRedis returns a server that holds no data and is not started. It can be filled by its accessors already.
func NewMiniRedis(opts ...Option) *Miniredis {
	m := &Miniredis{clock: clock.NewManual(time.Now())}
	for _, opt := range opts {
		opt(&m.options)
	}
	m.srv, m.err = m.newServer()
	return m
}

// Run starts a server on a free port of 127.0.0.1. Close it in the end.
func Run(opts ...Option) (*Miniredis, error) {
	m := NewMiniRedis(opts...)
	return m, m.Start()
}

// Tester is what RunT needs of a *testing.T.
type Tester interface {
	Fatalf(string, ...any)
	Cleanup(func())
	Logf(format string, args ...any)
}

// RunT is Run for a test, which it ends when the server cannot be started. The server is closed with the test.
func RunT(t Tester, opts ...Option) *Miniredis {
	m, err := Run(opts...)
	if err != nil {
		t.Fatalf("could not start miniredis: %v", err)
	}
	t.Cleanup(m.Close)
	return m
}

// newServer makes a server that listens to nobody: listeners are handed to it one by one.
func (m *Miniredis) newServer() (*server.Server, error) {
	args := []string{"--bind", "", "--port", "0", "--protected-mode", "no", "--save", ""}
	cfg := config.New()
	if err := cfg.Load(append(args, m.options.config...), nil); err != nil {
		return nil, err
	}
	return server.New(server.Options{Config: cfg, Clock: m.clock})
}

// Start starts the server on a free port of 127.0.0.1, or after a Close on the port that it had.
func (m *Miniredis) Start() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	addr := m.addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	return m.start(addr)
}

// StartAddr starts the server on an address: "127.0.0.1:6379", ":6379", "127.0.0.1:0".
func (m *Miniredis) StartAddr(addr string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.start(addr)
}

// Restart starts the server again after Close, on the same port and with the data that it had.
func (m *Miniredis) Restart() error { return m.Start() }

// start begins to serve, on addr unless that is empty.
func (m *Miniredis) start(addr string) error {
	if m.err != nil {
		return m.err
	}
	if m.running && m.closed() {
		m.stop() // a client has said SHUTDOWN
	}
	if m.running && m.onPort {
		return errors.New("miniredis is started already")
	}
	var ln net.Listener
	if addr != "" {
		var err error
		if ln, err = net.Listen("tcp", addr); err != nil {
			return err
		}
	}
	if err := m.startServer(); err != nil {
		if ln != nil {
			ln.Close()
		}
		return err
	}
	if ln != nil {
		m.onPort, m.addr = true, ln.Addr().String()
		m.srv.ServeListener(ln)
	}
	return nil
}

// startServer starts srv, or when that one was closed, a new one with its data.
func (m *Miniredis) startServer() error {
	if m.running {
		return nil
	}
	if m.closed() {
		next, err := m.newServer()
		if err != nil {
			return err
		}
		if !next.Config().Bool(config.AppendOnly) { // else the data comes from the log
			moveData(next.Store(), m.srv.Store(), m.millis())
		}
		setPassword(next, m.srv.Config().Str(config.RequirePass))
		m.srv = next
	}
	if err := m.srv.Start(); err != nil {
		return err
	}
	m.running = true
	if m.options.runningClock {
		m.stopTime = m.letTimeRun()
	}
	return nil
}

func (m *Miniredis) closed() bool {
	select {
	case <-m.srv.Done():
		return true
	default:
		return false
	}
}

// Close ends all connections and stops listening. The data stays, for the accessors and for Restart.
func (m *Miniredis) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.running {
		m.stop()
	}
}

func (m *Miniredis) stop() {
	if m.stopTime != nil {
		m.stopTime()
	}
	m.srv.Close()
	m.running, m.stopTime, m.onPort, m.pipes = false, nil, false, nil
}

// Dial returns a connection to the server that stays in memory: no port and no socket are involved. A server that was
// not started is started without a port. It fits the Dialer of go-redis:
//
//	redis.NewClient(&redis.Options{Dialer: func(context.Context, string, string) (net.Conn, error) { return s.Dial() }})
func (m *Miniredis) Dial() (net.Conn, error) {
	pipes, err := m.listenInMemory()
	if err != nil {
		return nil, err
	}
	return pipes.Dial()
}

func (m *Miniredis) listenInMemory() (*memconn.Listener, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.running || m.closed() {
		if err := m.start(""); err != nil {
			return nil, err
		}
	}
	if m.pipes == nil {
		m.pipes = memconn.Listen()
		m.srv.ServeListener(m.pipes)
	}
	return m.pipes, nil
}

// Addr is what a client connects to: "127.0.0.1:12345"; empty for a server without a port.
func (m *Miniredis) Addr() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.addr
}

// Host is the host of Addr.
func (m *Miniredis) Host() string {
	host, _, _ := net.SplitHostPort(m.Addr())
	return host
}

// Port is the port of Addr.
func (m *Miniredis) Port() string {
	_, port, _ := net.SplitHostPort(m.Addr())
	return port
}

// Server is the server itself. Restart replaces it.
func (m *Miniredis) Server() *server.Server {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		panic(fmt.Sprintf("miniredis: %v", m.err))
	}
	return m.srv
}

// RequireAuth makes new connections say AUTH password before anything else. Those that were opened while there was no
// password stay in, as with CONFIG SET requirepass. The empty password lets everybody in again.
func (m *Miniredis) RequireAuth(password string) {
	setPassword(m.Server(), password)
}

func setPassword(srv *server.Server, password string) {
	pair := config.Pair{Name: "requirepass", Value: password}
	if err := srv.Config().Set([]config.Pair{pair}, config.Caller{Local: true}); err != nil {
		panic(fmt.Sprintf("miniredis: %v", err))
	}
}
