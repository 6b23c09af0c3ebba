package zset

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// element and model are a sorted set as a sorted slice.
type element struct {
	member string
	score  float64
}

type model []element

func (m model) find(member string) int {
	return slices.IndexFunc(m, func(e element) bool { return e.member == member })
}

func (m *model) put(member string, score float64) {
	m.remove(member)
	e := element{member, score}
	i, _ := slices.BinarySearchFunc(*m, e, func(a, b element) int {
		if a.score != b.score {
			return cmp.Compare(a.score, b.score)
		}
		return strings.Compare(a.member, b.member)
	})
	*m = slices.Insert(*m, i, e)
}

func (m *model) remove(member string) {
	if i := m.find(member); i >= 0 {
		*m = slices.Delete(*m, i, i+1)
	}
}

// subject is what is tested: a Set or a Packed.
type subject interface {
	put(member string, score float64)
	remove(member string)
	removeRange(from, to int)
	Len() int
	Rank(member []byte) (int, float64, bool)
	ScoreRange(ScoreRange) (int, int)
	Iter(from, to int, reverse bool) Iter
	lex(LexRange) (int, int)
	check(testing.TB)
}

type setSubject struct{ *Set }

func (s setSubject) put(member string, score float64) {
	if at, _, ok := s.Find([]byte(member)); ok {
		s.SetScore(at, []byte(member), score)
	} else {
		s.Add(at, []byte(member), score)
	}
}
func (s setSubject) remove(member string)          { s.Remove([]byte(member)) }
func (s setSubject) removeRange(from, to int)      { s.RemoveRange(from, to) }
func (s setSubject) lex(r LexRange) (from, to int) { return s.LexRange(r) }

type packedSubject struct{ Packed }

func (s *packedSubject) put(member string, score float64) {
	if at, _ := s.Find([]byte(member)); at != 0 {
		s.Packed = s.SetScore(at, []byte(member), score)
	} else {
		s.Packed = s.Add([]byte(member), score)
	}
}

func (s *packedSubject) remove(member string) {
	if at, _ := s.Find([]byte(member)); at != 0 {
		s.Packed = s.RemoveAt(at)
	}
}
func (s *packedSubject) removeRange(from, to int)      { s.Packed = s.RemoveRange(from, to) }
func (s *packedSubject) lex(r LexRange) (from, to int) { return s.LexRange(r, false) }

// elements reads a range by an iterator.
func elements(it Iter) (all []element) {
	for member, ok := it.Next(); ok; member, ok = it.Next() {
		all = append(all, element{string(member), it.Score()})
	}
	return all
}

func (m model) compare(t *testing.T, s subject, rnd *rand.Rand) {
	t.Helper()
	require.Equal(t, len(m), s.Len())
	from := rnd.IntN(len(m) + 1)
	to := from + rnd.IntN(len(m)-from+1)
	part := slices.Clone(m[from:to])
	require.True(t, slices.Equal(part, elements(s.Iter(from, to, false))), "ranks %d to %d", from, to)
	slices.Reverse(part)
	require.True(t, slices.Equal(part, elements(s.Iter(from, to, true))), "ranks %d to %d backwards", from, to)
	if len(m) > 0 {
		i := rnd.IntN(len(m))
		rank, score, ok := s.Rank([]byte(m[i].member))
		require.True(t, ok)
		require.Equal(t, i, rank)
		require.Equal(t, m[i].score, score)
		m.compareScores(t, s, rnd)
	}
	_, _, ok := s.Rank([]byte("not there"))
	require.False(t, ok)
}

func (m model) compareScores(t *testing.T, s subject, rnd *rand.Rand) {
	t.Helper()
	bound := func() float64 {
		switch rnd.IntN(6) {
		case 0:
			return math.Inf(1)
		case 1:
			return math.Inf(-1)
		}
		return m[rnd.IntN(len(m))].score
	}
	r := ScoreRange{bound(), bound(), rnd.IntN(2) == 0, rnd.IntN(2) == 0}
	from, to := s.ScoreRange(r)
	var want []element
	for _, e := range m {
		if r.fromMin(e.score) && r.toMax(e.score) {
			want = append(want, e)
		}
	}
	require.True(t, slices.Equal(want, m[from:to]), "%+v", r)
}

