package redcon

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSilentInputHasNoBuffer(t *testing.T) {
	in := input{silent: true}
	room := in.room(1 << 20)
	require.Len(t, room, 64)
	require.Zero(t, cap(in.Buf))
	in.add(copy(room, "half"))
	require.Equal(t, "half", string(in.Buf))
	in.add(copy(in.room(0), " a command"))
	in.trim()
	require.Zero(t, in.Free())
	in.add(copy(in.room(0), " more"))
	require.Equal(t, "half a command more", string(in.Buf))
	in.Drop(len(in.Buf))
	in.trim()
	require.Zero(t, cap(in.Buf))
}
