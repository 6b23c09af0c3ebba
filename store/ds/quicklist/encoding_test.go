package quicklist

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEncodingByCount(t *testing.T) {
	l := listOf(4, "1", "2", "3", "4")
	require.True(t, l.IsListpack())
	l.PushBack([]byte("5"))
	require.Equal(t, EncodingQuicklist, l.Encoding())
	require.Equal(t, 2, l.Nodes())
	l.DeleteRange(0, 2)
	require.Equal(t, EncodingQuicklist, l.Encoding(), "two nodes")
	l.PopBack(nil)
	require.Equal(t, EncodingListpack, l.Encoding(), "one node, half the limit")

	l = listOf(4, "1", "2", "3", "4", "5")
	l.PopBack(nil)
	require.Equal(t, EncodingQuicklist, l.Encoding(), "one node, the limit")
	l.PopFront(nil)
	require.Equal(t, EncodingQuicklist, l.Encoding())
	l.PopFront(nil)
	require.Equal(t, EncodingListpack, l.Encoding())
	checkStructure(t, l)
}

func TestEncodingBySize(t *testing.T) {
	l := listOf(-2, string(text(4000)), string(text(4000)))
	require.Equal(t, EncodingListpack, l.Encoding())
	l.PushBack(text(200))
	require.Equal(t, EncodingQuicklist, l.Encoding())
	require.Equal(t, 2, l.Nodes())
	checkStructure(t, l)
	l.PopBack(nil)
	require.Equal(t, EncodingQuicklist, l.Encoding())
	l.PopBack(nil)
	require.Equal(t, EncodingListpack, l.Encoding())
	checkStructure(t, l)
}

// To replace is to add, for the limit: as Redis sees it.
func TestEncodingOnReplace(t *testing.T) {
	l := listOf(4, "1", "2", "3", "4")
	require.True(t, l.Replace(0, []byte("x")))
	require.Equal(t, EncodingQuicklist, l.Encoding())
	require.Equal(t, []string{"x", "2", "3", "4"}, texts(l))
	l = listOf(-2, "a", "b")
	l.Replace(0, text(9000))
	require.Equal(t, EncodingQuicklist, l.Encoding())
	l.Replace(0, []byte("c"))
	require.Equal(t, EncodingListpack, l.Encoding())
	require.Equal(t, []string{"c", "b"}, texts(l))
	checkStructure(t, l)
}

// Replacing small elements by longer ones must not make a node grow over its limit.
func TestReplaceKeepsTheLimit(t *testing.T) {
	l := New(-2)
	for i := range 1000 {
		l.PushBack(strconv.AppendInt(nil, int64(i), 10))
	}
	for i := range 1000 {
		require.True(t, l.Replace(i, text(3000)))
		if i%50 == 0 {
			checkStructure(t, l)
		}
	}
	checkStructure(t, l)
	require.Less(t, l.Nodes(), 600)
}

func TestGrow(t *testing.T) {
	l := New(-2)
	l.Grow(10, 8185)
	require.Equal(t, EncodingListpack, l.Encoding())
	l.Grow(10, 8186)
	require.Equal(t, EncodingQuicklist, l.Encoding())
	l = New(10)
	l.Grow(11, 11)
	require.Equal(t, EncodingQuicklist, l.Encoding())
}

func TestWholeNodes(t *testing.T) {
	l := New(-1)
	for i := range 3000 {
		l.PushBack(strconv.AppendInt([]byte("e"), int64(i), 10))
	}
	l.PushBack(text(5000))
	loaded := New(-1)
	l.EachNode(func(data []byte, plain bool) bool {
		data = append([]byte(nil), data...)
		if plain {
			loaded.AppendPlain(data)
		} else {
			loaded.AppendListpack(data)
		}
		return true
	})
	loaded.Loaded()
	require.Equal(t, texts(l), texts(loaded))
	require.Equal(t, l.Nodes(), loaded.Nodes())
	require.Equal(t, EncodingQuicklist, loaded.Encoding())
	checkStructure(t, loaded)

	seen := 0
	l.EachNode(func([]byte, bool) bool { seen++; return false })
	require.Equal(t, 1, seen)

	shared := append(listOf(4, "a").head.data, "not the list's"...)
	part := New(4)
	part.AppendListpack(shared[:len(shared)-14])
	part.PushBack([]byte("b"))
	require.Equal(t, "not the list's", string(shared[len(shared)-14:]))

	one := New(4)
	one.AppendListpack(listOf(4, "1", "2", "3", "4").head.data)
	require.Equal(t, EncodingQuicklist, one.Encoding())
	one.Loaded()
	require.Equal(t, EncodingListpack, one.Encoding(), "all of the limit counts when loading")
	checkStructure(t, one)
}
