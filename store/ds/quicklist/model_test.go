package quicklist

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestModel(t *testing.T) {
	for _, fill := range fills {
		t.Run(strconv.Itoa(fill), func(t *testing.T) {
			m := &machine{r: rand.New(rand.NewPCG(uint64(fill), 7)), l: New(fill)}
			for step := range 500 {
				m.step(t)
				if step%checkEvery == 0 {
					checkStructure(t, m.l)
				}
				if step%50 == 0 || len(m.model) < 5 {
					checkModel(t, m.l, m.model)
				}
			}
			checkModel(t, m.l.Clone(), m.model)
		})
	}
}

// machine makes the same random change to a list and to a slice.
type machine struct {
	r     *rand.Rand
	l     *List
	model [][]byte
	grow  bool
}

func (m *machine) step(t *testing.T) {
	if len(m.model) > 400 {
		m.grow = false
	} else if len(m.model) < 3 {
		m.grow = true
	}
	v := randomText(m.r)
	kinds := []func(*testing.T, []byte){m.push, m.push, m.insert, m.insert, m.replace, m.pop, m.find, m.remove, m.move}
	if !m.grow {
		kinds = append(kinds, m.pop, m.pop, m.pop, m.deleteRange, m.trim)
	}
	kinds[m.r.IntN(len(kinds))](t, v)
}

func (m *machine) index() int { return m.r.IntN(len(m.model) + 1) }

func (m *machine) push(_ *testing.T, v []byte) {
	if m.r.IntN(2) == 0 {
		m.l.PushFront(v)
		m.model = slices.Insert(m.model, 0, v)
	} else {
		m.l.PushBack(v)
		m.model = append(m.model, v)
	}
}

func (m *machine) pop(t *testing.T, _ []byte) {
	pop, i := m.l.PopFront, 0
	if m.r.IntN(2) == 0 {
		pop, i = m.l.PopBack, len(m.model)-1
	}
	got, ok := pop([]byte(">"))
	require.Equal(t, len(m.model) > 0, ok)
	if ok {
		require.Equal(t, ">"+string(m.model[i]), string(got))
		m.model = slices.Delete(m.model, i, i+1)
	}
}

func (m *machine) insert(t *testing.T, v []byte) {
	i, after := m.index(), m.r.IntN(2) == 0
	at := i
	if m.r.IntN(2) == 0 {
		at = i - len(m.model) // the same element, or the first for i past the end
		i %= max(1, len(m.model))
	}
	require.Equal(t, i < len(m.model), m.l.Insert(at, v, after))
	if i < len(m.model) {
		if after {
			i++
		}
		m.model = slices.Insert(m.model, i, v)
	}
}

// known is the text of an element most of the time.
func (m *machine) known() []byte {
	if len(m.model) == 0 || m.r.IntN(10) == 0 {
		return randomText(m.r)
	}
	return m.model[m.r.IntN(len(m.model))]
}

func (m *machine) replace(t *testing.T, v []byte) {
	i := m.index()
	at := i
	if m.r.IntN(2) == 0 {
		at = i - len(m.model) // the same element, or the first for i past the end
		i %= max(1, len(m.model))
	}
	require.Equal(t, i < len(m.model), m.l.Replace(at, v))
	if i < len(m.model) {
		m.model[i] = v
		got, _ := m.l.Index(i)
		require.True(t, got.Equal(v))
	}
}

func (m *machine) deleteRange(t *testing.T, _ []byte) {
	i, n := m.index(), m.r.IntN(60)-1
	want := max(0, min(n, len(m.model)-i))
	require.Equal(t, want, m.l.DeleteRange(i, n))
	m.model = slices.Delete(m.model, i, i+want)
}

func (m *machine) trim(t *testing.T, _ []byte) {
	if first := m.index(); first < len(m.model) {
		n := 1 + m.r.IntN(len(m.model)-first)
		m.l.Trim(first, n)
		m.model = m.model[first : first+n]
	}
}

func (m *machine) find(t *testing.T, _ []byte) {
	v, back, most, stop := m.known(), m.r.IntN(2) == 0, m.index(), m.r.IntN(5)
	var want, got []int
	for k := range min(most, len(m.model)) {
		i := k
		if back {
			i = len(m.model) - 1 - k
		}
		if bytes.Equal(m.model[i], v) && len(want) <= stop {
			want = append(want, i)
		}
	}
	m.l.Find(v, back, most, func(i int) bool {
		got = append(got, i)
		return len(got) <= stop
	})
	require.Equal(t, want, got)
}

// remove makes equal neighbours first, sometimes.
func (m *machine) remove(t *testing.T, _ []byte) {
	v, count, back, from := m.known(), m.r.IntN(4), m.r.IntN(2) == 0, m.index()
	for range m.r.IntN(3) {
		if i := m.l.First(v, back); i >= 0 {
			require.True(t, m.l.Insert(i, v, back))
			m.model = slices.Insert(m.model, i, v)
		}
	}
	want := 0
	del := func(i int) {
		if want < count && bytes.Equal(m.model[i], v) {
			m.model = slices.Delete(m.model, i, i+1)
			want++
		}
	}
	if back {
		for i := from; i >= 0 && from < len(m.model)+want; i-- {
			del(i)
		}
	} else {
		for i := from; i < len(m.model); {
			n := want
			if del(i); want == n {
				i++
			}
		}
	}
	require.Equal(t, want, m.l.Remove(from, v, back, count))
}

// move goes round in the list, or to another one and back.
func (m *machine) move(t *testing.T, _ []byte) {
	first, front := m.r.IntN(2) == 0, m.r.IntN(2) == 0
	other := m.l
	if m.r.IntN(2) == 0 {
		other = New(m.l.Fill())
	}
	got, ok := Move([]byte(">"), m.l, other, first, front)
	require.Equal(t, len(m.model) > 0, ok)
	if !ok {
		return
	}
	i := 0
	if !first {
		i = len(m.model) - 1
	}
	v := m.model[i]
	require.Equal(t, ">"+string(v), string(got))
	m.model = slices.Delete(m.model, i, i+1)
	if other != m.l {
		checkModel(t, m.l, m.model)
		checkModel(t, other, [][]byte{v})
		_, ok = Move(nil, other, m.l, true, front)
		require.True(t, ok)
		checkModel(t, other, nil)
	}
	if front {
		m.model = slices.Insert(m.model, 0, v)
	} else {
		m.model = append(m.model, v)
	}
}

// tape is a source of numbers that are made of given bytes, while there are any.
type tape struct {
	bytes []byte
	n     uint64
}

func (t *tape) Uint64() uint64 {
	t.n += 0x9E3779B97F4A7C15
	if len(t.bytes) == 0 {
		return t.n
	}
	b := t.bytes[0]
	t.bytes = t.bytes[1:]
	return uint64(b)<<56 | t.n>>16<<8 | uint64(b)
}

// FuzzOperations makes the model test's changes in an order, and with values, that the fuzzer chooses.
func FuzzOperations(f *testing.F) {
	f.Add(uint8(0), []byte("some changes, whatever they are"))
	f.Add(uint8(4), bytes.Repeat([]byte{7, 99, 200, 31}, 50))
	f.Fuzz(func(t *testing.T, fill uint8, data []byte) {
		from := &tape{bytes: data}
		m := &machine{r: rand.New(from), l: New(fills[int(fill)%len(fills)])}
		for step := 0; len(from.bytes) > 0 && step < 300; step++ {
			m.step(t)
			checkStructure(t, m.l)
		}
		checkModel(t, m.l, m.model)
	})
}
