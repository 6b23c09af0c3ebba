package dict

import (
	"math/bits"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store/ds/arena"
)

func TestSizes(t *testing.T) {
	require.EqualValues(t, 64, unsafe.Sizeof(bucket[number]{}), "a bucket is a cache line")
	require.EqualValues(t, 64, line)
	require.LessOrEqual(t, int(unsafe.Sizeof(recordDict{})), 144)

	var d recordDict
	for i := range slots {
		d.Insert(hashOf(i), newRecord(i))
	}
	require.Equal(t, 1, d.cur.buckets)
	require.Equal(t, sizeOf[bucket[number]]()+sizeOf[segment[number]](), d.Bytes(), "a small dict is one bucket")
}

// TestAlignment looks where the buckets lie, also in memory that is aligned to 8 bytes only: those of every size of an
// area, at home and in memory of the owner's.
func TestAlignment(t *testing.T) {
	var m arenaMemory
	for n := 1; n <= 2*segmentBuckets; n += 1 + n/16 {
		for range 5 {
			for _, memory := range []Memory{nil, &m, new(oddMemory)} {
				b, _ := newBuckets[number](memory, n)
				require.Len(t, b, n)
				require.Zero(t, uintptr(unsafe.Pointer(&b[0]))%64, "%d buckets of %T", n, memory)
			}
		}
	}
	m.Release()
}

// oddMemory is never aligned to more than 8 bytes.
type oddMemory struct{}

// Alloc implements Memory.
func (*oddMemory) Alloc(size int) (unsafe.Pointer, uint32) {
	area := make([]byte, size+128)
	at := unsafe.Pointer(&area[0])
	return unsafe.Add(at, -uintptr(at)%64+8), 1
}

// Free implements Memory.
func (*oddMemory) Free(uint32) {}

func keyOf(n int) []byte {
	var key [16]byte
	setKey(&key, n)
	return key[:]
}

func hashOf(n int) uint64 { return Hash(keyOf(n)) }

func TestHash(t *testing.T) {
	require.Equal(t, Hash([]byte("key")), HashString("key"))
	require.NotEqual(t, Hash([]byte("key")), HashString("kez"))
}

func TestMatchIsExact(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		var b bucket[number]
		few := rnd.IntN(2) == 0 // tags that differ in few bits
		for slot := range slots {
			tag := uint8(rnd.Uint32())
			if few {
				tag &= uint8(rnd.Uint32() >> 8 & rnd.Uint32())
			}
			b.set(slot, tag, 0)
			must(t, b.tag(slot) == tag, "a tag is read wrongly")
		}
		b.child, b.used = uint16(rnd.Uint32()), uint16(rnd.Uint32())
		tag := uint8(1 + rnd.UintN(255))
		if rnd.IntN(2) == 0 {
			tag = max(1, b.tag(rnd.IntN(slots)))
		}
		var got [slots]bool
		for hits := b.match(tag); hits != 0; hits &= hits - 1 {
			got[firstSlot(hits)] = true
		}
		for slot := range slots {
			must(t, (b.tag(slot) == tag) == got[slot], "a tag is matched wrongly")
		}
		must(t, bits.OnesCount64(b.match(tag)) <= slots, "match sets foreign bits")
	}
	for top := range uint64(256) {
		require.NotZero(t, tagOf(top<<56))
	}
}

func TestEmpty(t *testing.T) {
	var d recordDict
	_, ok := d.Find(1, []byte("a"))
	require.False(t, ok)
	_, ok = d.Delete(1, []byte("a"))
	require.False(t, ok)
	_, ok = d.Swap(1, []byte("a"), 0)
	require.False(t, ok)
	_, ok = d.Random(rand.Uint64N)
	require.False(t, ok)
	require.Zero(t, d.Scan(0, nil))
	require.Zero(t, d.Scan(77, nil))
	require.False(t, d.Step(10))
	d.Each(nil)
	d.Clear()
	require.Zero(t, d.Stats().Bytes)
	d.Reserve(1000)
	_, ok = d.Find(1, []byte("a"))
	require.False(t, ok)
	check(t, &d)
}

// TestModel compares a dict with a map under random operations.
func TestModel(t *testing.T) {
	t.Run("on the heap", func(t *testing.T) { model(t, nil) })
	t.Run("in an arena", func(t *testing.T) {
		var m arenaMemory
		model(t, &m)
		require.Equal(t, arena.Account{}, m.Account(), "memory was lost")
	})
}

type arenaMemory struct{ arena.Arena }

// Alloc implements Memory.
func (m *arenaMemory) Alloc(size int) (unsafe.Pointer, uint32) {
	ref := m.Arena.Alloc(size)
	return m.At(ref), uint32(ref)
}

// Free implements Memory.
func (m *arenaMemory) Free(ref uint32) { m.Arena.Free(arena.Ref(ref)) }

