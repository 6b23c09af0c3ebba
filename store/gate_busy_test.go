package store

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Nobody waits for a busy unit who does not want to; those who want to are let in when it has ended.
func TestBusyGate(t *testing.T) {
	var g Gate
	require.False(t, g.Visit(), "nobody is there to be visited")
	g.Lock()
	require.False(t, g.Visit(), "who is not busy is not visited either")
	told := make(chan string, 4)
	for range 2 {
		go func() {
			require.False(t, g.EnterUnlessBusy(1))
			told <- "ordinary"
		}()
		go func() {
			require.False(t, g.LockUnlessBusy())
			told <- "exclusive"
		}()
	}
	entered := within(func() { g.Enter(1) })
	locked := within(func() { pass(&g) })
	yield()
	require.Empty(t, told)
	g.SetBusy()
	for range 4 {
		<-told
	}
	require.False(t, g.EnterUnlessBusy(1))
	require.False(t, g.LockUnlessBusy())

	g.Step()
	visited := within(func() { g.Do(1, func() {}) })
	yield()
	require.False(t, isClosed(visited), "not in the middle of a step")
	g.EndStep()
	<-visited
	require.True(t, g.Visit())
	over := within(g.EndBusy)
	yield()
	require.False(t, isClosed(over), "not in the middle of a visit")
	g.EndVisit()
	<-over
	require.False(t, g.Visit())

	waits := within(func() { g.Do(1, func() {}) })
	yield()
	require.False(t, isClosed(waits), "the gate is closed again")
	require.False(t, isClosed(entered))
	require.False(t, isClosed(locked))
	g.Unlock()
	<-entered
	g.Leave(1) // before the others: if locked comes next, it waits for this
	<-waits
	<-locked
}

// Units that are busy for a while, and others of every kind: an exclusive unit is alone but for visits between its steps.
func TestBusyGateExcludes(t *testing.T) {
	var g Gate
	var shared int // by an exclusive unit in steps, or a visit: the race detector is the judge
	var stop atomic.Bool
	var wg sync.WaitGroup
	var visits, refused atomic.Int64
	for i := range uint64(4) {
		wg.Go(func() {
			for !stop.Load() {
				if g.EnterUnlessBusy(i) {
					g.Leave(i)
				} else {
					refused.Add(1)
				}
				if g.Visit() {
					shared++
					visits.Add(1)
					g.EndVisit()
				}
				if g.LockUnlessBusy() {
					shared++
					g.Unlock()
				}
			}
		})
	}
	wg.Go(func() {
		for !stop.Load() {
			pass(&g)
		}
	})
	for n := 0; n < 200 || visits.Load() == 0 || refused.Load() == 0; n++ {
		g.Lock()
		shared++
		declared := within(g.SetBusy)
		<-declared
		for range 10 {
			g.Step()
			shared++
			g.EndStep()
		}
		g.EndBusy()
		shared++
		g.Unlock()
	}
	stop.Store(true)
	wg.Wait()
}

// What a unit has to serve when it has ended does not wait for a busy one in its place.
func TestServedLateBehindABusyUnit(t *testing.T) {
	s := New(Options{})
	var busy Tx
	s.Begin(&busy, 0, Mode{Exclusive: true}, 0)
	s.gate.SetBusy()
	began := within(func() { s.serveLate([]readyKey{{key: "k"}}, 1, 1) })
	select {
	case <-began:
	case <-time.After(20 * time.Second):
		require.Fail(t, "it waits")
	}
	s.gate.EndBusy()
	busy.End()
	s.alone(1, func(*Tx) {})
}
