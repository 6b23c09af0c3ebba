package expire

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/rounds"
)

// entry is what an owner has of a key with a TTL.
type entry struct {
	at int64
	h  uint32 // the number of its node
}

// pool holds nodes and knows whose they are. The number given out is the one that was longest out of use, so that nodes
// lie in no order.
type pool struct {
	nodes []*Node
	owner []*entry
	free  []uint32
	asked int // how often a node was looked for
}

// Node implements Nodes.
func (p *pool) Node(ref uint32) *Node { p.asked++; return p.nodes[ref] }

// give finds a place for the node of e.
func (p *pool) give(e *entry) {
	if len(p.free) == 0 {
		for range 1 + len(p.nodes) {
			p.free = append(p.free, uint32(len(p.nodes)))
			p.nodes, p.owner = append(p.nodes, new(Node)), append(p.owner, nil)
		}
	}
	e.h = p.free[0]
	p.free = p.free[1:]
	p.owner[e.h] = e
}

func (p *pool) take(e *entry) {
	p.owner[e.h] = nil
	p.free = append(p.free, e.h)
}

type wheel = Wheel[*pool]

func newWheel(now int64) *wheel {
	return New(now, &pool{nodes: make([]*Node, 1), owner: make([]*entry, 1)})
}

func add(w *wheel, at int64) *entry {
	e := &entry{at: at}
	w.nodes.give(e)
	w.Add(e.h, at)
	return e
}

func remove(w *wheel, e *entry) {
	w.Remove(e.h)
	w.nodes.take(e)
}

func move(w *wheel, e *entry, at int64) {
	e.at = at
	w.Move(e.h, at)
}

// relocate copies the node of e to another place.
func relocate(w *wheel, e *entry) {
	p, old := w.nodes, e.h
	p.give(e)
	*p.nodes[e.h] = *p.nodes[old]
	w.Moved(e.h)
	*p.nodes[old] = Node{}
	p.owner[old] = nil
	p.free = append(p.free, old)
}

func each(w *wheel, visit func(*entry)) {
	w.Each(func(ref uint32) { visit(w.nodes.owner[ref]) })
}

// advance is Advance with entries instead of numbers.
func advance(w *wheel, now int64, max int, due func(*entry)) bool {
	return w.Advance(now, max, func(ref uint32) {
		e := w.nodes.owner[ref]
		w.nodes.take(e)
		due(e)
	})
}

func TestSizes(t *testing.T) {
	require.EqualValues(t, 16, unsafe.Sizeof(Node{}))
	require.LessOrEqual(t, int(unsafe.Sizeof(wheel{})), 128, "an empty wheel is small")
}

func TestOrdinalKeepsOrder(t *testing.T) {
	times := []int64{math.MinInt64, math.MinInt64 + 1, -1, 0, 1, 1 << 40, math.MaxInt64 - 1, math.MaxInt64}
	for i, ms := range times {
		require.Equal(t, ms, millis(ordinal(ms)))
		if i > 0 {
			require.Less(t, ordinal(times[i-1]), ordinal(ms))
		}
	}
}

func TestFiresAtItsMillisecond(t *testing.T) {
	for _, now := range []int64{0, 1_700_000_000_000, -5, math.MaxInt64 - 1<<40, math.MinInt64} {
		for _, ttl := range []int64{1, 2, 63, 64, 65, 4095, 4096, 1 << 18, 1<<40 - 1} {
			w := newWheel(now)
			add(w, now+ttl)
			require.False(t, advance(w, now+ttl-1, 100, func(*entry) { t.Fatal("early") }))
			check(t, w)
			next, ok := w.Next()
			require.True(t, ok)
			require.LessOrEqual(t, next, now+ttl)
			require.Greater(t, next, now+ttl-1)
			fired := 0
			require.False(t, advance(w, now+ttl, 100, func(*entry) { fired++ }))
			require.Equal(t, 1, fired)
			require.Zero(t, w.Len())
			_, ok = w.Next()
			require.False(t, ok)
		}
	}
}

func TestJumpToTheEndOfTime(t *testing.T) {
	w := newWheel(math.MinInt64)
	for _, at := range []int64{math.MinInt64, -1, 0, 1, 1 << 50, math.MaxInt64 - 1, math.MaxInt64} {
		add(w, at)
	}
	var got []int64
	fire := func(e *entry) { got = append(got, e.at) }
	require.False(t, advance(w, math.MaxInt64-1, 1000, fire))
	require.Equal(t, []int64{math.MinInt64, -1, 0, 1, 1 << 50, math.MaxInt64 - 1}, got)
	check(t, w)
	require.False(t, advance(w, math.MinInt64, 1000, fire))
	check(t, w)
	require.Len(t, got, 6)
	require.False(t, advance(w, math.MaxInt64, 1000, fire))
	require.Len(t, got, 7)
}

