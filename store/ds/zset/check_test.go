package zset

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store/ds/dict"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
	"github.com/miniredisd/miniredisd/store/ds/slab"
)

// check looks at the whole structure: order, counts, keys, fill, depth, links, and that tree and dict hold the same.
func (s *Set) check(t testing.TB) {
	t.Helper()
	if s.root == 0 {
		require.Zero(t, s.Len())
		require.Equal(t, tree{}, s.tree)
		require.Zero(t, s.mem.Live(), "an empty set holds blocks")
		return
	}
	var leaves []slab.Ref
	live := 0
	s.checkNode(t, s.root, s.height, &leaves, &live)
	require.Equal(t, s.first, leaves[0])
	require.Equal(t, s.last, leaves[len(leaves)-1])
	elements, prev := 0, slab.Ref(0)
	for i, ref := range leaves {
		l := s.leafAt(ref)
		require.Equal(t, prev, l.prev)
		prev = ref
		if i+1 < len(leaves) {
			require.Equal(t, leaves[i+1], l.next)
		} else {
			require.Zero(t, l.next)
		}
		for j := range int(l.n) {
			elements++
			member := s.member(l.refs[j])
			live += (blockSize(len(member)) + 7) / 8 * 8
			found, ok := s.dict.Find(dict.Hash(member), member)
			var inOrder bool
			switch {
			case j > 0:
				inOrder = s.less(l.scores[j-1], l.refs[j-1], member, l.scores[j])
			case i > 0:
				b := s.leafAt(leaves[i-1])
				inOrder = s.less(b.scores[b.n-1], b.refs[b.n-1], member, l.scores[0])
			default:
				inOrder = true
			}
			if l.scores[j] != s.score(l.refs[j]) || !ok || found != l.refs[j] || !inOrder {
				t.Fatalf("leaf %d, place %d: score %v in the leaf and %v in the block; in the dict: %t; in order: %t", i, j,
					l.scores[j], s.score(l.refs[j]), ok && found == l.refs[j], inOrder)
			}
		}
	}
	require.Equal(t, s.Len(), elements)
	if live < 8<<10 { // blocks of whole units only
		require.Equal(t, live, s.mem.Live(), "blocks that nothing names")
	}
}

func (s *Set) checkNode(t testing.TB, ref slab.Ref, level int, leaves *[]slab.Ref, live *int) (count uint32) {
	if level == 0 {
		*leaves = append(*leaves, ref)
		*live += leafSize
		require.NotZero(t, s.leafAt(ref).n, "an empty leaf")
		return s.leafAt(ref).n
	}
	n := s.innerAt(ref)
	*live += 1280
	require.NotZero(t, n.n)
	if ref == s.root {
		require.Greater(t, n.n, uint32(1), "a root with one child")
	}
	before := 0
	for i := range int(n.n) {
		score, first := s.firstOf(n.kids[i], level-1)
		below := s.checkNode(t, n.kids[i], level-1, leaves, live)
		if n.scores[i] != score || n.firsts[i] != first || n.counts[i] != below {
			t.Fatalf("level %d, child %d: the key or the count is wrong", level, i)
		}
		count += below
		size, room := s.size(n.kids[i], level-1)
		if i > 0 && before+size <= room/2 {
			t.Fatalf("level %d: children %d and %d should be one", level, i-1, i)
		}
		before = size
	}
	return count
}

func (z Packed) check(t testing.TB) {
	t.Helper()
	require.NoError(t, z.lp().Validate(true))
	require.Zero(t, z.lp().Len()%2)
	for p := listpack.HeaderSize; !z.lp().AtEnd(p); {
		next := z.after(p)
		if !z.lp().AtEnd(next) {
			member := z.lp().AppendValue(nil, p)
			require.True(t, z.behind(next, member, scoreAt(z.lp(), z.lp().Next(p))), "order")
		}
		p = next
	}
}
