package stream

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// check fails when the stream is not in order: blocks, counts, and each group's entries with their consumers.
func (s *Stream) check(t testing.TB) {
	s.blocks.check(t)
	length, bytes := 0, 0
	for base, lp := range s.EachBlock {
		require.NoError(t, ValidateBlock(base, lp))
		require.Positive(t, readHeader(lp).count, "a block without an entry")
		length += readHeader(lp).count
		bytes += cap(lp)
	}
	require.Equal(t, length, s.length)
	require.Equal(t, bytes, s.bytes)
	s.groups.check(t)
	for g := range s.EachGroup() {
		g.pending.check(t)
		n := 0
		for c := range g.EachConsumer() {
			c.pending.check(t)
			n += c.pending.n
			for id := range c.EachPending(ID{}) {
				require.Same(t, c, g.PendingEntry(id).Consumer)
			}
		}
		require.Equal(t, n, g.Pending())
		for _, p := range g.EachPending(ID{}) {
			require.GreaterOrEqual(t, p.Time, g.oldest)
		}
	}
}

type entry struct {
	id     ID
	fields []string
}

// entries are those of a range, as an iterator shows them.
func (s *Stream) entries(from, to ID, reverse bool) []entry {
	var list []entry
	var a, b [20]byte
	for it := s.Range(from, to, reverse); it.Next(); {
		e := entry{id: it.ID()}
		if it.ID().Seq%3 > 0 { // some are passed over
			for range it.Fields() {
				f, v := it.Field()
				e.fields = append(e.fields, string(f.Text(&a)), string(v.Text(&b)))
			}
		} else if it.Fields() > 0 {
			f, v := it.Field()
			e.fields = append(e.fields, string(f.Text(&a)), string(v.Text(&b)))
		}
		list = append(list, e)
	}
	return list
}

// model is a stream as a slice.
type model struct {
	list       []entry
	maxDeleted ID
	added      int64
	last       ID
	pending    [2]map[ID]string // consumers by id
	read       [2]ID
}

func (m *model) index(id ID) (int, bool) {
	return slices.BinarySearchFunc(m.list, id, func(e entry, id ID) int { return e.id.Compare(id) })
}

func (m *model) entries(from, to ID, reverse bool) []entry {
	i, _ := m.index(from)
	j, found := m.index(to)
	if found {
		j++
	}
	if i >= j {
		return nil
	}
	var list []entry
	for _, e := range m.list[i:j] {
		if e.id.Seq%3 == 0 {
			e.fields = e.fields[:2]
		}
		list = append(list, e)
	}
	if reverse {
		slices.Reverse(list)
	}
	return list
}

func (m *model) referenced(id ID) bool {
	for i, p := range m.pending {
		if _, ok := p[id]; ok || m.read[i].Compare(id) < 0 {
			return true
		}
	}
	return false
}

// trim removes entries as Trim does when it may do it exactly.
func (m *model) trim(t Trim) int {
	n := len(m.list)
	m.list = slices.DeleteFunc(m.list, func(e entry) bool {
		if t.ByID && e.id.Compare(t.MinID) >= 0 || !t.ByID && n <= t.MaxLen || t.Refs == AckedOnly && m.referenced(e.id) {
			return false
		}
		if t.Refs == DropRefs {
			delete(m.pending[0], e.id)
			delete(m.pending[1], e.id)
		}
		n--
		return true
	})
	return n
}

func randomFields(rng *rand.Rand) []string {
	value := func() string {
		if rng.IntN(2) == 0 {
			return strconv.FormatInt(rng.Int64()>>rng.IntN(64), 10)
		}
		return strings.Repeat("v", rng.IntN(80))
	}
	switch rng.IntN(5) {
	case 0:
		return []string{"12", value()}
	case 1:
		return []string{"other", value(), "", value(), "b", value()}
	}
	return []string{"temperature", value(), "humidity", value()}
}

