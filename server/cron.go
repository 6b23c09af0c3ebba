package server

// What happens without a client asking: keys expire, idle clients are sent away, rates are sampled.

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miniredisd/miniredisd/internal/clock"
	"github.com/miniredisd/miniredisd/store"
)

// expireEvery is the shortest time between two passes of the expirer, in ms: keys that fall due close together go together.
const expireEvery = 2

// expirer removes keys when their time comes. It sleeps until the earliest deadline.
type expirer struct {
	srv  *Server
	next atomic.Int64 // ms; when the timer will fire, MaxInt64 when it is not set

	mu      sync.Mutex // guards timer
	timer   clock.Timer
	stopped bool

	running sync.Mutex // held by a pass
	tx      store.Tx

	passed chan struct{} // there was a pass
	quit   chan struct{}
}

func (x *expirer) init(s *Server) {
	x.srv = s
	x.next.Store(math.MaxInt64)
	x.passed, x.quit = make(chan struct{}, 1), make(chan struct{})
	if !s.private {
		s.store.OnDeadline(x.wakeAt)
	}
}

// writeOut sees to it, until the server stops, that what a pass has logged is soon as durable as what clients do: nobody waits
// for it. A log that fails tells the clients.
func (x *expirer) writeOut() {
	for {
		select {
		case <-x.quit:
			return
		case <-x.passed:
			_ = x.srv.WaitDurable()
		}
	}
}

// wakeAt makes sure that a pass is made at the time at (ms), or soon after.
func (x *expirer) wakeAt(at int64) {
	if at >= x.next.Load() {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if at >= x.next.Load() || x.stopped {
		return
	}
	if x.timer != nil {
		x.timer.Stop()
	}
	x.next.Store(at)
	sleep := min(max(at-clock.Millis(x.srv.clock), 0), int64(time.Hour/time.Millisecond))
	x.timer = x.srv.clock.AfterFunc(time.Duration(sleep)*time.Millisecond, x.pass)
}

// pass removes what is due and sets the timer anew.
func (x *expirer) pass() {
	x.running.Lock()
	defer x.running.Unlock()
	x.next.Store(math.MaxInt64)
	if x.srv.loading.Load() {
		return // the end of loading starts us again
	}
	began := clock.Mono()
	now := x.srv.clock.Micros(began) / 1000
	if next := x.srv.store.ExpireDue(&x.tx, now); next < math.MaxInt64 {
		x.wakeAt(max(next, now+expireEvery))
	}
	x.srv.observe("expire-cycle", time.Duration(clock.Mono()-began))
	x.hasLogged()
}

// hasLogged sees to it that what was logged without a client is written.
func (x *expirer) hasLogged() {
	select {
	case x.passed <- struct{}{}:
	default: // one is waiting, and will see what is logged by now
	}
}

func (x *expirer) stop() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.stopped {
		close(x.quit)
	}
	x.stopped = true
	if x.timer != nil {
		x.timer.Stop()
	}
}

// ExpireNow removes every key that is due, and returns when they are gone.
func (s *Server) ExpireNow() { s.expirer.pass() }

const (
	cronEvery = 100 * time.Millisecond
	// rateSamples is how many cron ticks the rates of INFO are averaged over.
	rateSamples = 16
)

// cron is the server's heartbeat.
type cron struct {
	quit  chan struct{}
	once  sync.Once
	ticks atomic.Int64
	took  atomic.Int64 // ns, of all ticks
	// longest is how long the longest tick took, in ns.
	longest atomic.Int64
	rates
}

// rates are what INFO calls instantaneous.
type rates struct {
	mu      sync.Mutex
	at      time.Time
	last    [rateKinds]int64
	samples [rateSamples][rateKinds]float64 // per second
	n       int
}

// The rates that there are: commands, bytes in and out, rounds (see Server.rounds), and µs that these took.
const (
	opsRate = iota
	inRate
	outRate
	roundsRate
	tookRate
	rateKinds
)

// rounds is how often something was done: input read and executed, or the cron's tick. took is for how long, in µs, of that
// commands for so long.
func (s *Server) rounds() (n, took, commands int64) {
	commands = s.stats.totalTook() / 1000
	return s.stats.totalReads() + s.cron.ticks.Load(), commands + s.cron.took.Load()/1000, commands
}

func (c *cron) start(s *Server) {
	c.quit = make(chan struct{})
	go func() {
		tick := time.NewTicker(cronEvery)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-c.quit:
				return
			case <-tick.C:
			}
			began := clock.Mono()
			c.rates.sample(s)
			s.store.Step()
			if n%10 == 0 {
				s.tendClients()
				s.tendMemory()
			}
			s.evictClients()
			c.ticks.Add(1)
			took := clock.Mono() - began
			c.took.Add(took)
			c.longest.Store(max(took, c.longest.Load()))
		}
	}()
}

func (c *cron) stop() {
	c.once.Do(func() {
		if c.quit != nil {
			close(c.quit)
		}
	})
}

func (r *rates) sample(s *Server) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rounds, took, _ := s.rounds()
	now, sums := time.Now(), [rateKinds]int64{s.stats.totalCalls(), s.stats.totalIn(), s.stats.totalOut(), rounds, took}
	if dt := now.Sub(r.at).Seconds(); !r.at.IsZero() && dt > 0 {
		for i, sum := range sums { // which CONFIG RESETSTAT may have made smaller
			r.samples[r.n%rateSamples][i] = max(float64(sum-r.last[i])/dt, 0)
		}
		r.n++
	}
	r.at, r.last = now, sums
}

// average returns them as they were lately.
func (r *rates) average() (avg [rateKinds]float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.samples {
		for i := range avg {
			avg[i] += s[i] / rateSamples
		}
	}
	return avg
}