func TestModel(t *testing.T) {
	for name, scores := range map[string]func(*rand.Rand, int) float64{
		"scattered": func(r *rand.Rand, _ int) float64 { return r.NormFloat64() * 1000 },
		"few":       func(r *rand.Rand, _ int) float64 { return float64(r.IntN(5)) },
		"one":       func(*rand.Rand, int) float64 { return 0.5 },
		"rising":    func(_ *rand.Rand, i int) float64 { return float64(i) },
		"falling":   func(_ *rand.Rand, i int) float64 { return float64(-i) },
		"edges": func(r *rand.Rand, _ int) float64 {
			return []float64{math.Inf(1), math.Inf(-1), 0, 1 << 53, -1 << 62, math.MaxFloat64, 5e-324, 1e300}[r.IntN(8)]
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, setSubject{New()}, scores, 1200, 1600)
			run(t, &packedSubject{NewPacked()}, scores, 60, 1000)
		})
	}
}

// run changes a set at random, in times of growth and of decline.
func run(t *testing.T, s subject, scores func(*rand.Rand, int) float64, members, steps int) {
	rnd := rand.New(rand.NewPCG(1, uint64(members)))
	var m model
	for i := range steps {
		member := fmt.Sprint(rnd.IntN(members))
		if rnd.IntN(20) == 0 {
			member = strings.Repeat("x", rnd.IntN(300))
		}
		growing := i*4/steps%2 == 0
		switch n := rnd.IntN(10); {
		case n < 7 == growing:
			score := scores(rnd, i)
			s.put(member, score)
			m.put(member, score)
		case n != 9 || len(m) == 0:
			if len(m) > 0 && rnd.IntN(4) != 0 {
				member = m[rnd.IntN(len(m))].member
			}
			s.remove(member)
			m.remove(member)
		default:
			from := rnd.IntN(len(m))
			to := min(len(m), from+rnd.IntN(1+rnd.IntN(200)))
			s.removeRange(from, to)
			m = slices.Delete(m, from, to)
		}
		s.check(t)
		m.compare(t, s, rnd)
	}
	s.removeRange(0, s.Len())
	s.check(t)
}

// TestDeep has a tree of three levels, by way of many members, and takes it down again from either end and amid.
func TestDeep(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	s := New()
	const n = 20_000
	for _, i := range rnd.Perm(n) {
		setSubject{s}.put(fmt.Sprintf("member:%d", i), float64(i))
	}
	s.check(t)
	require.Equal(t, 2, s.height)
	for i := 0; i < n; i += 997 {
		rank, _, _ := s.Rank(fmt.Appendf(nil, "member:%d", i))
		require.Equal(t, i, rank)
	}
	c := s.Clone()
	c.check(t)
	require.Equal(t, elements(s.Iter(0, n, false)), elements(c.Iter(0, n, false)))
	for s.Len() > 0 {
		k := min(s.Len(), 1+rnd.IntN(2000))
		s.RemoveRange(0, k)
		from := rnd.IntN(s.Len() + 1)
		s.RemoveRange(from, min(s.Len(), from+k))
		s.RemoveRange(max(0, s.Len()-k), s.Len())
		s.check(t)
	}
	s.Release()
	for _, i := range rnd.Perm(n) {
		require.True(t, c.Remove(fmt.Appendf(nil, "member:%d", i)))
		if i%500 == 0 {
			c.check(t)
		}
	}
	c.check(t)
	c.Release()
}