func slicesOf(words []string) [][]byte {
	var b [][]byte
	for _, w := range words {
		b = append(b, []byte(w))
	}
	return b
}

func TestAgainstSlice(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { playAgainstSlice(t, rand.New(rand.NewPCG(seed, 3))) })
	}
}

func playAgainstSlice(t *testing.T, rng *rand.Rand) {
	lim := []Limits{{4096, 100}, {200, 0}, {0, 7}, {1, 1}, {4096, 300}}[rng.IntN(5)]
	s, m := New(), &model{pending: [2]map[ID]string{{}, {}}}
	groups := [2]*Group{s.CreateGroup([]byte("a"), ID{}, 0), s.CreateGroup([]byte("b"), ID{}, 0)}
	some := func() ID {
		if len(m.list) == 0 || rng.IntN(4) == 0 {
			return ID{rng.Uint64N(m.last.MS + 2), rng.Uint64N(3)}
		}
		return m.list[rng.IntN(len(m.list))].id
	}
	for step := range 1200 {
		switch rng.IntN(12) {
		case 0:
			id := some()
			i, found := m.index(id)
			require.Equal(t, found, s.Contains(id))
			require.Equal(t, found, s.Delete(id))
			if found {
				m.list = slices.Delete(m.list, i, i+1)
				if id.Compare(m.maxDeleted) > 0 {
					m.maxDeleted = id
				}
			}
		case 1:
			tr := Trim{ByID: rng.IntN(2) == 0, MinID: some(), MaxLen: max(0, len(m.list)-rng.IntN(9)), Refs: References(rng.IntN(3))}
			if rng.IntN(20) == 0 {
				tr.MaxLen = rng.IntN(10)
			}
			if rng.IntN(2) == 0 { // whatever is removed, it is a beginning
				tr.Approx, tr.Limit, tr.Refs = true, rng.IntN(300), KeepRefs
				twin := s.Clone()
				n, stop := s.Trim(tr, nil)
				k, _ := twin.Trim(Trim{ByID: true, MinID: stop}, nil)
				require.Equal(t, n, k)
				require.LessOrEqual(t, n, len(m.list))
				require.True(t, n == 0 || tr.Limit == 0 || n <= tr.Limit)
				require.True(t, n == 0 || tr.ByID || len(m.list)-n >= tr.MaxLen)
				m.list = m.list[n:]
			} else {
				had := len(m.list)
				called := 0
				n, _ := s.Trim(tr, func() { called++ })
				require.Equal(t, had-m.trim(tr), n)
				require.Equal(t, min(n, 1), called)
			}
		case 2:
			i := rng.IntN(2)
			for id := range m.pending[i] {
				delete(m.pending[i], id)
				require.True(t, groups[i].Ack(id))
				require.False(t, groups[i].Ack(id))
				break
			}
		case 3, 4:
			i, name := rng.IntN(2), fmt.Sprint("consumer", rng.IntN(3))
			g := groups[i]
			c := g.Consumer([]byte(name))
			if c == nil {
				c = g.CreateConsumer([]byte(name), 1)
			}
			from, _ := g.LastID.Next()
			if rng.IntN(5) == 0 {
				from = some()
			}
			n := 0
			for it := s.Range(from, MaxID, false); n < 5 && it.Next(); n++ {
				m.read[i] = slices.MaxFunc([]ID{m.read[i], it.ID()}, ID.Compare)
				s.Deliver(g, it.ID())
				g.Assign(it.ID(), c, int64(step), 1)
				m.pending[i][it.ID()] = name
			}
		case 5:
			i := rng.IntN(2)
			c := groups[i].Consumer(fmt.Append(nil, "consumer", rng.IntN(3)))
			if c != nil && rng.IntN(10) == 0 {
				n := len(m.pending[i])
				deleteValue(m.pending[i], c.name)
				require.Equal(t, n-len(m.pending[i]), groups[i].DeleteConsumer(c))
			}
		default:
			id, ok := s.NextID(m.last.MS + rng.Uint64N(3))
			require.True(t, ok)
			e := entry{id, randomFields(rng)}
			require.True(t, s.Add(id, slicesOf(e.fields), lim))
			m.list = append(m.list, e)
			m.last = id
			m.added++
		}
		if step%40 == 0 || step > 1190 {
			s.check(t)
			require.Equal(t, m.entries(ID{}, MaxID, false), s.entries(ID{}, MaxID, false))
			for i, g := range groups {
				require.Equal(t, len(m.pending[i]), g.Pending())
				for id, p := range g.EachPending(ID{}) {
					require.Equal(t, m.pending[i][id], p.Consumer.name)
				}
			}
		}
		from, to, reverse := some(), some(), rng.IntN(2) == 0
		require.Equal(t, m.entries(from, to, reverse), s.entries(from, to, reverse), "%v %v %v", from, to, reverse)
		require.Equal(t, State{m.last, m.maxDeleted, m.added}, s.State())
		last, ok := s.LastEntry()
		require.Equal(t, len(m.list) > 0, ok)
		if ok {
			require.Equal(t, m.list[0].id, s.First())
			require.Equal(t, m.list[len(m.list)-1].id, last)
		} else {
			require.True(t, s.First().IsZero())
		}
	}
	requireCopies(t, s, m)
}

