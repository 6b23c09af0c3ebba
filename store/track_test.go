package store

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// recorder is a Tracker that notes what it is told.
type recorder struct{ told []string }

func (r *recorder) KeyChanged(_ *Tx, key []byte, client uint64) {
	r.told = append(r.told, fmt.Sprintf("%s by %d", key, client))
}

func (r *recorder) AllChanged(*Tx) { r.told = append(r.told, "all") }

func TestTrackerIsToldOfEveryChange(t *testing.T) {
	key, other := []byte("key"), []byte("other")
	for _, tc := range []struct {
		name   string
		change func(tx *Tx)
		want   []string
	}{
		{"set", func(tx *Tx) { tx.SetString(key, other, false) }, []string{"key by 7"}},
		{"delete", func(tx *Tx) { tx.Delete(key) }, []string{"key by 7"}},
		{"delete nothing", func(tx *Tx) { tx.Delete(other) }, nil},
		{"in place", func(tx *Tx) { tx.Mutate(tx.Write(key)) }, []string{"key by 7"}},
		{"expire", func(tx *Tx) { tx.Expire(tx.Write(key), 5000) }, []string{"key by 7"}},
		{"move", func(tx *Tx) { tx.Give(other, tx.Take(key)) }, []string{"key by 7", "other by 7"}},
		{"read", func(tx *Tx) { tx.Read(key) }, nil},
		{"its time", func(tx *Tx) { tx.Expire(tx.Write(key), 2000); tx.SetTime(3000); tx.Read(key) }, []string{"key by 7", "key by 0"}},
		{"flush", func(tx *Tx) { tx.Flush(3) }, []string{"all"}},
		{"swap", func(tx *Tx) { tx.Swap(1, 2) }, []string{"all"}},
		{"load", func(tx *Tx) { tx.Loading = true; tx.SetString(key, other, false); tx.Loading = false }, nil},
		{"no longer", func(tx *Tx) { tx.Track(ShardOf(key), -1); tx.SetString(key, other, false); tx.Track(ShardOf(key), 1) }, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var seen recorder
			st := New(Options{Tracker: &seen})
			tx := Tx{Client: 7}
			st.Begin(&tx, 0, Mode{Exclusive: true}, 0)
			defer tx.End()
			tx.SetTime(1000)
			tx.SetString(key, []byte("v"), false)
			require.Empty(t, seen.told) // nobody has asked for it
			st.TrackAll(1)
			tc.change(&tx)
			require.Equal(t, tc.want, seen.told)
			st.TrackAll(-1)
			for i := range st.shards {
				require.Zero(t, st.shards[i].attention)
			}
		})
	}
}

// The expirer and a hash that loses a field are nobody's doing.
func TestTrackerIsToldOfTheExpirer(t *testing.T) {
	var seen recorder
	st := New(Options{Tracker: &seen})
	tx := Tx{Client: 7}
	hash, key := []byte("hash"), []byte("key")
	st.Begin(&tx, 0, Mode{Exclusive: true}, 0)
	tx.SetTime(1000)
	tx.Expire(tx.SetString(key, []byte("v"), false), 2000)
	h := tx.MakeHash(hash, HashLimits{})
	for _, field := range []string{"dies", "stays"} {
		h.Set([]byte(field), []byte("v"), false)
	}
	h.Expire([]byte("dies"), 2000)
	tx.End()
	st.TrackAll(1)
	var expirer Tx
	st.ExpireDue(&expirer, 3000)
	require.ElementsMatch(t, []string{"key by 0", "hash by 0"}, seen.told)
}
