package store

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// within runs f on a goroutine and returns what is closed when it has returned.
func within(f func()) <-chan struct{} {
	done := make(chan struct{})
	go func() { f(); close(done) }()
	return done
}

// pass waits until it has been alone inside.
func pass(g *Gate) {
	g.Lock()
	defer g.Unlock()
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// yield gives other goroutines the chance to do what they must not do.
func yield() {
	for range 100 {
		runtime.Gosched()
	}
}

func TestGateLetsOrdinaryUnitsInTogether(t *testing.T) {
	var g Gate
	g.Enter(1)
	g.Enter(1)
	g.Enter(1 + gateSlots)
	g.Enter(2)
	g.Leave(2)
	g.Leave(1)
	g.Leave(1 + gateSlots)
	g.Leave(1)
	<-within(func() { pass(&g) })
}

func TestGateWaitsForThoseInside(t *testing.T) {
	var g Gate
	g.Enter(1)
	g.Enter(2)
	locked := within(g.Lock)
	yield()
	require.False(t, isClosed(locked))
	g.Leave(1)
	yield()
	require.False(t, isClosed(locked))
	g.Leave(2)
	<-locked

	entered := within(func() { g.Enter(1) })
	second := within(func() { pass(&g) })
	yield()
	require.False(t, isClosed(entered))
	require.False(t, isClosed(second))
	g.Unlock()
	<-entered
	g.Leave(1)
	<-second
}

func TestGateExcludes(t *testing.T) {
	var g Gate
	var inside, alone atomic.Int64
	var wg sync.WaitGroup
	for i := range uint64(6) {
		wg.Go(func() {
			for range 3000 {
				g.Enter(i)
				inside.Add(1)
				if alone.Load() != 0 {
					t.Error("an ordinary unit beside an exclusive one")
				}
				inside.Add(-1)
				g.Leave(i)
			}
		})
	}
	for range 2 {
		wg.Go(func() {
			for range 300 {
				g.Lock()
				if alone.Add(1) != 1 || inside.Load() != 0 {
					t.Error("an exclusive unit is not alone")
				}
				alone.Add(-1)
				g.Unlock()
			}
		})
	}
	wg.Wait()
}

func TestUnitsWithinAnExclusiveOne(t *testing.T) {
	s := New(Options{})
	var outer, inner Tx
	s.Begin(&outer, 0, Mode{Exclusive: true}, 0)
	s.BeginWithin(&inner, 1)
	inner.SetTime(1)
	inner.setText("k", "1")
	inner.End()
	require.True(t, s.gate.closed.Load(), "the gate stays the outer unit's")
	outer.Select(1)
	require.Equal(t, "1", outer.text("k"))
	outer.End()
	require.False(t, s.gate.closed.Load())
}

func TestAKeyThatIsNotLockedPanics(t *testing.T) {
	s := New(Options{})
	a := []byte("a")
	b := elsewhere(a)
	s.unitMode(0, 1, Mode{Locks: LockSet(0).Add(a)}, func(tx *Tx) {
		tx.Peek(a)
		require.Panics(t, func() { tx.Peek(b) })
	})
	s.alone(1, func(*Tx) {}) // all locks are free again
}

// elsewhere is a key of another shard than key's.
func elsewhere(key []byte) []byte {
	other := append([]byte(nil), key...)
	for ShardOf(other) == ShardOf(key) {
		other = append(other, 'x')
	}
	return other
}

func TestLockSet(t *testing.T) {
	var set LockSet
	key := []byte("k")
	set = set.Add(key)
	require.Equal(t, set, set.Add(key))
	for i := range NumShards {
		require.Equal(t, i == ShardOf(key), set.Has(i))
		require.True(t, AllShards.Has(i))
	}
}
