package driver

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// arrive puts bytes into the buffer as reads do, and returns how many reads that took.
func (in *Input) arrive(p []byte, need int) (reads int) {
	for len(p) > 0 {
		n := copy(in.Room(need), p)
		in.Add(n)
		p, need = p[n:], max(need-n, 0)
		reads++
	}
	return reads
}

func TestInputKeepsItsBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	in := Input{}
	var want []byte
	for range 3000 {
		switch r.IntN(10) {
		case 0:
			in.Trim()
			require.Zero(t, in.Free())
		case 1, 2, 3:
			n := r.IntN(len(want) + 1)
			in.Drop(n)
			want = want[n:]
		case 4:
			in.Drop(len(want))
			want = nil
		default:
			p := make([]byte, r.IntN(1+r.IntN(30_000)))
			for i := range p {
				p[i] = byte(r.Uint32())
			}
			in.arrive(p, r.IntN(2)*r.IntN(3*len(p)+1))
			want = append(want, p...)
		}
		require.True(t, bytes.Equal(want, in.Buf))
		require.LessOrEqual(t, cap(in.Buf), max(trusted, 4*max(len(want), FirstBuffer))+2*FirstBuffer)
		if len(want) > 1<<20 {
			in.Drop(len(want))
			want = nil
		}
	}
}

func TestInputTrustsClaimsToALimit(t *testing.T) {
	in := Input{}
	in.arrive([]byte("head"), 0)
	require.Equal(t, FirstBuffer, cap(in.Buf))
	in.Room(trusted - 4)
	require.Equal(t, trusted, cap(in.Buf))
	in.Trim()
	in.arrive([]byte("er"), 0)
	in.Room(512 << 20)
	require.Equal(t, FirstBuffer, cap(in.Buf))
}

// A command of many arguments is copied a few times, not once for each.
func TestInputGrowsInSteps(t *testing.T) {
	in := Input{}
	arg := make([]byte, 100_000)
	steps, last := 0, 0
	for range 1000 {
		in.arrive(arg, len(arg))
		if cap(in.Buf) != last {
			last = cap(in.Buf)
			steps++
		}
	}
	require.Less(t, steps, 20)
}

func TestInputGivesUpALargeBufferThatIsNotNeeded(t *testing.T) {
	in := Input{}
	in.arrive(make([]byte, 400_000), 400_000)
	in.Drop(400_000)
	large := cap(in.Buf)
	require.GreaterOrEqual(t, large, 400_000)
	for range wasteful {
		require.Equal(t, large, cap(in.Buf))
		in.arrive([]byte("small"), 0)
		in.Drop(5)
	}
	require.Equal(t, FirstBuffer, cap(in.Buf))
}