// requireCopies tells whether clones and streams made of blocks are equal.
func requireCopies(t *testing.T, s *Stream, m *model) {
	c := s.Clone()
	c.check(t)
	all := m.entries(ID{}, MaxID, false)
	require.Equal(t, all, c.entries(ID{}, MaxID, false))
	loaded := New()
	for base, lp := range s.EachBlock {
		require.NoError(t, loaded.AddBlock(base, lp.Clone()))
		require.ErrorIs(t, loaded.AddBlock(base, lp.Clone()), ErrBlock, "not behind the others")
	}
	loaded.SetState(s.State())
	loaded.check(t)
	require.Equal(t, all, loaded.entries(ID{}, MaxID, false))
	require.Equal(t, s.First(), loaded.First())
	s.Trim(Trim{Refs: DropRefs}, nil)
	s.check(t)
	require.Zero(t, s.Blocks())
	c.check(t)
	require.Equal(t, all, c.entries(ID{}, MaxID, false))
	require.Positive(t, c.Bytes())
}

func deleteValue(m map[ID]string, v string) {
	for id, w := range m {
		if v == w {
			delete(m, id)
		}
	}
}

// The bytes that Redis 7 has for: XADD s 1-1 a 1 b 2; XADD s 1-2 a x b y; XADD s 2-0 c 300; XDEL s 1-2.
func TestFormat(t *testing.T) {
	s := New()
	lim := Limits{4096, 100}
	for _, e := range []entry{{ID{1, 1}, []string{"a", "1", "b", "2"}}, {ID{1, 2}, []string{"a", "x", "b", "y"}},
		{ID{2, 0}, []string{"c", "300"}}} {
		require.True(t, s.Add(e.id, slicesOf(e.fields), lim))
	}
	require.True(t, s.Delete(ID{1, 2}))
	want := "\x02\x01" + "\x01\x01" + "\x02\x01" + "\x81a\x02" + "\x81b\x02" + "\x00\x01" + // count deleted n a b 0
		"\x02\x01" + "\x00\x01" + "\x00\x01" + "\x01\x01" + "\x02\x01" + "\x05\x01" + // flags ms seq 1 2 5
		"\x03\x01" + "\x00\x01" + "\x01\x01" + "\x81x\x02" + "\x81y\x02" + "\x05\x01" +
		"\x00\x01" + "\x01\x01" + "\xdf\xff\x02" + "\x01\x01" + "\x81c\x02" + "\xc1\x2c\x02" + "\x06\x01" + "\xff"
	header := binary.LittleEndian.AppendUint32(nil, uint32(6+len(want)))
	want = string(binary.LittleEndian.AppendUint16(header, 25)) + want
	for base, lp := range s.EachBlock {
		require.Equal(t, ID{1, 1}, base)
		require.Equal(t, want, string(lp))
	}
}

