package dict

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBoundedWork grows and empties a dict and measures what a single operation moves and allocates.
func TestBoundedWork(t *testing.T) {
	const elements = 150_000
	var d recordDict
	segmentBytes := segmentBuckets * sizeOf[bucket[number]]()
	resizes := 0
	op := func(do func()) {
		moved, cur, bytes, was := d.moved, d.cur.buckets, d.Bytes(), d.Resizing()
		do()
		dir := 0
		if d.Resizing() && !was {
			resizes++
			must(t, d.moved == 0, "a resize begins with work")
			dir = d.next.buckets / segmentBuckets * sizeOf[segment[number]]()
		}
		if d.cur.buckets == cur {
			must(t, d.moved-moved <= helpBuckets, "moved too many buckets")
		}
		// A chain goes to two segments of a larger table; an overflow area may grow besides.
		must(t, d.Bytes()-bytes <= 3*segmentBytes+dir, "allocated too much")
		// A resize never holds two full tables: what is past is dropped.
		if d.Len() > 10_000 {
			must(t, d.Bytes() < elements*30, "two full tables")
		}
	}
	for i := range elements {
		r := newRecord(i)
		op(func() { d.Insert(Hash(r.key()), r) })
	}
	require.Less(t, d.Stats().Tables[0].Longest, 6)
	for i := range elements {
		r := newRecord(i)
		op(func() {
			_, ok := d.Delete(Hash(r.key()), r.key())
			must(t, ok, "lost an element")
		})
		if left := elements - i - 1; left > 100 {
			s := max(d.cur.buckets, d.next.buckets) * slots
			must(t, s < 64*left, "the table does not follow its elements down")
		}
	}
	require.Greater(t, resizes, 15)
	require.LessOrEqual(t, d.Bytes(), 200)
}

func TestReserve(t *testing.T) {
	var d recordDict
	d.Reserve(10_000)
	buckets := d.cur.buckets
	require.Less(t, d.Bytes(), 1000, "segments come when they are needed")
	for i := range 10_000 {
		d.Insert(hashOf(i), newRecord(i))
		require.False(t, d.Resizing())
	}
	require.Equal(t, buckets, d.cur.buckets)
	d.Reserve(100)
	require.False(t, d.Resizing(), "Reserve does not shrink")

	d.Reserve(100_000)
	require.True(t, d.Resizing())
	d.Reserve(1_000_000) // ignored
	for d.Step(500) {
		check(t, &d)
	}
	require.Equal(t, bucketsFor(100_000), d.cur.buckets)
	check(t, &d)
}
