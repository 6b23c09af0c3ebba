// Package server is the server itself: it listens, keeps the clients, takes commands through the gates to their
// handlers, and does what has to be done from time to time. It joins all other packages; only programs are above it.
//
// A command's way: driver → client.Feed → dispatch (dispatch.go) → unit (client.run) → handler → client.Output → driver.
package server

import (
	"cmp"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/aof"
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/command/all"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/oplog"
	"github.com/miniredisd/miniredisd/pubsub"
	"github.com/miniredisd/miniredisd/script"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/tracking"
)

const (
	// RedisVersion is the version of Redis whose behaviour clients may expect of us.
	RedisVersion = "7.4.1"
	// Name is what server_name says.
	Name = "miniredisd"
)

// Version is the server's own version; a release build sets it.
var Version = "0.1.0-dev"

// Options of a Server. The zero value of a field means its default.
type Options struct {
	Config *config.Config      // all defaults
	Clock  clock.Clock         // the machine's
	Log    *Logger             // silent
	Rand   func(uint64) uint64 // uniform in [0, n); math/rand/v2
	// LogFS is the file system that the append-only log lies in; the machine's. Tests inject faults with it.
	LogFS aof.FS

	private bool // see Server.private
}

// Server is one server with its data.
type Server struct {
	cfg      *config.Config
	clock    clock.Clock
	log      *Logger
	registry *command.Registry
	store    *store.Store
	oplog    oplog.Log
	aof      atomic.Pointer[aof.Log]
	tls      atomic.Pointer[tls.Config] // what new connections to the TLS port get
	freePort int                        // what a port of 0 became; only listenPorts touches it, which never runs twice at once
	logFS    aof.FS
	// private says that the server is the copy of another one, for a debugging session: it does not listen, has no cron, and lets
	// scripts take their time.
	private bool

	drivers     drivers
	stats       stats
	pause       pause
	watching    watching
	pubsub      pubsub.Registry
	tracking    tracking.Registry
	output      outputLimits
	clientLimit clientLimit
	reclaim     reclaim
	oomScore    oomScore
	expirer     expirer
	deadlines   deadlines
	onDisk      onDisk
	waiting     atomic.Int64                   // clients that wait in a command
	script      atomic.Pointer[command.Script] // that runs
	watchdog    watchdog
	memory      memoryGauge
	memoryPeak  atomic.Uint64 // the most that was in use, as far as anybody looked
	evictor     evictor
	units       sync.Pool // of *unit
	waits       sync.Pool // of *waiting
	scripts     *script.Engine
	debugging   debugging
	cron        cron
	loading     atomic.Bool
	start       int64 // µs on the server's clock
	runID       string

	mu        sync.Mutex // guards what follows; taken before no other lock of ours
	listeners []*listener
	replID    string
	clients   map[uint64]*client
	nextID    uint64
	closed    bool
	done      chan struct{}
}

// New returns a server that holds no data yet and does not listen: Start does both.
func New(opt Options) (*Server, error) {
	if opt.Config == nil {
		opt.Config = config.New()
	}
	if opt.Clock == nil {
		opt.Clock = clock.NewSystem()
	}
	if opt.Log == nil {
		opt.Log = NewLogger(nil, Warning)
	}
	s := &Server{cfg: opt.Config, clock: opt.Clock, log: opt.Log, registry: all.Registry(), logFS: opt.LogFS, private: opt.private,
		runID: randomID(), replID: randomID(), clients: map[uint64]*client{}, done: make(chan struct{})}
	for _, r := range s.cfg.Renames() {
		if err := s.registry.Rename(r.From, r.To); err != nil {
			return nil, err
		}
	}
	s.store = store.New(store.Options{Databases: int(s.cfg.Int(config.Databases)), Journal: &s.oplog, Notify: s.notify,
		Tracker: &s.tracking, Rand: opt.Rand, Now: func() int64 { return clock.Millis(s.clock) }})
	s.evictor.keys = s.store.NewEvictor()
	s.scripts = script.New(s)
	s.stats.init(len(s.registry.All()))
	s.units.New = s.newUnit
	s.waits.New = func() any { return new(waiting) }
	s.start = s.clock.Micros(clock.Mono())
	s.expirer.init(s)
	s.deadlines.srv, s.onDisk.srv = s, s
	s.watchdog.init(s)
	s.oomScore.path = oomScorePath
	s.watchConfig()
	memoryAtStart()
	return s, nil
}

// Start listens, loads the log, and then serves. It returns when the server is ready to execute commands.
func (s *Server) Start() error {
	s.loading.Store(s.cfg.Bool(config.AppendOnly))
	if err := s.listen(); err != nil {
		return err
	}
	s.cron.start(s)
	go s.expirer.writeOut()
	s.log.Logf(Notice, "Server initialized")
	if s.loading.Load() {
		if err := s.openLog(); err != nil {
			s.Close()
			return err
		}
		s.loading.Store(false)
		s.store.ResumeExpire()
	}
	s.announce()
	return nil
}

// Close ends all connections and closes the log. It is safe to call it more than once.
func (s *Server) Close() error {
	s.quiesce()
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		<-s.done
		s.Unpause() // or its timer would keep the server in memory
		return nil
	}
	s.closed = true
	listeners := s.listeners
	s.mu.Unlock()
	for _, l := range listeners {
		l.close()
	}
	for _, c := range s.snapshot() {
		c.kill()
	}
	s.drivers.close()
	s.cron.stop()
	s.expirer.stop()
	s.deadlines.stop()
	s.watchdog.stop()
	s.Unpause()
	var err error
	if log := s.aof.Swap(nil); log != nil {
		s.oplog.Detach(log)
		err = log.Close()
	}
	close(s.done)
	return err
}

// Done is closed when the server has ended.
func (s *Server) Done() <-chan struct{} { return s.done }

// Store is the server's keyspace.
func (s *Server) Store() *store.Store { return s.store }

// Clock is the server's source of time.
func (s *Server) Clock() clock.Clock { return s.clock }

// Registry implements command.Host.
func (s *Server) Registry() *command.Registry { return s.registry }

// Config implements command.Host.
func (s *Server) Config() *config.Config { return s.cfg }

// snapshot lists the clients by ID.
func (s *Server) snapshot() []*client {
	list := s.everyClient()
	slices.SortFunc(list, func(a, b *client) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// everyClient lists the clients in no order.
func (s *Server) everyClient() []*client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.AppendSeq(make([]*client, 0, len(s.clients)), maps.Values(s.clients))
}

// forget is told by a client that its connection is gone.
func (s *Server) forget(c *client) {
	s.pause.forget(c)
	s.Monitor(&c.Client, false)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c.ID)
}

// randomID is 40 hex digits, as run and replication IDs are.
func randomID() string {
	var b [20]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
