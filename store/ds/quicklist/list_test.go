package quicklist

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
	"github.com/stretchr/testify/require"
)

// fills are fill limits by size, by count, and values that are taken for the nearest sensible one.
var fills = []int{-2, -1, -5, -9, 0, 1, 2, 5, 128, 1 << 20}

func text(n int) []byte { return bytes.Repeat([]byte("x"), n) }

func listOf(fill int, values ...string) *List {
	l := New(fill)
	for _, v := range values {
		l.PushBack([]byte(v))
	}
	return l
}

func texts(l *List) []string {
	out := []string{}
	l.Range(0, -1, func(v Value) bool { out = append(out, string(v.AppendTo(nil))); return true })
	return out
}

// slack is what a node filled in listpack encoding may be over its limit: growing looks at the text of the added
// element alone, as Redis does.
const slack = 10

// checkStructure verifies the invariants of the package comment and the counts that are kept.
func checkStructure(t *testing.T, l *List) {
	t.Helper()
	count, memory, nodes := 0, listBytes, 0
	var prev *node
	for n := l.head; n != nil; prev, n = n, n.next {
		require.Same(t, prev, n.prev)
		require.Positive(t, n.count)
		if n.plain {
			require.True(t, l.linked)
			require.EqualValues(t, 1, n.count)
		} else {
			require.NoError(t, n.lp().Validate(true))
			require.EqualValues(t, n.count, n.lp().Len())
			if n.count > 1 {
				require.False(t, l.exceeds(len(n.data)-slack, int(n.count)), "%d bytes, %d elements", len(n.data), n.count)
			}
		}
		count += int(n.count)
		memory += nodeBytes + cap(n.data)
		nodes++
	}
	require.Same(t, prev, l.tail)
	require.Equal(t, count, l.Len())
	require.Equal(t, memory, l.Bytes())
	require.Equal(t, nodes, l.Nodes())
	if !l.linked && l.head != nil {
		require.Equal(t, 1, nodes)
	}
}

func checkModel(t *testing.T, l *List, model [][]byte) {
	t.Helper()
	checkStructure(t, l)
	require.Equal(t, len(model), l.Len())
	it, back, i := l.Iter(0, false), l.Iter(-1, true), 0
	l.Range(0, -1, func(v Value) bool {
		require.Equal(t, model[i], append([]byte{}, v.AppendTo(nil)...))
		require.Equal(t, len(model[i]), v.Len())
		require.True(t, v.Equal(model[i]))
		forth, ok := it.Next()
		require.True(t, ok)
		require.True(t, forth.Equal(model[i]))
		_, isInt := v.Int()
		_, isStr := forth.Str()
		require.NotEqual(t, isInt, isStr)
		other, ok := back.Next()
		require.True(t, ok)
		require.True(t, other.Equal(model[len(model)-1-i]))
		i++
		return true
	})
	require.Equal(t, len(model), i)
	for _, it := range []*Iterator{&it, &back} {
		_, ok := it.Next()
		require.False(t, ok)
	}
}

// randomText is now and then at a boundary of the encodings, and seldom too large for a node.
func randomText(r *rand.Rand) []byte {
	switch r.IntN(12) {
	case 0:
		return text([]int{0, 63, 64, 4094, 4095, 4096, 4097}[r.IntN(7)])
	case 1:
		if r.IntN(8) == 0 {
			return text([]int{8191, 8192, 8193, 65535, 65536, 65537, 70000}[r.IntN(7)])
		}
		return text(r.IntN(2000))
	case 2, 3, 4:
		return strconv.AppendInt(nil, r.Int64()>>r.IntN(64), 10)
	case 5:
		return []byte{byte('0' + r.IntN(10))}
	}
	return fmt.Appendf(nil, "value:%d", r.IntN(50))
}

func TestIndexAndRange(t *testing.T) {
	for _, fill := range fills {
		l, want := New(fill), []string{}
		for i := range 1000 {
			want = append(want, strings.Repeat("v", i%90)+strconv.Itoa(i))
			l.PushBack([]byte(want[i]))
		}
		for i := 0; i < len(want); i += 3 {
			for _, at := range []int{i, i - 1000} {
				v, ok := l.Index(at)
				require.True(t, ok)
				require.True(t, v.Equal([]byte(want[i])))
			}
		}
		for _, i := range []int{1000, -1001, math.MaxInt, math.MinInt} {
			_, ok := l.Index(i)
			require.False(t, ok)
			it := l.Iter(i, true)
			_, ok = it.Next()
			require.False(t, ok)
			require.False(t, l.Replace(i, nil))
			require.False(t, l.Insert(i, nil, false))
			require.Zero(t, l.Remove(i, []byte(want[5]), true, 9))
			require.Zero(t, l.DeleteRange(i, 5))
		}
		for _, c := range [][4]int{{0, -1, 0, 1000}, {-5, -3, 995, 998}, {3, 2, 0, 0}, {1000, 2000, 0, 0}, {-2000, 4, 0, 5},
			{900, math.MaxInt, 900, 1000}, {math.MinInt, math.MinInt, 0, 0}, {math.MinInt, math.MaxInt, 0, 1000}} {
			got := []string{}
			l.Range(c[0], c[1], func(v Value) bool { got = append(got, string(v.AppendTo(nil))); return true })
			require.Equal(t, want[c[2]:c[3]], got)
		}
		seen := 0
		l.Range(0, -1, func(Value) bool { seen++; return seen < 10 })
		require.Equal(t, 10, seen)
	}
}