func model(t *testing.T, memory Memory) {
	for seed := range uint64(14) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		all := make([]number, 1+rnd.IntN(3<<12>>rnd.IntN(10)))
		for i := range all {
			all[i] = newRecord(i)
		}
		d := recordDict{Memory: memory}
		want := map[string]number{}
		grow := 50
		for op := range 10_000 {
			if op%(1+len(all)) == 0 {
				grow = []int{2, 30, 50, 70, 98}[rnd.IntN(5)]
			}
			e := all[rnd.IntN(len(all))]
			key := e.key()
			hash := Hash(key)
			old, had := want[string(key)]
			switch p := rnd.IntN(100); {
			case p < 10:
				got, ok := d.Swap(hash, key, e)
				must(t, had == ok && old == got, "Swap")
				if ok {
					want[string(key)] = e
				}
			case rnd.IntN(100) >= grow:
				got, ok := d.Delete(hash, key)
				must(t, had == ok && old == got, "Delete")
				delete(want, string(key))
			case !had:
				d.Insert(hash, e)
				want[string(key)] = e
			}
			got, ok := d.Find(hash, key)
			now, has := want[string(key)]
			must(t, has == ok && now == got, "Find")
			must(t, len(want) == d.Len(), "Len")
			rareOps(&d, rnd, want)
			if rnd.IntN(len(want)+1) < 2 {
				check(t, &d)
				sameElements(t, &d, rnd, want)
			}
		}
		check(t, &d)
		sameElements(t, &d, rnd, want)
		d.Clear()
	}
}

func rareOps(d *recordDict, rnd *rand.Rand, want map[string]number) {
	switch rnd.IntN(3000) {
	case 0:
		d.Clear()
		clear(want)
	case 1:
		d.Reserve(rnd.IntN(5 * (len(want) + 1)))
	case 2:
		d.Step(rnd.IntN(1000))
	}
}

// sameElements compares what Each, Scan and Random show with what a map holds.
func sameElements(t *testing.T, d *recordDict, rnd *rand.Rand, want map[string]number) {
	n := 0
	d.Each(func(e number) bool {
		must(t, want[string(e.key())] == e, "Each")
		n++
		return true
	})
	require.Equal(t, len(want), n)

	seen := map[string]bool{}
	for cursor := d.Scan(0, func(e number) { seen[string(e.key())] = true }); cursor != 0; {
		must(t, cursor < uint64(max(d.cur.buckets, d.next.buckets)), "a cursor is too large")
		cursor = d.Scan(cursor, func(e number) {
			must(t, !seen[string(e.key())], "shown twice though nothing changed")
			seen[string(e.key())] = true
		})
	}
	require.Len(t, seen, len(want))

	e, ok := d.Random(rnd.Uint64N)
	require.Equal(t, len(want) > 0, ok)
	if ok {
		require.True(t, want[string(e.key())] == e)
	}
	n = 0
	d.Each(func(number) bool { n++; return n < 3 })
	require.Equal(t, min(3, len(want)), n)
}

// TestOverfullSegment goes to the limit of a segment, which hashes that are spread never do.
func TestOverfullSegment(t *testing.T) {
	tab := newTable[number](1, nil)
	const most = slots * (1 + maxChild)
	tab.insert(0, 1, 0)
	seg := tab.segment(0)
	home := seg.bucket(0)
	// Chains in the way of an insertion would make this quadratic: each full one is laid aside.
	n := 1
	for child := 0; n < most; n++ {
		tab.insert(0, 1, number(n))
		if next := home.child; next != 0 && seg.overflow(next).used == slots {
			child = int(next)
			home.child = 0
		}
		if n == most-1 {
			require.Equal(t, maxChild, child)
		}
	}
	require.Equal(t, maxChild, len(seg.over))
	require.Panics(t, func() { tab.insert(0, 1, 0) })
}

func TestStats(t *testing.T) {
	var d recordDict
	for i := range 1000 {
		d.Insert(hashOf(i), newRecord(i))
	}
	for d.Step(1) {
	}
	d.Reserve(10_000)
	d.Step(10)
	s := d.Stats()
	require.Len(t, s.Tables, 2)
	require.Equal(t, 1000, s.Tables[0].Used+s.Tables[1].Used)
	require.Equal(t, d.Bytes(), s.Tables[0].Bytes+s.Tables[1].Bytes)
	for _, tab := range s.Tables {
		require.Equal(t, tab.Buckets*slots, tab.Slots)
		chains := 0
		for _, n := range tab.Chains {
			chains += n
		}
		require.Equal(t, tab.Buckets, chains)
		require.Equal(t, tab.Longest, len(tab.Chains)-1)
	}
}

func TestNoAllocations(t *testing.T) {
	var d recordDict
	elems := make([]number, 1000)
	for i := range elems {
		elems[i] = newRecord(i)
		d.Insert(hashOf(i), elems[i])
	}
	for d.Step(1) {
	}
	i := 0
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		r := elems[i%len(elems)]
		hash := Hash(r.key())
		got, _ := d.Find(hash, r.key())
		d.Swap(hash, r.key(), got)
		d.Delete(hash, r.key())
		d.Insert(hash, r)
		i += 7
	}))
}

// TestCandidate: an element in its home bucket, with the right tag, is found unless one with the same tag lies before it.
func TestCandidate(t *testing.T) {
	var d recordDict
	_, ok := d.Candidate(hashOf(1))
	require.False(t, ok)
	require.Zero(t, d.Touch(hashOf(1)))
	found := 0
	for i := range 1000 {
		d.Insert(hashOf(i), newRecord(i))
	}
	for i := range 1000 {
		require.NotZero(t, d.Touch(hashOf(i)))
		if e, ok := d.Candidate(hashOf(i)); ok {
			require.Equal(t, tagOf(hashOf(i)), tagOf(Hash(e.key())))
			if e.value() == i {
				found++
			}
		}
	}
	require.Greater(t, found, 700)
}
