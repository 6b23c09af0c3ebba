package store

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// sequence is a journal that notes when something was appended to it.
type sequence []string

func (*sequence) Active() bool { return true }

func (s *sequence) AppendAcross(_, _, _ int, _ []byte) int64 {
	*s = append(*s, "logged")
	return 0
}

// What a unit has to tell comes after its effects are in the log, in order, and while nobody else gets at its keys.
func TestAtEnd(t *testing.T) {
	var seen sequence
	var st *Store
	st = New(Options{Journal: &seen, Notify: func(tx *Tx, class Event, event string, key []byte) {
		said := event + " " + string(key)
		require.Equal(t, EventString, class)
		require.Equal(t, 3, tx.DB())
		tx.AtEnd(func() {
			require.False(t, st.shards[ShardOf(key)].mu.TryLock())
			seen = append(seen, said)
		})
	}})
	st.SetEvents(EventString)
	key := []byte("key")
	var tx Tx
	for range 2 {
		seen = nil
		st.Begin(&tx, 3, Mode{Locks: LockSet(1) << ShardOf(key)}, 0)
		require.False(t, tx.Exclusive())
		tx.SetString(key, []byte("v"), false)
		tx.Notify(EventString, "set", key)
		tx.Notify(EventList, "unheard", key)
		tx.Notify(EventString, "append", key)
		tx.Settle([][]byte{[]byte("SET"), key, []byte("v")}, true)
		require.Empty(t, seen)
		tx.End()
		require.Equal(t, sequence{"logged", "set key", "append key"}, seen)
	}
	seen = nil
	st.Begin(&tx, 0, Mode{Exclusive: true}, 0)
	require.True(t, tx.Exclusive())
	for range 2 * maxKeptAtEnd {
		tx.AtEnd(func() { seen = append(seen, "x") })
	}
	tx.End()
	require.Len(t, seen, 2*maxKeptAtEnd)
	require.Nil(t, tx.atEnd)
}
