package dict

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// number is an element as the keyspace has it: four bytes that name a record, which begins with the key.
type number uint32

type record struct {
	key   [16]byte
	value int
}

// records is where the records of all tests lie.
var records []record

func (n number) key() []byte { return records[n].key[:] }
func (n number) value() int  { return records[n].value }

type recordTraits struct{}

func (recordTraits) Key(n number) []byte { return n.key() }

type recordDict = Dict[number, recordTraits]

func newRecord(n int) number {
	records = append(records, record{value: n})
	setKey(&records[len(records)-1].key, n)
	return number(len(records) - 1)
}

func setKey(key *[16]byte, n int) {
	copy(key[:], "key:000000000000")
	for i := len(key) - 1; n > 0; i-- {
		key[i] = byte('0' + n%10)
		n /= 10
	}
}

// must is require.True at the cost of a comparison, for what is checked millions of times.
func must(t *testing.T, ok bool, what string) {
	if !ok {
		t.Helper()
		t.Fatal(what)
	}
}

// check verifies every invariant of a dict's structure.
func check(t *testing.T, d *recordDict) {
	t.Helper()
	used := 0
	for _, tab := range []*table[number]{&d.cur, &d.next} {
		bytes := len(tab.dir) * sizeOf[segment[number]]()
		for s := range tab.dir {
			seg := &tab.dir[s]
			bytes += (len(seg.home) + cap(seg.over)) * sizeOf[bucket[number]]()
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
func checkSegment(t *testing.T, d *recordDict, tab *table[number], s int) (used int) {
	var none number
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
	require.Zero(t, uintptr(unsafe.Pointer(&seg.home[0]))%line)
	require.Zero(t, uintptr(unsafe.Pointer(unsafe.SliceData(seg.over)))%line)
	for j := range seg.home {
		i := s*segmentBuckets + j
		for b := &seg.home[j]; b != nil; b = seg.after(b) {
			n := int(b.used)
			used += n
			for slot := range slots {
				if slot >= n {
					must(t, b.tag(slot) == 0, "there is a gap in a bucket")
					must(t, b.elems[slot] == none, "a free slot holds on to an element")
					continue
				}
				hash := Hash(b.elems[slot].key())
				must(t, tagOf(hash) == b.tag(slot), "a tag is wrong")
				home, at := d.home(hash)
				must(t, home == tab && at == i, "an element is not at home")
			}
			if b != &seg.home[j] {
				must(t, n > 0, "an empty overflow bucket is chained")
			}
			if b.child == 0 {
				continue
			}
			require.Equal(t, slots, n, "a chain is not packed")
			require.False(t, seen[b.child])
			seen[b.child] = true
		}
	}
	for child := seg.free; child != 0; child = seg.overflow(child).child {
		require.False(t, seen[child])
		seen[child] = true
		require.Zero(t, seg.overflow(child).used)
		require.Equal(t, [slots]number{}, seg.overflow(child).elems)
	}
	for child := range seg.over {
		require.True(t, seen[child+1], "an overflow bucket is lost")
	}
	return used
}
