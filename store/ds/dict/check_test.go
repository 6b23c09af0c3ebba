package dict

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// record is an element as the keyspace has it: a pointer to memory that begins with the key.
type record struct {
	key   [16]byte
	value int
}

type recordTraits struct{}

func (recordTraits) Key(r *record) []byte { return r.key[:] }

type recordDict = Dict[*record, recordTraits]

func newRecord(n int) *record {
	r := &record{value: n}
	setKey(&r.key, n)
	return r
}

func setKey(key *[16]byte, n int) {
	copy(key[:], "key:000000000000")
	for i := len(key) - 1; n > 0; i-- {
		key[i] = byte('0' + n%10)
		n /= 10
	}
}

// number is an element of four bytes, an index into memory of the owner's.
type number uint32

const numbers = 1 << 12

var numberKeys = func() (keys [numbers][16]byte) {
	for i := range keys {
		setKey(&keys[i], i)
	}
	return keys
}()

type numberTraits struct{}

func (numberTraits) Key(n number) []byte { return numberKeys[n][:] }

// must is require.True at the cost of a comparison, for what is checked millions of times.
func must(t *testing.T, ok bool, what string) {
	if !ok {
		t.Helper()
		t.Fatal(what)
	}
}

// check verifies every invariant of a dict's structure.
func check[E comparable, T Traits[E]](t *testing.T, d *Dict[E, T]) {
	t.Helper()
	used := 0
	for _, tab := range []*table[E]{&d.cur, &d.next} {
		bytes := len(tab.dir) * sizeOf[segment[E]]()
		for s := range tab.dir {
			seg := &tab.dir[s]
			bytes += (len(seg.home) + cap(seg.over)) * sizeOf[bucket[E]]()
			used += checkSegment(t, d, tab, s)
		}
		require.Equal(t, bytes, tab.bytes)
		require.Zero(t, tab.buckets&(tab.buckets-1))
	}
	require.Equal(t, used, d.used)
	if d.Resizing() {
		require.Less(t, d.moved, d.cur.buckets)
		require.NotZero(t, used)
		require.NotEqual(t, d.cur.buckets, d.next.buckets)
	} else {
		require.Zero(t, d.moved)
		require.Nil(t, d.next.dir)
	}
}

// checkSegment checks a segment and returns the number of its elements.
func checkSegment[E comparable, T Traits[E]](t *testing.T, d *Dict[E, T], tab *table[E], s int) (used int) {
	var none E
	var traits T
	seg := &tab.dir[s]
	seen := make([]bool, len(seg.over)+1)
	if tab == &d.cur && (s+1)*segmentBuckets <= d.moved {
		require.Nil(t, seg.home, "a segment that was passed is kept")
	}
	if seg.home == nil {
		require.Nil(t, seg.over)
		return 0
	}
	require.Len(t, seg.home, min(tab.buckets, segmentBuckets))
	for j := range seg.home {
		i := s*segmentBuckets + j
		for b := &seg.home[j]; b != nil; b = seg.after(b) {
			n := b.len()
			used += n
			for slot := range slots {
				if slot >= n {
					must(t, b.tag(slot) == 0, "there is a gap in a bucket")
					must(t, b.elems[slot] == none, "a free slot holds on to an element")
					continue
				}
				hash := Hash(traits.Key(b.elems[slot]))
				must(t, tagOf(hash) == b.tag(slot), "a tag is wrong")
				home, at := d.home(hash)
				must(t, home == tab && at == i, "an element is not at home")
			}
			if b != &seg.home[j] {
				must(t, n > 0, "an empty overflow bucket is chained")
			}
			if b.child() == 0 {
				continue
			}
			require.Equal(t, slots, n, "a chain is not packed")
			require.False(t, seen[b.child()])
			seen[b.child()] = true
		}
	}
	for child := int(seg.free); child != 0; child = seg.overflow(child).child() {
		require.False(t, seen[child])
		seen[child] = true
		require.Zero(t, seg.overflow(child).len())
		require.Equal(t, [slots]E{}, seg.overflow(child).elems)
	}
	for child := range seg.over {
		require.True(t, seen[child+1], "an overflow bucket is lost")
	}
	return used
}