// TestJumpCostsOnlyWhatIsThere counts the work of a jump of years.
func TestJumpCostsOnlyWhatIsThere(t *testing.T) {
	const year = 365 * 24 * 3600 * 1000
	w := newWheel(0)
	for i := range int64(100) {
		add(w, i*year+i)
	}
	fired, calls := 0, 1
	for advance(w, 99*year, 10, func(*entry) { fired++ }) {
		calls++
		check(t, w)
	}
	require.Equal(t, 99, fired)
	require.Less(t, calls, 60)
}

func TestWorkIsBounded(t *testing.T) {
	w := newWheel(0)
	for range 1000 {
		add(w, 5000)
	}
	fired, calls := 0, 0
	for now := int64(4990); ; calls++ {
		w.nodes.asked = 0
		before := fired
		more := advance(w, now, 7, func(*entry) { fired++ })
		require.LessOrEqual(t, w.nodes.asked, 8*7+8)
		require.LessOrEqual(t, fired-before, 7)
		if !more && now == 5000 {
			break
		}
		if !more {
			require.Zero(t, fired)
			now = 5000
		}
	}
	require.Equal(t, 1000, fired)
	require.GreaterOrEqual(t, calls, 2*1000/7, "filing again counts as work")
	require.False(t, advance(w, 6000, 0, nil), "without work left no budget is needed")
}

func TestMisuse(t *testing.T) {
	w := newWheel(0)
	e := add(w, 10)
	require.EqualValues(t, 10, w.nodes.nodes[e.h].Deadline())
	require.Panics(t, func() { w.Add(e.h, 5) })
	remove(w, e)
	require.Panics(t, func() { w.Move(e.h, 5) })
	require.Panics(t, func() { w.Remove(e.h) })
	require.Panics(t, func() { w.Add(0, 5) })
	require.Panics(t, func() { w.Add(1<<31, 5) })
}

func TestMoved(t *testing.T) {
	w := newWheel(0)
	e := add(w, 10)
	relocate(w, e) // the only one of its slot
	check(t, w)
	each(w, func(found *entry) { require.Same(t, e, found) })
	advance(w, 10, 5, func(found *entry) { require.Same(t, e, found) })
	require.Zero(t, w.Len())
}

func TestMemory(t *testing.T) {
	w := newWheel(0)
	var entries []*entry
	for i := range int64(100_000) {
		entries = append(entries, add(w, 1+i))
	}
	i := 0
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		e := entries[i]
		w.Remove(e.h)
		w.Add(e.h, e.at)
		w.Move(e.h, e.at)
		i++
	}), "the steady state does not allocate")
	require.False(t, advance(w, 100_000, 1_000_000, func(*entry) {}))
	add(w, math.MaxInt64)
	w.Clear(5)
	require.Equal(t, [levels]*level{}, w.levels)
	require.Zero(t, w.Len())
	*w.nodes = *newWheel(0).nodes
	check(t, w)
}

// TestDueChangesTheWheel adds, moves and removes timers from within due.
func TestDueChangesTheWheel(t *testing.T) {
	w := newWheel(0)
	a, b, c := add(w, 10), add(w, 10), add(w, 10)
	var got []*entry
	var again *entry
	require.False(t, advance(w, 10, 100, func(e *entry) {
		got = append(got, e)
		if e == a {
			remove(w, b)
			move(w, c, 20)
			again = add(w, 9)
		}
		check(t, w)
	}))
	require.Equal(t, []*entry{a, again}, got)
	require.False(t, advance(w, 20, 100, func(e *entry) { got = append(got, e) }))
	require.Equal(t, []*entry{a, again, c}, got)
}

// TestModel compares a wheel with a plain list under random operations and jumps of time.
func TestModel(t *testing.T) {
	for seed := range uint64(rounds.Of(250)) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		now := []int64{0, 1_700_000_000_000, -1000, math.MinInt64 + 5, math.MaxInt64 - 5000}[rnd.IntN(5)]
		m := &model{t: t, rnd: rnd, now: now, w: newWheel(now)}
		for range 400 {
			m.step()
		}
		m.drain()
	}
}

type model struct {
	t    *testing.T
	rnd  *rand.Rand
	now  int64
	w    *wheel
	want []*entry // the timers, in no order
}

// spread is a random span of time whose magnitude is random too.
func (m *model) spread() int64 { return m.rnd.Int64N(1 << (1 + m.rnd.IntN(45))) }

// plus adds without overflow.
func plus(a, b int64) int64 {
	switch sum := a + b; {
	case b > 0 && sum < a:
		return math.MaxInt64
	case b < 0 && sum > a:
		return math.MinInt64
	default:
		return sum
	}
}

