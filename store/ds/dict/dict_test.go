package dict

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store/ds/arena"
)

func TestSizes(t *testing.T) {
	require.EqualValues(t, 64, unsafe.Sizeof(bucket[*record]{}), "a bucket is a cache line")
	require.EqualValues(t, 64, unsafe.Sizeof(bucket[uint64]{}))
	require.EqualValues(t, 40, unsafe.Sizeof(bucket[number]{}))
	require.LessOrEqual(t, int(unsafe.Sizeof(recordDict{})), 144)

	var d recordDict
	for i := range slots {
		d.Insert(hashOf(i), newRecord(i))
	}
	require.Equal(t, 1, d.cur.buckets)
	require.Equal(t, 64+sizeOf[segment[*record]](), d.Bytes(), "a small dict is one bucket")
}

func hashOf(n int) uint64 { return Hash(newRecord(n).key[:]) }

func TestHash(t *testing.T) {
	require.Equal(t, Hash([]byte("key")), HashString("key"))
	require.NotEqual(t, Hash([]byte("key")), HashString("kez"))
}

func TestMatchIsExact(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		b := bucket[number]{meta: rnd.Uint64()}
		if rnd.IntN(2) == 0 { // lanes that differ from the tag in few bits
			b.meta &= rnd.Uint64() & rnd.Uint64() & rnd.Uint64()
		}
		tag := 1 + rnd.Uint64N(tagMask)
		if rnd.IntN(2) == 0 {
			tag = max(1, b.tag(rnd.IntN(slots)))
		}
		hits := b.match(tag)
		for slot := range slots {
			bit := uint64(1) << (slot*tagBits + tagBits - 1)
			must(t, (b.tag(slot) == tag) == (hits&bit != 0), "a tag is matched wrongly")
			hits &^= bit
		}
		must(t, hits == 0, "match sets foreign bits")
	}
	for top := range uint64(1 << tagBits) {
		tag := tagOf(top << (64 - tagBits))
		require.True(t, tag >= 1 && tag <= tagMask)
	}
}

func TestEmpty(t *testing.T) {
	var d recordDict
	_, ok := d.Find(1, []byte("a"))
	require.False(t, ok)
	_, ok = d.Delete(1, []byte("a"))
	require.False(t, ok)
	_, ok = d.Swap(1, []byte("a"), nil)
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
	t.Run("pointers", func(t *testing.T) {
		model[*record, recordTraits](t, 3*numbers, newRecord)
	})
	t.Run("numbers", func(t *testing.T) {
		model[number, numberTraits](t, numbers, func(n int) number { return number(n) })
	})
	t.Run("numbers in an arena", func(t *testing.T) {
		var m arenaMemory
		modelIn[number, numberTraits](t, numbers, func(n int) number { return number(n) }, &m)
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

func model[E comparable, T Traits[E]](t *testing.T, keys int, make func(int) E) {
	modelIn[E, T](t, keys, make, nil)
}

func modelIn[E comparable, T Traits[E]](t *testing.T, keys int, make func(int) E, memory Memory) {
	var traits T
	for seed := range uint64(14) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		keys := 1 + rnd.IntN(keys>>rnd.IntN(10))
		d := Dict[E, T]{Memory: memory}
		want := map[string]E{}
		grow := 50
		for op := range 10_000 {
			if op%(1+keys) == 0 {
				grow = []int{2, 30, 50, 70, 98}[rnd.IntN(5)]
			}
			n := rnd.IntN(keys)
			e := make(n)
			key := traits.Key(e)
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

func rareOps[E comparable, T Traits[E]](d *Dict[E, T], rnd *rand.Rand, want map[string]E) {
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
func sameElements[E comparable, T Traits[E]](t *testing.T, d *Dict[E, T], rnd *rand.Rand, want map[string]E) {
	var traits T
	n := 0
	d.Each(func(e E) bool {
		must(t, want[string(traits.Key(e))] == e, "Each")
		n++
		return true
	})
	require.Equal(t, len(want), n)

	seen := map[string]bool{}
	for cursor := d.Scan(0, func(e E) { seen[string(traits.Key(e))] = true }); cursor != 0; {
		must(t, cursor < uint64(max(d.cur.buckets, d.next.buckets)), "a cursor is too large")
		cursor = d.Scan(cursor, func(e E) {
			must(t, !seen[string(traits.Key(e))], "shown twice though nothing changed")
			seen[string(traits.Key(e))] = true
		})
	}
	require.Len(t, seen, len(want))

	e, ok := d.Random(rnd.Uint64N)
	require.Equal(t, len(want) > 0, ok)
	if ok {
		require.True(t, want[string(traits.Key(e))] == e)
	}
	n = 0
	d.Each(func(E) bool { n++; return n < 3 })
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
		tab.insert(0, 1, number(n%numbers))
		if next := home.child(); next != 0 && seg.overflow(next).len() == slots {
			child = next
			home.setChild(0)
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
		require.Equal(t, tab.Buckets*7, tab.Slots)
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
	records := make([]*record, 1000)
	for i := range records {
		records[i] = newRecord(i)
		d.Insert(hashOf(i), records[i])
	}
	for d.Step(1) {
	}
	i := 0
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		r := records[i%len(records)]
		hash := Hash(r.key[:])
		got, _ := d.Find(hash, r.key[:])
		d.Swap(hash, r.key[:], got)
		d.Delete(hash, r.key[:])
		d.Insert(hash, r)
		i += 7
	}))
}
