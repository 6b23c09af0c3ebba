package server

// Eviction: with a maxmemory-policy other than noeviction, keys go when more than maxmemory is used. It is done before commands, by
// who sends them; what takes longer than maxmemory-eviction-tenacity lets it is left to a goroutine, and the command is not refused.

import (
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/config"
	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/store"
)

// evictor removes keys for all clients.
type evictor struct {
	mu     sync.Mutex // held by who evicts
	keys   *store.Evictor
	behind atomic.Bool // a goroutine goes on with it

	// quiet is how many bytes clients took before they were told of keys that went. What they take more until echoUntil
	// (clock.Mono) is taken for what they are told, and the buffers for it. mu guards both.
	quiet, echoUntil int64
}

// echoTime is how long what clients are told of evicted keys may take to leave, in ns: so long it is no reason to evict more.
const echoTime = int64(100 * time.Millisecond)

// heard notes how many bytes clients took before an eviction, and after it.
func (v *evictor) heard(before, after int64) {
	if now := clock.Mono(); after > before && now >= v.echoUntil {
		v.quiet, v.echoUntil = before, now+echoTime
	}
}

// onItsWay is how much of what clients take is such an echo.
func (v *evictor) onItsWay(clients int64) int64 {
	if clock.Mono() >= v.echoUntil {
		return 0
	}
	return max(clients-v.quiet, 0)
}

// evictionEnd says why an eviction has ended.
type evictionEnd int

const (
	roomEnough evictionEnd = iota
	timeIsUp
	nothingLeft // no key may go
)

// evicts reports whether keys may go when memory is short.
func (s *Server) evicts() bool { return s.cfg.Enum(config.MaxMemoryPolicy) != config.NoEviction }

// evictionPolicy translates the options.
func (s *Server) evictionPolicy() store.EvictionPolicy {
	which, order, _ := strings.Cut(s.cfg.EnumName(config.MaxMemoryPolicy), "-")
	return store.EvictionPolicy{Volatile: which == "volatile", Samples: int(s.cfg.Int(config.MaxMemorySamples)),
		Order: map[string]store.EvictionOrder{"lru": store.LeastRecent, "lfu": store.LeastFrequent, "ttl": store.Soonest,
			"random": store.AnyOrder}[order]}
}

// makeRoom evicts keys before a command, if memory is short. It notes whether it still is.
func (c *client) makeRoom() {
	c.short = false
	if !c.memoryShort() {
		return
	}
	s := c.srv
	s.evictor.mu.Lock()
	defer s.evictor.mu.Unlock()
	switch s.evictFor(tenacity(s.cfg.Int(config.MaxMemoryEvictionTenacity))) {
	case nothingLeft:
		c.short = true
	case timeIsUp:
		s.evictBehind()
	}
}

// tenacity is how long a command may wait for evictions, in ns: 50 µs for each of the first ten steps of
// maxmemory-eviction-tenacity, from there on 15 % more with each, and for ever at 100.
func tenacity(steps int64) int64 {
	const step, linear, factor, all = 50 * float64(time.Microsecond), 10, 1.15, 100
	switch {
	case steps >= all:
		return math.MaxInt64
	case steps > linear:
		return int64(step * linear * math.Pow(factor, float64(steps-linear)))
	}
	return int64(step) * steps
}

// evictFor evicts keys until there is room, for some time (ns). s.evictor.mu is held.
func (s *Server) evictFor(nanos int64) evictionEnd {
	began, policy, evicted, clients := clock.Mono(), s.evictionPolicy(), 0, s.stats.clientMemory()
	defer func() {
		if evicted > 0 {
			s.evictor.heard(clients, s.stats.clientMemory())
			s.expirer.hasLogged()
			s.observe("eviction-cycle", time.Duration(clock.Mono()-began))
		}
	}()
	limit := s.cfg.Uint(config.MaxMemory)
	data, ok := s.store.MemoryUnlessBusy(0)
	if !ok || limit == 0 || !s.evicts() || s.store.ExpireHeld() {
		return roomEnough
	}
	need := int64(s.readMemory(&data)) - int64(limit) - s.evictor.onItsWay(clients)
	if need > 0 {
		need -= s.reclaimBuffers()
	}
	for ; need > 0; evicted++ {
		freed, ok := s.evictor.keys.Evict(policy, clock.Millis(s.clock))
		if !ok {
			return s.nothingMoves()
		}
		need -= int64(freed)
		if clock.Mono()-began > nanos {
			return timeIsUp
		}
	}
	return roomEnough
}

// nothingMoves says why no key was evicted: a script that has become busy meanwhile is no reason to refuse anything.
func (s *Server) nothingMoves() evictionEnd {
	if _, ok := s.store.MemoryUnlessBusy(0); !ok {
		return roomEnough
	}
	return nothingLeft
}

// evictTurn and evictRest are for how long keys are evicted behind the commands, and how long others have their turn then.
const evictTurn, evictRest = int64(500 * time.Microsecond), 500 * time.Microsecond

// evictBehind evicts keys until there is room, while commands are served.
func (s *Server) evictBehind() {
	if s.evictor.behind.Swap(true) {
		return
	}
	go func() {
		defer s.evictor.behind.Store(false)
		for {
			s.evictor.mu.Lock()
			end := s.evictFor(evictTurn)
			s.evictor.mu.Unlock()
			if end != timeIsUp {
				return
			}
			select {
			case <-s.done:
				return
			case <-time.After(evictRest):
			}
		}
	}()
}

// applyMaxMemory makes a new limit count before a command comes.
func (s *Server) applyMaxMemory() error {
	if s.cfg.Uint(config.MaxMemory) > 0 && s.evicts() {
		s.evictBehind()
	}
	return nil
}