func TestValue(t *testing.T) {
	for _, n := range []int64{0, 9, 10, 99, 100, -1, -9, -10, math.MaxInt64, math.MinInt64} {
		s := strconv.FormatInt(n, 10)
		v, _ := listOf(-2, s).Index(0)
		got, isInt := v.Int()
		require.True(t, isInt)
		require.Equal(t, n, got)
		_, isStr := v.Str()
		require.False(t, isStr)
		require.Equal(t, len(s), v.Len())
		require.Equal(t, s, string(v.AppendTo(nil)))
		require.False(t, v.Equal([]byte("0"+s)))
	}
	v, _ := listOf(-2, "007").Index(0)
	s, isStr := v.Str()
	require.True(t, isStr)
	require.Equal(t, "007", string(s))
	require.False(t, v.Equal([]byte("7")))
}

func TestLargeElements(t *testing.T) {
	for _, c := range []struct{ fill, most int }{{-1, 4096}, {-2, 8192}, {-5, 65536}, {128, 8192}} {
		l := listOf(c.fill, "a", "b")
		l.PushBack(text(c.most))
		require.False(t, l.tail.plain)
		l.PushBack(text(c.most + 1))
		require.True(t, l.tail.plain)
		require.True(t, l.Insert(1, text(c.most+1), false)) // cuts a node in two
		require.True(t, l.head.next.plain)
		l.PushFront([]byte("z"))
		checkStructure(t, l)
		require.Equal(t, []string{"z", "a"}, texts(l)[:2])
		require.True(t, l.Replace(2, []byte("small"))) // a plain node goes, and the next takes its element
		require.Equal(t, []string{"z", "a", "small", "b"}, texts(l)[:4])
		require.EqualValues(t, 2, l.head.count)
		require.False(t, l.head.next.plain)
		checkStructure(t, l)
	}
}

func TestPackedThreshold(t *testing.T) {
	defer SetPackedThreshold(0)
	require.False(t, SetPackedThreshold(-1))
	require.False(t, SetPackedThreshold(maxPackedThreshold+1))
	require.True(t, SetPackedThreshold(5))
	l := listOf(2, "a", "b", "12345", "c", "d", "123456")
	require.Equal(t, 4, l.Nodes())
	require.True(t, l.tail.plain)
	v, _ := l.Index(2)
	_, isInt := v.Int()
	require.False(t, isInt, "a plain node keeps text as it is")
	checkStructure(t, l)
}

func TestCompressDepth(t *testing.T) {
	l := New(-2)
	l.SetCompressDepth(3)
	require.Equal(t, 3, l.CompressDepth())
	l.SetFill(7)
	require.Equal(t, 7, l.Clone().Fill())
	require.Equal(t, 3, l.Clone().CompressDepth())
}

func TestNodesFill(t *testing.T) {
	l := New(-2)
	for i := range 20_000 {
		l.PushBack(strconv.AppendInt([]byte("element:"), int64(i), 10))
	}
	checkStructure(t, l)
	// up to 8 + 5 bytes of text and 2 around them.
	require.InDelta(t, 20_000*15/8192, l.Nodes(), 3)
	require.Less(t, l.Bytes(), 20_000*16)
	for i := range 20_000 {
		if v, ok := l.PopFront(nil); i%1000 == 0 {
			require.True(t, ok)
			require.Equal(t, fmt.Sprintf("element:%d", i), string(v))
		}
	}
	require.Equal(t, listBytes, l.Bytes())
	_, ok := l.PopFront(nil)
	require.False(t, ok)
	_, ok = l.PopBack(nil)
	require.False(t, ok)
}

func TestPushPopAllocatesNothing(t *testing.T) {
	l := listOf(-2, "a", "b", "c")
	buf, v := make([]byte, 0, 64), []byte("some value")
	pair := func() {
		l.PushBack(v)
		buf, _ = l.PopFront(buf[:0])
		l.PushFront(v)
		buf, _ = l.PopBack(buf[:0])
	}
	pair()
	require.Zero(t, testing.AllocsPerRun(1000, pair))
	require.Zero(t, testing.AllocsPerRun(100, func() {
		it := l.Iter(0, false)
		for _, ok := it.Next(); ok; _, ok = it.Next() {
		}
	}))
}

func TestEmptyListpackIsNoNode(t *testing.T) {
	l := New(-2)
	l.AppendListpack(listpack.New(0))
	l.Loaded()
	require.Zero(t, l.Nodes())
	require.Equal(t, EncodingListpack, l.Encoding())
}
