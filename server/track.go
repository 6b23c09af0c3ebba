package server

// Client-side caching: which keys commands have read, and how many of them are remembered.

import (
	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/tracking"
)

// Tracking implements command.Host.
func (s *Server) Tracking() *tracking.Registry { return &s.tracking }

// track is told of every command of a client that tracks keys, or did, inside the unit and before its locks are given back. A
// command that waits has read its keys, too.
func (s *Server) track(c *command.Ctx, spec *command.Spec, args [][]byte) {
	t := c.Client.Tracking
	if spec.Cached() && t.Remembers() {
		spec.EachKey(args, func(key []byte) { s.tracking.Remember(c.Tx, t, key) })
	}
	if c.MayWait && !c.Waits { // it is no part of a transaction or a script
		c.Client.EndCaching(spec)
	}
}

// applyTrackingLimit runs inside CONFIG SET's exclusive unit.
func (s *Server) applyTrackingLimit() error {
	if s.tracking.SetLimit(s.cfg.Int(config.TrackingTableMaxKeys)) {
		var tx store.Tx
		s.store.BeginWithin(&tx, 0)
		defer tx.End()
		s.tracking.Shrink(&tx)
	}
	return nil
}