func (m *model) deadline() int64 {
	switch m.rnd.IntN(20) {
	case 0:
		return 0
	case 1:
		return math.MaxInt64 - int64(m.rnd.IntN(2))
	case 2:
		return math.MinInt64
	case 3:
		return plus(m.now, -m.spread())
	case 4:
		return -m.spread()
	case 5, 6, 7:
		return plus(m.now, int64(m.rnd.IntN(100)))
	default:
		return plus(m.now, m.spread())
	}
}

func (m *model) step() {
	switch p := m.rnd.IntN(100); {
	case p < 40 || len(m.want) == 0:
		m.want = append(m.want, add(m.w, m.deadline()))
	case p < 50:
		i := m.rnd.IntN(len(m.want))
		remove(m.w, m.want[i])
		m.want = slices.Delete(m.want, i, i+1)
	case p < 65:
		e := m.want[m.rnd.IntN(len(m.want))]
		move(m.w, e, m.deadline())
	case p < 68:
		relocate(m.w, m.want[m.rnd.IntN(len(m.want))])
	case p == 68 && m.rnd.IntN(5) == 0:
		m.w.Clear(m.now)
		*m.w.nodes = *newWheel(0).nodes
		m.want = nil
	case p == 69:
		m.sample()
	case p < 75:
		m.advance(plus(m.now, -m.spread()))
	case p < 85:
		m.advance(plus(m.now, int64(m.rnd.IntN(200))))
	default:
		m.advance(plus(m.now, m.spread()))
	}
	m.compare()
}

// sample checks that a sample of the first slot begins with what is due no later than the end of any other slot, and that calls for
// any slot see every timer in the end.
func (m *model) sample() {
	if len(m.want) == 0 {
		m.w.Sample(1, func(uint64) uint64 { panic("there is no slot") }, func(uint32) { m.t.Fatal("there is no timer") })
		return
	}
	soonest := slices.MinFunc(m.want, func(a, b *entry) int { return cmp.Compare(a.at, b.at) })
	seen := map[*entry]bool{}
	m.w.Sample(len(m.want), func(uint64) uint64 { return 0 }, func(ref uint32) { seen[m.w.nodes.owner[ref]] = true })
	if m.w.pending.next == pendingHead {
		must(m.t, seen[soonest], "the first slot has not what is due first")
	}
	clear(seen)
	for tries := 0; len(seen) < len(m.want); tries++ {
		must(m.t, tries < 100_000, "a timer is never seen")
		n, most := 0, 1+m.rnd.IntN(3)
		m.w.Sample(most, m.rnd.Uint64N, func(ref uint32) { seen[m.w.nodes.owner[ref]] = true; n++ })
		must(m.t, 0 < n && n <= most, "another number than asked for")
	}
}

// advance moves time and checks what comes out. Some calls have so small a budget that work is left.
func (m *model) advance(now int64) {
	m.now = now
	limit := 1 + m.rnd.IntN(1<<m.rnd.IntN(10))
	handed := 0
	more := advance(m.w, now, limit, func(e *entry) {
		require.LessOrEqual(m.t, e.at, now, "early")
		i := slices.Index(m.want, e)
		require.GreaterOrEqual(m.t, i, 0, "not a timer, or handed out twice")
		m.want = slices.Delete(m.want, i, i+1)
		handed++
		if m.rnd.IntN(10) == 0 {
			m.want = append(m.want, add(m.w, m.deadline()))
		}
		if m.rnd.IntN(10) == 0 && len(m.want) > 0 {
			e := m.want[m.rnd.IntN(len(m.want))]
			move(m.w, e, m.deadline())
		}
	})
	require.LessOrEqual(m.t, handed, limit)
	if !more {
		for _, e := range m.want {
			must(m.t, e.at > now, "late")
		}
	}
}

func (m *model) compare() {
	check(m.t, m.w)
	require.Equal(m.t, len(m.want), m.w.Len())
	seen := map[*entry]bool{}
	each(m.w, func(e *entry) { seen[e] = true })
	for _, e := range m.want {
		must(m.t, seen[e], "Each left a timer out")
	}
	next, ok := m.w.Next()
	require.Equal(m.t, len(m.want) > 0, ok)
	for _, e := range m.want {
		if m.w.pending.next == pendingHead {
			must(m.t, next <= e.at, "Next is no lower bound")
		}
	}
}

func (m *model) drain() {
	m.now = math.MaxInt64
	for range 1_000_000 {
		if !advance(m.w, m.now, 50, func(e *entry) {
			m.want = slices.DeleteFunc(m.want, func(x *entry) bool { return x == e })
		}) {
			break
		}
	}
	require.Empty(m.t, m.want)
	require.Zero(m.t, m.w.Len())
	m.compare()
}
