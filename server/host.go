package server

// The server as commands see it: command.Host.

import (
	"crypto/subtle"
	"errors"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
)

var _ command.Host = (*Server)(nil)

// RedisVersion implements command.Host.
func (s *Server) RedisVersion() string { return RedisVersion }

// Micros implements command.Host.
func (s *Server) Micros() int64 { return s.clock.Micros(clock.Mono()) }

// Loading implements command.Host.
func (s *Server) Loading() bool { return s.loading.Load() }

// Logf implements command.Host.
func (s *Server) Logf(level byte, format string, a ...any) {
	s.log.Logf(map[byte]Level{'.': Debug, '-': Verbose, '*': Notice, '#': Warning}[level], format, a...)
}

// Call implements command.Host. A call of a script is a step of it: see busy.go.
func (s *Server) Call(c *command.Ctx, spec *command.Spec, args [][]byte) {
	if s.script.Load() != nil {
		gate := s.store.Gate()
		gate.Step()
		defer gate.EndStep()
	}
	outer, outerArgs, nested, mayWait := c.Spec, c.Args, c.Nested, c.MayWait
	c.MayWait = false
	failures, _ := s.execute(c, spec, args, clock.Mono())
	c.Client.Executed++
	c.Client.Commands++
	c.Spec, c.Args, c.Nested, c.MayWait = outer, outerArgs, nested+failures, mayWait
}

// execute runs a command inside the unit of c, which is open since start, and settles what it changed. It returns the
// number of errors among its replies and when it ended, by clock.Mono (0: it has not).
func (s *Server) execute(c *command.Ctx, spec *command.Spec, args [][]byte, start int64) (failures int, end int64) {
	errs := c.Out.Errors
	c.Spec, c.Args, c.Nested = spec, args, 0
	if spec.Flags.Has(command.Exclusive) { // as what shows the statistics is
		s.stats.settle(c.Client)
	}
	spec.Run(c)
	c.Tx.Settle(args, !spec.Flags.Has(command.NoPropagate))
	if c.Client.Tracking != nil {
		s.track(c, spec, args)
	}
	failures = c.Out.Errors - errs
	if c.Waits { // it is counted when it has come to its end
		if !c.Again && s.watching.noteworthy.Load() == 0 { // as it is to who runs MONITOR
			s.tellMonitors(c, spec, args, start)
		}
		return failures, 0
	}
	end = clock.Mono()
	s.stats.called(c.Client.ID, spec.ID, end-start, s.watching.track.Load(), failures != c.Nested)
	if end-start >= s.watching.noteworthy.Load() {
		s.note(c, spec, args, end-start, end)
	}
	return failures, end
}

// Authenticate implements command.Host. There is one user, default, whose password is requirepass.
func (s *Server) Authenticate(c *command.Client, user, password string) bool {
	want := s.cfg.Str(config.RequirePass)
	if user != "default" || want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(password)) != 1 {
		return false
	}
	c.User, c.Authenticated = user, true
	return true
}

// Clients implements command.Host. One that was killed is gone, although its connection may take a moment to end.
func (s *Server) Clients() []*command.Client {
	var list []*command.Client
	for _, c := range s.snapshot() {
		if !c.Killed.Load() {
			list = append(list, &c.Client)
		}
	}
	return list
}

// ClientByID implements command.Host.
func (s *Server) ClientByID(id uint64) *command.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.clients[id]; c != nil && !c.Killed.Load() {
		return &c.Client
	}
	return nil
}

// Kill implements command.Host. The caller's unit is exclusive. What is published from now on is not for the client any more, though
// its connection may take a moment to end.
func (s *Server) Kill(c *command.Client) {
	s.mu.Lock()
	victim := s.clients[c.ID]
	s.mu.Unlock()
	if victim != nil {
		s.pubsub.Forget(&victim.Subs)
		victim.kill()
	}
}

// ResetStats implements command.Host.
func (s *Server) ResetStats() {
	s.stats.reset()
	s.cron.ticks.Store(0)
	s.cron.took.Store(0)
	s.cron.longest.Store(0)
	s.scripts.ResetStats()
	s.store.ResetStats()
}

// LastSave implements command.Host. As long as there is no save, it is the time of the start, as with Redis.
func (s *Server) LastSave() int64 { return s.start / 1e6 }

// Shutdown implements command.Host. When a script runs, the caller visits its unit.
func (s *Server) Shutdown(opt command.ShutdownOptions) error {
	script := s.script.Load()
	if script != nil && !opt.NoSave {
		return errors.New(s.busyError())
	}
	s.log.Logf(Warning, "User requested shutdown...")
	if log := s.aof.Load(); log != nil && !opt.Force {
		if err := log.WaitSynced(s.oplog.Offset()); err != nil {
			s.log.Logf(Warning, "Can't write the append only file, can't exit: %v", err)
			return errors.New("ERR Errors trying to SHUTDOWN. Check logs.")
		}
	}
	s.stopAccepting()
	if script != nil {
		s.dropScript(script)
	}
	go s.Close()
	return nil
}

// AbortShutdown implements command.Host. A shutdown never waits, since there are no replicas to wait for.
func (s *Server) AbortShutdown() bool { return false }

// NewReplID implements command.Host.
func (s *Server) NewReplID() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replID = randomID()
}
