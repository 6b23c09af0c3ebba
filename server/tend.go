package server

import (
	"time"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
)

// idleBuffer is how long a silent client keeps its buffers, in ms.
const idleBuffer = int64(2 * time.Second / time.Millisecond)

// tendClients looks after the silent ones: they give up their buffers, and those that are silent for longer than the
// timeout option are sent away. A client that waits for us is not silent.
func (s *Server) tendClients() {
	limit := s.cfg.Int(config.Timeout) * 1000
	now := clock.Millis(s.clock)
	for _, c := range s.everyClient() {
		c.account(1)
		silent := now - c.LastInteraction.Load()
		switch {
		case c.limitOutput():
		case limit > 0 && silent > limit && !c.Blocked.Load() && c.Subs.Total() == 0:
			s.log.Logf(Verbose, "Closing idle client: id=%d addr=%s", c.ID, c.Addr)
			c.kill()
		case silent >= idleBuffer && c.QueryFree.Load()+c.ReplySize.Load() > 0:
			c.conn.Trim()
		}
	}
}
