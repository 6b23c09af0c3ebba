package clock

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSystemFollowsTheMachine(t *testing.T) {
	s := NewSystem()
	before := time.Now().UnixMicro()
	now := s.Micros(Mono())
	after := time.Now().UnixMicro()
	// The offset is rounded to microseconds twice.
	require.GreaterOrEqual(t, now, before-2)
	require.LessOrEqual(t, now, after+2)
}

func TestSystemMeasuresAnewAfterAStep(t *testing.T) {
	s := NewSystem()
	s.offset.Add(int64(time.Hour / time.Microsecond)) // as if the machine's clock had been set back an hour since
	wrong := s.Micros(s.synced.Load())
	right := s.Micros(s.synced.Load() + resync + 1)
	require.Greater(t, wrong-right, int64(59*time.Minute/time.Microsecond))
}

func TestManualCallsInOrderAtTheirTimes(t *testing.T) {
	at := time.Unix(1000, 0)
	m := NewManual(at)
	var got []int64
	note := func() { got = append(got, m.Micros(0)/1e6) }
	m.AfterFunc(3*time.Second, note)
	m.AfterFunc(time.Second, func() {
		note()
		m.AfterFunc(time.Second, note) // armed while moving, still due in the same move
	})
	stopped := m.AfterFunc(2*time.Second, note)
	require.True(t, stopped.Stop())
	require.False(t, stopped.Stop())
	m.Advance(2500 * time.Millisecond)
	require.Equal(t, []int64{1001, 1002}, got)
	m.Set(at.Add(time.Minute))
	require.Equal(t, []int64{1001, 1002, 1003}, got)
	m.Set(at)
	require.Equal(t, int64(1000), m.Micros(0)/1e6)
}