func TestLexRange(t *testing.T) {
	words := strings.Fields("alpha bar cool down elephant foo great hill omega 17 23 -5 B")
	s, z := setSubject{New()}, &packedSubject{NewPacked()}
	for _, w := range words {
		s.put(w, 2)
		z.put(w, 2)
	}
	slices.Sort(words)
	bounds := []LexBound{{Kind: LexFirst}, {Kind: LexLast}}
	for _, w := range append(words, "", "b", "zzz", "1", "foo\x00") {
		bounds = append(bounds, LexBound{Member: []byte(w)}, LexBound{Member: []byte(w), Open: true})
	}
	for _, lo := range bounds {
		for _, hi := range bounds {
			r := LexRange{lo, hi}
			var want []string
			for _, w := range words {
				if r.fromMin([]byte(w)) && r.toMax([]byte(w)) {
					want = append(want, w)
				}
			}
			for _, sub := range []subject{s, z} {
				from, to := sub.lex(r)
				require.True(t, slices.Equal(want, words[from:to]), "%+v", r)
			}
			from, to := z.LexRange(r, true)
			require.True(t, slices.Equal(want, words[from:to]), "%+v", r)
		}
	}
}

func TestBuilder(t *testing.T) {
	b := NewBuilder(10)
	var m model
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		member, score := fmt.Sprint(rnd.IntN(500)), float64(rnd.IntN(50))
		if rnd.IntN(3) == 0 {
			b.Remove([]byte(member))
			m.remove(member)
			continue
		}
		if at, _, ok := b.Find([]byte(member)); ok {
			b.SetScore(at, score)
		} else {
			b.Add(at, []byte(member), score)
		}
		m.put(member, score)
	}
	require.Equal(t, len(m), b.Len())
	s := b.Build()
	s.check(t)
	require.Equal(t, []element(m), elements(s.Iter(0, s.Len(), false)))
	z := s.Pack()
	z.check(t)
	require.Equal(t, []element(m), elements(z.Iter(0, z.Len(), false)))
	u := z.Unpack(z.Len())
	u.check(t)
	require.Equal(t, []element(m), elements(u.Iter(0, u.Len(), false)))
}

func TestScan(t *testing.T) {
	s := setSubject{New()}
	for i := range 1000 {
		s.put(fmt.Sprint(i), float64(i))
	}
	seen := map[string]float64{}
	for cursor, begun := uint64(0), false; !begun || cursor != 0; begun = true {
		cursor = s.Scan(cursor, func(member []byte, score float64) { seen[string(member)] = score })
	}
	require.Len(t, seen, 1000)
	require.Equal(t, 17.0, seen["17"])
}

// Redis writes whole scores as integers, others as the shortest text.
func TestPackedFormat(t *testing.T) {
	z := NewPacked()
	for i, score := range []float64{math.Copysign(0, -1), 5, -1 << 40, 0.1, 1e100, math.Inf(1), math.Inf(-1)} {
		z = z.Add(fmt.Appendf(nil, "m%d", i), score)
	}
	var texts []string
	for p := z.lp().First(); p != 0; p = z.lp().Next(p) {
		texts = append(texts, string(z.lp().AppendValue(nil, p)))
	}
	require.Equal(t, "m6 -inf m2 -1099511627776 m0 0 m3 0.1 m1 5 m4 1e+100 m5 inf", strings.Join(texts, " "))
	_, n, isInt := z.lp().Get(z.lp().Seek(3))
	require.True(t, isInt)
	require.Equal(t, int64(-1<<40), n)
}

func TestReadingAllocatesNothing(t *testing.T) {
	for _, s := range []subject{setSubject{New()}, &packedSubject{NewPacked()}} {
		for i := range 100 {
			s.put(fmt.Sprint(i), float64(i)/2)
		}
		var sink bytes.Buffer
		sink.Grow(1 << 12)
		fifty := []byte("50")
		require.Zero(t, testing.AllocsPerRun(10, func() {
			sink.Reset()
			it := s.Iter(0, 100, true)
			for member, ok := it.Next(); ok; member, ok = it.Next() {
				sink.Write(member)
				if it.Score() < 0 {
					panic("score")
				}
			}
			s.Rank(fifty)
			s.ScoreRange(ScoreRange{Min: 3, Max: 7})
		}))
	}
	s := setSubject{New()}
	for i := range 1000 {
		s.put(fmt.Sprint(i), float64(i))
	}
	i := 0
	member := []byte("500")
	require.Zero(t, testing.AllocsPerRun(100, func() {
		at, _, _ := s.Find(member)
		s.SetScore(at, member, float64(i*7919%1000))
		i++
	}))
}
