package slab

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/rounds"
)

func TestClasses(t *testing.T) {
	for size := 1; size <= maxShared; size++ {
		class := classFor(size)
		require.GreaterOrEqual(t, classSize(class), size)
		require.Zero(t, classSize(class)%unit)
		if class > 0 {
			require.Less(t, classSize(class-1), size)
		}
		if size%unit == 0 {
			within := classWithin(size)
			require.LessOrEqual(t, classSize(within), size)
			require.True(t, within == classes-1 || classSize(within+1) > size)
		}
	}
	require.Equal(t, maxShared, classSize(classes-1))
}

// TestModel allocates and frees at random; no block may ever overlap another or lose its bytes.
func TestModel(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var s Slab
	type block struct {
		ref  Ref
		data []byte
	}
	var blocks []block
	sizes := []int{1, 8, 9, 30, 64, 200, 1000, 1025, 5000, maxShared, maxShared + 1, 100_000}
	steps := rounds.Of(30_000)
	for i := range steps {
		if len(blocks) > 0 && rnd.IntN(5) < 2+3*i/steps {
			k := rnd.IntN(len(blocks))
			b := blocks[k]
			require.True(t, bytes.Equal(b.data, s.At(b.ref)[:len(b.data)]), "a block has lost its bytes")
			s.Free(b.ref, len(b.data))
			blocks[k] = blocks[len(blocks)-1]
			blocks = blocks[:len(blocks)-1]
			continue
		}
		ref, mem := s.Alloc(1 + rnd.IntN(sizes[rnd.IntN(len(sizes))]))
		require.NotZero(t, ref)
		for k := range mem {
			mem[k] = byte(i + k)
		}
		blocks = append(blocks, block{ref, bytes.Clone(mem)})
	}
	for _, b := range blocks {
		require.True(t, bytes.Equal(b.data, s.At(b.ref)[:len(b.data)]), "a block has lost its bytes")
		s.Free(b.ref, len(b.data))
	}
	require.Zero(t, s.Live())
	s.Release()
	require.Zero(t, s.Held())
	runtime.KeepAlive(&s)
}

// TestReuse frees blocks of one size and asks for smaller ones: the memory must not grow.
func TestReuse(t *testing.T) {
	var s Slab
	var refs []Ref
	for range 10_000 {
		ref, _ := s.Alloc(64)
		refs = append(refs, ref)
	}
	held := s.Held()
	for _, ref := range refs {
		s.Free(ref, 64)
	}
	for range 20_000 {
		s.Alloc(24)
	}
	require.LessOrEqual(t, s.Held(), held+4*classes)
	s.Release()
}

func TestSmallValueIsSmall(t *testing.T) {
	var s Slab
	for range 20 {
		s.Alloc(16)
	}
	require.LessOrEqual(t, s.Held(), 700)
}

func TestFits(t *testing.T) {
	require.True(t, Fits(9, 16))
	require.False(t, Fits(8, 9))
	require.False(t, Fits(maxShared, maxShared+1))
	require.False(t, Fits(maxShared+1, maxShared+2))
}

func BenchmarkAllocFree(b *testing.B) {
	var s Slab
	for b.Loop() {
		ref, _ := s.Alloc(24)
		s.Free(ref, 24)
	}
}