func TestIDs(t *testing.T) {
	top := uint64(math.MaxUint64)
	for _, tc := range []struct {
		id, next ID
		ok       bool
	}{{ID{}, ID{0, 1}, true}, {ID{5, top}, ID{6, 0}, true}, {MaxID, ID{}, false}} {
		next, ok := tc.id.Next()
		require.Equal(t, tc.ok, ok)
		require.Equal(t, tc.next, next)
		prev, ok := tc.next.Prev()
		require.Equal(t, tc.ok, ok)
		require.Equal(t, tc.id, prev)
	}
	require.Equal(t, "18446744073709551615-18446744073709551615", MaxID.String())
	require.Len(t, MaxID.String(), MaxIDText)
	s := New()
	s.SetState(State{Last: MaxID})
	_, ok := s.NextID(5)
	require.False(t, ok)
	s.SetState(State{Last: ID{7, 3}})
	id, _ := s.NextID(6)
	require.Equal(t, ID{7, 4}, id)
	id, _ = s.NextID(8)
	require.Equal(t, ID{8, 0}, id)
}

func TestTooLarge(t *testing.T) {
	big := make([]byte, MaxEntryBytes)
	require.False(t, New().Add(ID{1, 1}, [][]byte{{'x'}, big}, Limits{}))
}

func TestAddingDoesNotAllocate(t *testing.T) {
	s := New()
	fields := slicesOf([]string{"field", "value"})
	n := uint64(0)
	add := func() {
		n++
		s.Add(ID{1700000000000, n}, fields, Limits{4096, 100})
	}
	for range 105 {
		add()
	}
	require.Zero(t, testing.AllocsPerRun(90, add), "while the block has room")
	require.LessOrEqual(t, testing.AllocsPerRun(5, func() {
		for range 1000 {
			add()
		}
	}), 60.0, "a block for each hundred, cut to size when it is full")
}

func FuzzValidateBlock(f *testing.F) {
	s := New()
	for i := range uint64(6) {
		s.Add(ID{5, i + 1}, slicesOf([]string{"f", fmt.Sprint("v", i)}), Limits{4096, 100})
	}
	s.Add(ID{7, 0}, slicesOf([]string{"g", "-300", "h", ""}), Limits{4096, 100})
	s.Delete(ID{5, 3})
	for base, lp := range s.EachBlock {
		f.Add(base.MS, base.Seq, []byte(lp), true)
		f.Add(base.MS, base.Seq, []byte(lp[:len(lp)-3]), true)
		f.Add(base.MS, base.Seq, []byte(lp), false)
	}
	f.Add(uint64(0), uint64(0), []byte(listpack.New(0)), false)
	f.Fuzz(func(t *testing.T, ms, seq uint64, b []byte, mend bool) {
		b = slices.Clone(b)
		if mend && len(b) > listpack.EmptyBytes { // the listpack's own frame, so that the rest is looked at
			binary.LittleEndian.PutUint32(b, uint32(len(b)))
			binary.LittleEndian.PutUint16(b[4:], math.MaxUint16)
			b[len(b)-1] = 0xff
		}
		s := New()
		if s.AddBlock(ID{ms, seq}, b) != nil {
			return
		}
		forward, backward := s.entries(ID{}, MaxID, false), s.entries(ID{}, MaxID, true)
		require.Len(t, forward, s.Len())
		slices.Reverse(backward)
		require.Equal(t, forward, backward)
		for _, e := range forward {
			require.True(t, s.Delete(e.id))
		}
		require.Zero(t, s.Len())
	})
}
