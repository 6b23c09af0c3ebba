package store

import (
	"bytes"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/expire"
	"github.com/miniredisd/miniredisd/store/ds/arena"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

func TestRecordSizes(t *testing.T) {
	require.EqualValues(t, headerSize, unsafe.Sizeof(header{}))
	require.EqualValues(t, timerSize, unsafe.Sizeof(expire.Node{}))
	require.Equal(t, 8+17+16, shape{17, 16, false}.size())
	require.Equal(t, 8+16+17+16, shape{17, 16, true}.size(), "a deadline adds 16 bytes")
	require.LessOrEqual(t, int(unsafe.Sizeof(handles{})), 128, "every client has them")
}

func TestShapes(t *testing.T) {
	var a arena.Arena
	defer a.Release()
	for _, timed := range []bool{false, true} {
		for _, key := range []int{0, 1, 255, 256, 70_000} {
			for _, value := range []int{0, 1, 65_535, 65_536, 200_000} {
				s := shape{key, value, timed}
				ref := a.Alloc(s.size())
				h := headerOf(&a, ref)
				*h = header{}
				h.setKind(ZSetKind, encRaw)
				h.setShape(s)
				if timed {
					*h.timer() = expire.Node{}
				}
				copy(h.key(), bytes.Repeat([]byte("k"), key))
				copy(h.value(), bytes.Repeat([]byte("v"), value))
				require.Equal(t, s, h.shape())
				require.Equal(t, strings.Repeat("k", key), string(h.key()))
				require.Equal(t, strings.Repeat("v", value), string(h.value()))
				require.Equal(t, ZSetKind, h.kind())
				require.EqualValues(t, encRaw, h.enc())
				a.Free(ref)
			}
		}
	}
}

// TestEntriesOfDeletedKeys: whoever goes on with one is stopped, and does not see another record.
func TestEntriesOfDeletedKeys(t *testing.T) {
	s := New(Options{})
	s.unit(0, 1, func(tx *Tx) {
		key := []byte("k")
		tx.setText("k", "text")
		e := tx.Write(key)
		tx.Delete(key)
		tx.setText("o", "another")
		require.Panics(t, func() { t.Log(e.Key()) })

		tx.setText("k", "text")
		e = tx.Write(key)
		tx.Expire(e, 1)
		require.Nil(t, tx.Peek(key))
		require.Panics(t, func() { t.Log(e.Key()) }, "its deadline had passed")
	})
}

func TestStringsThatGrowKeepSpareMemory(t *testing.T) {
	s := New(Options{})
	key := []byte("k")
	s.unit(0, 1, func(tx *Tx) { tx.setText("k", "") })
	moves, last := 0, arena.Ref(0)
	for range 100_000 {
		s.unit(0, 1, func(tx *Tx) {
			e := tx.Write(key)
			tx.Append(e, []byte("0123456789"))
			if e.ref != last {
				last = e.ref
				moves++
			}
		})
	}
	require.Less(t, moves, 40)
	s.unit(0, 1, func(tx *Tx) {
		require.Equal(t, 1_000_000, tx.Peek(key).StringLen())
		tx.setText("k", "short")
		require.Less(t, tx.Peek(key).Size(), 100, "a new value gets memory of its size")
	})
	s.check(t)
}

func TestFlushGivesMemoryBack(t *testing.T) {
	s := New(Options{})
	s.unit(0, 1, func(tx *Tx) {
		for i := range 1000 {
			tx.Put([]byte(strings.Repeat("k", i)), List{quicklist.New(-2)})
		}
	})
	full := s.Memory()
	require.NotZero(t, full.Records.Allocated)
	require.GreaterOrEqual(t, full.Values, 1000*quicklist.New(-2).Bytes())
	s.alone(1, func(tx *Tx) {
		require.Equal(t, 1000, tx.Flush(0))
		require.Zero(t, tx.Memory().Records)
		require.Zero(t, tx.Memory().Values)
	})
	empty := s.Memory()
	require.Less(t, empty.Tables, full.Tables)
	require.Equal(t, empty.Tables, empty.Used(), "what a database takes that was used")
}

func TestObjects(t *testing.T) {
	var o objects
	var places []uint32
	for range 3 * objectChunk {
		places = append(places, o.add(List{quicklist.New(-2)}))
	}
	require.Equal(t, 3*objectChunk, o.len())
	one := quicklist.New(-2).Bytes()
	require.Equal(t, o.len()*one, o.weight)
	l := o.get(8).(List)
	l.PushBack([]byte("grows"))
	o.weigh(8)
	require.Equal(t, (o.len()-1)*one+l.Bytes(), o.weight)
	o.remove(places[7])
	require.Nil(t, o.get(7))
	require.Equal(t, places[7], o.add(List{quicklist.New(-2)}))
	for _, i := range places {
		o.remove(i)
	}
	require.Equal(t, objects{}, o, "an empty table has no memory")
}

// TestNoAllocations: what strings and deadlines need comes from the arena.
func TestNoAllocations(t *testing.T) {
	if arena.Invariants {
		return // the account of the arena allocates
	}
	s := New(Options{})
	keys := make([][]byte, 30)
	for i := range keys {
		keys[i] = append([]byte("key"), byte('a'+i))
		s.unit(0, 1, func(tx *Tx) { tx.SetString(keys[i], []byte("some text"), false) })
	}
	key, short, long := keys[0], []byte("text"), bytes.Repeat([]byte("text"), 50)
	for name, f := range map[string]func(tx *Tx){
		"same size":  func(tx *Tx) { tx.SetString(key, short, false) },
		"other size": func(tx *Tx) { tx.SetString(key, short, false); tx.SetString(key, long, false) },
		"number":     func(tx *Tx) { tx.SetInt(key, 7, false); tx.ReplaceInt(tx.Write(key), 8) },
		"deadline":   func(tx *Tx) { e := tx.Write(key); tx.Expire(e, 1<<40); tx.Expire(e, 1<<41); tx.Persist(e) },
		"with life":  func(tx *Tx) { tx.SetStringUntil(key, short, 1<<40) },
		"delete":     func(tx *Tx) { tx.Delete(key); tx.SetString(key, short, false) },
		"many": func(tx *Tx) {
			for _, k := range keys {
				tx.Read(k).Kind()
			}
		},
	} {
		var tx Tx
		require.Zero(t, testing.AllocsPerRun(100, func() {
			s.Begin(&tx, 0, Mode{Locks: AllShards}, 1)
			tx.SetTime(1)
			f(&tx)
			tx.Settle(nil, false)
			tx.End()
		}), name)
	}
}
