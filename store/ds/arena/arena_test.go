package arena

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/rounds"
)

func TestSizes(t *testing.T) {
	require.LessOrEqual(t, int(unsafe.Sizeof(chunk{})), 20)
	require.LessOrEqual(t, int(unsafe.Sizeof(Arena{})), 680)
}

func TestClasses(t *testing.T) {
	var a Arena
	defer a.Release()
	for size := 1; size <= MaxBlock; size++ {
		got := int(classUnits[classFor(size)]) * unit
		require.GreaterOrEqual(t, got, size)
		if size <= fineBlock && size > 8 {
			require.Less(t, got, size+8)
		}
		if size <= chunkSize/8 {
			require.LessOrEqual(t, got, max(16, size+8+size/8), "more than an eighth is wasted on %d bytes", size)
		}
	}
	require.EqualValues(t, MaxBlock/unit, classUnits[classFor(MaxBlock)])
	require.Zero(t, classUnits[maxClasses-1], "the table has room")
}

// checkArena verifies what describes the chunks.
func checkArena(t testing.TB, a *Arena) {
	t.Helper()
	blocks, allocated, held := 0, 0, 0
	listed := map[uint32]bool{}
	for class, n := range a.partial {
		for prev := uint32(0); n != 0; prev, n = n, a.chunks[n].next {
			require.EqualValues(t, class, a.chunks[n].class)
			require.Equal(t, prev, a.chunks[n].prev)
			listed[n] = true
		}
	}
	spare := map[uint32]bool{}
	for _, n := range a.spare {
		require.Nil(t, a.bases[n])
		spare[n] = true
	}
	for i := range a.bases {
		n, c := uint32(i), &a.chunks[i]
		switch {
		case i == 0 || spare[n]:
			require.Equal(t, chunk{}, *c)
		case c.class == largeClass:
			blocks++
			allocated += len(a.large[n])
			held += len(a.large[n])
		default:
			require.Equal(t, c.used < c.room, listed[n], "a chunk with room is in the list")
			free := 0
			for at := c.free; at != none; at = *(*uint16)(unsafe.Add(a.bases[n], uintptr(at)*unit)) {
				require.Less(t, at, c.fresh)
				require.Zero(t, at%c.units)
				free++
			}
			require.EqualValues(t, c.fresh/c.units, int(c.used)+free)
			require.NotZero(t, c.used, "an empty chunk is kept")
			blocks += int(c.used)
			allocated += int(c.used) * int(c.units) * unit
			held += chunkSize
		}
	}
	require.Equal(t, Account{blocks, allocated, held}, a.Account())
}

// block is what the model knows of one.
type block struct {
	ref  Ref
	want []byte
}

// run lets the bytes of a program alloc and free blocks, and checks that nobody writes into another's.
func run(t testing.TB, a *Arena, program []byte) (live []block) {
	next := func() int {
		if len(program) == 0 {
			return 0
		}
		b := program[0]
		program = program[1:]
		return int(b)
	}
	for step := 0; len(program) > 0; step++ {
		op := next()
		if op < 100 && len(live) > 0 {
			i := next() * 257 % len(live)
			b := live[i]
			require.True(t, bytes.Equal(b.want, a.Bytes(b.ref)[:len(b.want)]), "a block was written to by another")
			a.Free(b.ref)
			live[i] = live[len(live)-1]
			live = live[:len(live)-1]
			continue
		}
		size := 1 + next()
		switch {
		case op >= 250:
			size *= 700
		case op >= 220:
			size *= 60
		}
		ref := a.Alloc(size)
		require.NotZero(t, ref)
		require.Zero(t, ref>>31)
		require.Zero(t, uintptr(a.At(ref))%unit, "not aligned")
		require.GreaterOrEqual(t, a.Size(ref), size)
		require.True(t, a.Fits(ref, size))
		require.True(t, a.Fits(ref, a.Size(ref)))
		require.False(t, a.Fits(ref, a.Size(ref)+1))
		want := bytes.Repeat([]byte{byte(step)}, size)
		copy(a.Bytes(ref), want)
		live = append(live, block{ref, want})
	}
	return live
}

func TestModel(t *testing.T) {
	for seed := range uint64(max(rounds.Of(12), 2)) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		program := make([]byte, 12_000)
		grow := 100 + rnd.IntN(120)
		for i := range program {
			program[i] = byte(rnd.IntN(256))
			if rnd.IntN(4) == 0 {
				program[i] = byte(grow)
			}
		}
		var a Arena
		live := run(t, &a, program)
		checkArena(t, &a)
		if seed%2 == 0 {
			for _, b := range live {
				require.True(t, bytes.Equal(b.want, a.Bytes(b.ref)[:len(b.want)]))
				a.Free(b.ref)
			}
			checkArena(t, &a)
			require.Equal(t, Account{}, a.Account(), "an arena without blocks holds no memory")
		}
		a.Release()
		require.Equal(t, Account{}, a.Account())
		run(t, &a, program[:1000])
		checkArena(t, &a)
		a.Release()
	}
}

func FuzzArena(f *testing.F) {
	f.Add([]byte{200, 10, 200, 20, 0, 1, 255, 200, 230, 9, 3, 3})
	f.Fuzz(func(t *testing.T, program []byte) {
		var a Arena
		run(t, &a, program)
		checkArena(t, &a)
		a.Release()
	})
}

// What is released bit by bit is all released in the end, each chunk and each large block once.
func TestReleaseSome(t *testing.T) {
	var a Arena
	for range 3 * chunkSize / 64 {
		a.Alloc(64)
	}
	a.Alloc(MaxBlock + 1)
	gone := a.Alloc(MaxBlock + 1)
	a.Alloc(1000)
	a.Free(gone) // its number is out of use
	parts := 1
	for ; !a.ReleaseSome(1); parts++ {
	}
	require.Equal(t, len([]string{"none", "64", "64", "64", "large", "gone", "1000"}), parts)
	require.Equal(t, Account{}, a.Account())
	run(t, &a, []byte{200, 10, 200, 20, 0, 1, 255, 200, 230, 9, 3, 3})
	checkArena(t, &a)
	require.True(t, a.ReleaseSome(1<<20))
	require.True(t, a.ReleaseSome(1), "there is nothing left")
}

func TestFull(t *testing.T) {
	var a Arena
	defer a.Release()
	a.bases, a.chunks = make([]unsafe.Pointer, maxChunks), make([]chunk, maxChunks)
	require.Panics(t, func() { a.Alloc(10) })
}

func TestNoAllocations(t *testing.T) {
	var a Arena
	defer a.Release()
	if Invariants {
		return // the ledger allocates
	}
	keep := a.Alloc(48)
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		ref := a.Alloc(48)
		a.Free(ref)
	}))
	a.Free(keep)
}

func BenchmarkAllocFree(b *testing.B) {
	var a Arena
	defer a.Release()
	const n = 1 << 20
	refs := make([]Ref, n)
	for i := range refs {
		refs[i] = a.Alloc(16 + i%64)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		a.Free(refs[i])
		refs[i] = a.Alloc(16 + i%64)
		i = (i + 7919) % n
	}
}

func BenchmarkRelease(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		var a Arena
		for range 1 << 20 {
			*(*byte)(a.At(a.Alloc(64))) = 1
		}
		b.StartTimer()
		a.Release()
	}
}
