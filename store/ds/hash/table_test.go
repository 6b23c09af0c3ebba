package hash

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// model is what a hash must hold: value and deadline of each field.
type model map[string]struct {
	value string
	at    int64
}

// check compares a table with the model, and looks at how it is built.
func check(t *testing.T, h *Table, m model) {
	t.Helper()
	require.Equal(t, len(m), h.Len())
	timed, earliest := 0, int64(0)
	for field, want := range m {
		ref := h.Find([]byte(field))
		require.NotZero(t, ref, "%q is missing", field)
		require.Equal(t, field, string(h.Field(ref)))
		require.Equal(t, want.value, string(h.Value(ref)))
		require.Equal(t, want.at, h.Deadline(ref))
		if want.at != 0 {
			timed++
			if earliest == 0 || want.at < earliest {
				earliest = want.at
			}
		}
	}
	require.Equal(t, timed, h.Timed())
	at, ok := h.Next()
	require.Equal(t, timed > 0, ok)
	require.Equal(t, earliest, at)
	for i := range h.due.n {
		e := *h.due.at(i)
		b := h.slab.At(e.ref)
		require.Equal(t, i, place(b, parse(b)), "a field does not know its place")
		require.True(t, i == 0 || h.due.at((i-1)/2).at <= e.at, "the heap is in disorder")
	}
	live := 0
	h.Each(func(ref Ref) bool {
		live += len(h.Field(ref))
		return true
	})
	for field := range m {
		live -= len(field)
	}
	require.Zero(t, live)
}

func anyText(rnd *rand.Rand, most int) string {
	switch rnd.IntN(12) {
	case 0:
		return ""
	case 1:
		return strings.Repeat("x", rnd.IntN(20*most))
	case 2:
		return strings.Repeat("y", rnd.IntN(300*most))
	}
	return fmt.Sprint(rnd.IntN(most))
}

func TestTableAgainstModel(t *testing.T) {
	for seed := range uint64(10) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		h, m := New(), model{}
		most := 1 + rnd.IntN(200)
		for step := range 1500 {
			field := anyText(rnd, most)
			key, old := []byte(field), m[field]
			ref := h.Find(key)
			_, known := m[field]
			require.Equal(t, known, ref != 0)
			switch op := rnd.IntN(10); {
			case op < 4:
				old.value = anyText(rnd, most)
				require.Equal(t, !known, h.Set(key, []byte(old.value)))
				m[field] = old
			case !known:
			case op < 6:
				old.at = 1 + rnd.Int64N(100)
				ref = h.Expire(ref, old.at)
				require.Equal(t, field, string(h.Field(ref)))
				m[field] = old
			case op == 6 && old.at != 0:
				old.at = 0
				ref = h.Persist(ref)
				require.Equal(t, old.value, string(h.Value(ref)))
				m[field] = old
			case op == 7:
				h.Delete(ref)
				delete(m, field)
			case op == 8:
				now := rnd.Int64N(20)
				due := 0
				for _, f := range m {
					if f.at != 0 && f.at <= now {
						due++
					}
				}
				require.Equal(t, due, h.DueLen(now))
				if due := h.Due(now); due != 0 {
					delete(m, string(h.Field(due)))
					h.Delete(due)
				}
			}
			if step%50 == 0 {
				check(t, h, m)
			}
		}
		check(t, h, m)
		c := h.Clone()
		check(t, c, m)
		for len(m) > 0 {
			ref := h.Random(rnd.Uint64N)
			delete(m, string(h.Field(ref)))
			h.Delete(ref)
		}
		check(t, h, m)
		require.Zero(t, h.slab.Live())
		h.Release()
		c.Release()
	}
}

// TestManyDeadlines has more than a chunk of them.
func TestManyDeadlines(t *testing.T) {
	const n = 3*chunkElements + 5
	h := New()
	for i := range n {
		h.Set([]byte(fmt.Sprint(i)), []byte("v"))
		h.Expire(h.Find([]byte(fmt.Sprint(i))), int64(1+i*7919%n))
	}
	require.Equal(t, n, h.DueLen(n+1))
	for i := range n {
		require.Zero(t, h.Due(int64(i)))
		ref := h.Due(int64(i + 1))
		require.NotZero(t, ref)
		h.Delete(ref)
	}
	require.Zero(t, h.Len())
	require.Zero(t, h.due.bytes())
}

func TestScan(t *testing.T) {
	h := New()
	for i := range 1000 {
		h.Set([]byte(fmt.Sprint(i)), []byte("v"))
	}
	seen := map[string]bool{}
	for cursor := uint64(0); ; {
		cursor = h.Scan(cursor, func(ref Ref) { seen[string(h.Field(ref))] = true })
		if cursor == 0 {
			break
		}
	}
	require.Len(t, seen, 1000)
}

func TestBytesPerField(t *testing.T) {
	h := New()
	const n = 200_000
	for i := range n {
		h.Set(fmt.Appendf(nil, "f:%08d", i), fmt.Appendf(nil, "v:%08d", i))
	}
	t.Logf("%d bytes a field", h.Bytes()/n)
	require.Less(t, h.Bytes()/n, 48)
	require.Equal(t, 24, h.slab.Live()/n)
}

func TestAllocations(t *testing.T) {
	h := New()
	field, value := []byte("field"), []byte("value")
	h.Set(field, value)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		h.Set(field, value)
		ref := h.Find(field)
		_ = h.Value(ref)
	}))
}

func TestPackedAgainstModel(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 3))
	for range 50 {
		lp, m := listpack.New(0), map[string]string{}
		for range 300 {
			field, value := anyText(rnd, 20), anyText(rnd, 20)
			p := Find(lp, []byte(field))
			_, known := m[field]
			require.Equal(t, known, p != 0)
			if rnd.IntN(3) == 0 {
				if known {
					lp = Delete(lp, p)
					delete(m, field)
				}
			} else {
				before, room := lp.Bytes(), Growth(lp, p, []byte(field), []byte(value))
				lp = Put(lp, p, []byte(field), []byte(value))
				require.LessOrEqual(t, lp.Bytes(), before+room)
				m[field] = value
			}
			require.Equal(t, 2*len(m), lp.Len())
		}
		n := 0
		Each(lp, func(field, value []byte) bool {
			require.Equal(t, m[string(field)], string(value))
			var scratch [MaxInt]byte
			require.Equal(t, string(value), string(Text(lp, Find(lp, field), scratch[:])))
			n++
			return true
		})
		require.Len(t, m, n)
		require.NoError(t, lp.Validate(true))
	}
}

func benchmarkTable(n int) *Table {
	h := New()
	for i := range n {
		h.Set(fmt.Appendf(nil, "f:%08d", i), fmt.Appendf(nil, "v:%08d", i))
	}
	return h
}

func BenchmarkFind(b *testing.B) {
	h := benchmarkTable(1_000_000)
	var field [10]byte
	i := 0
	for b.Loop() {
		h.Find(fmt.Appendf(field[:0], "f:%08d", i%1_000_000))
		i += 7919
	}
}

func BenchmarkSet(b *testing.B) {
	h := benchmarkTable(1_000_000)
	var field [10]byte
	value := []byte("w:12345678")
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		h.Set(fmt.Appendf(field[:0], "f:%08d", i%1_000_000), value)
		i += 7919
	}
}
