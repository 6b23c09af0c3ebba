package server

// What happens when CONFIG SET changes an option: the functions that make new values count at run time.

import "github.com/miniredisd/miniredisd/config"

// watchConfig registers them, and applies the values of the start.
func (s *Server) watchConfig() {
	s.applyAccess()
	s.applyEvents()
	s.applyOutputLimits()
	s.applyClientLimit()
	s.applyWatching()
	if !s.private {
		s.applyOOMScore() // a failure is in the log
	}
	s.tracking.SetLimit(s.cfg.Int(config.TrackingTableMaxKeys))
	s.cfg.OnChange(s.applyPort, config.Port)
	s.cfg.OnChange(s.applyTLSPort, config.TLSPort)
	s.cfg.OnChange(s.applyBind, config.Bind)
	s.cfg.OnChange(s.applyTLS, config.TLSCertFile, config.TLSKeyFile, config.TLSCACertFile, config.TLSAuthClients, config.TLSProtocols)
	s.cfg.OnChange(s.applyLogLevel, config.LogLevel)
	s.cfg.OnChange(s.applyAppendOnly, config.AppendOnly)
	s.cfg.OnChange(s.applyFsync, config.AppendFsync)
	s.cfg.OnChange(s.applyEvents, config.NotifyKeyspaceEvents)
	s.cfg.OnChange(s.applyOutputLimits, config.ClientOutputBufferLimit)
	s.cfg.OnChange(s.applyOOMScore, config.OOMScoreAdj, config.OOMScoreAdjValues)
	s.cfg.OnChange(s.applyAccess, config.MaxMemoryPolicy, config.LFULogFactor, config.LFUDecayTime)
	s.cfg.OnChange(s.applyMaxMemory, config.MaxMemory, config.MaxMemoryPolicy)
	s.cfg.OnChange(s.applyClientLimit, config.MaxMemoryClients, config.MaxMemory)
	s.cfg.OnChange(s.applyTrackingLimit, config.TrackingTableMaxKeys)
	s.cfg.OnChange(s.applyWatching, config.LatencyTracking, config.LatencyMonitorThreshold, config.SlowLogLogSlowerThan, config.SlowLogMaxLen)
}

// applyAccess chooses what entries remember about their use.
func (s *Server) applyAccess() error {
	policy := s.cfg.EnumName(config.MaxMemoryPolicy)
	lfu := policy == "allkeys-lfu" || policy == "volatile-lfu"
	s.store.SetLFU(lfu, s.cfg.Int(config.LFULogFactor), s.cfg.Int(config.LFUDecayTime))
	return nil
}

// LevelOf translates the loglevel option.
func LevelOf(name string) Level {
	switch name {
	case "debug":
		return Debug
	case "verbose":
		return Verbose
	case "notice":
		return Notice
	case "warning":
		return Warning
	}
	return Warning + 1 // nothing
}

func (s *Server) applyLogLevel() error {
	s.log.SetLevel(LevelOf(s.cfg.EnumName(config.LogLevel)))
	return nil
}

// applyAppendOnly runs inside CONFIG SET's exclusive unit.
func (s *Server) applyAppendOnly() error {
	on := s.aof.Load() != nil
	switch want := s.cfg.Bool(config.AppendOnly); {
	case want && !on:
		return s.startLog()
	case !want && on:
		s.stopLog()
	}
	return nil
}

func (s *Server) applyFsync() error {
	if log := s.aof.Load(); log != nil {
		log.SetPolicy(s.fsyncPolicy())
	}
	return nil
}
