package redcon

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// arrive puts bytes into the buffer as reads do, and returns how many reads that took.
func (in *input) arrive(p []byte, need int) (reads int) {
	for len(p) > 0 {
		n := copy(in.room(need), p)
		in.add(n)
		p, need = p[n:], max(need-n, 0)
		reads++
	}
	return reads
}

func TestInputKeepsItsBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	in := input{silent: true}
	var want []byte
	for range 3000 {
		switch r.IntN(10) {
		case 0:
			in.trim()
			require.Zero(t, in.free())
		case 1, 2, 3:
			n := r.IntN(len(want) + 1)
			in.drop(n)
			want = want[n:]
		case 4:
			in.drop(len(want))
			want = nil
		default:
			p := make([]byte, r.IntN(1+r.IntN(30_000)))
			for i := range p {
				p[i] = byte(r.Uint32())
			}
			in.arrive(p, r.IntN(2)*r.IntN(3*len(p)+1))
			want = append(want, p...)
		}
		require.True(t, bytes.Equal(want, in.buf))
		require.LessOrEqual(t, cap(in.buf), max(trusted, 4*max(len(want), firstBuffer))+2*firstBuffer)
		if len(want) > 1<<20 {
			in.drop(len(want))
			want = nil
		}
	}
}

func TestInputTrustsClaimsToALimit(t *testing.T) {
	in := input{}
	in.arrive([]byte("head"), 0)
	require.Equal(t, firstBuffer, cap(in.buf))
	in.room(trusted - 4)
	require.Equal(t, trusted, cap(in.buf))
	in.trim()
	in.arrive([]byte("er"), 0)
	in.room(512 << 20)
	require.Equal(t, firstBuffer, cap(in.buf))
}

// A command of many arguments is copied a few times, not once for each.
func TestInputGrowsInSteps(t *testing.T) {
	in := input{}
	arg := make([]byte, 100_000)
	steps, last := 0, 0
	for range 1000 {
		in.arrive(arg, len(arg))
		if cap(in.buf) != last {
			last = cap(in.buf)
			steps++
		}
	}
	require.Less(t, steps, 20)
}

func TestInputGivesUpALargeBufferThatIsNotNeeded(t *testing.T) {
	in := input{}
	in.arrive(make([]byte, 400_000), 400_000)
	in.drop(400_000)
	large := cap(in.buf)
	require.GreaterOrEqual(t, large, 400_000)
	for range wasteful {
		require.Equal(t, large, cap(in.buf))
		in.arrive([]byte("small"), 0)
		in.drop(5)
	}
	require.Equal(t, firstBuffer, cap(in.buf))
}
