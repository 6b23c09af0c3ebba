package store

// Random operations on the store and on a model that is a map: both must tell the same at any time.

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

const modelDBs = 3

type modelValue struct {
	val string
	at  int64 // 0: never
}

// model is the naive keyspace: nothing is removed before somebody looks.
type model struct {
	t   *testing.T
	rnd *rand.Rand
	s   *Store
	tx  Tx // of the active expirer
	now int64
	dbs [modelDBs]map[string]modelValue
}

func newModel(t *testing.T, seed uint64) *model {
	rnd := rand.New(rand.NewPCG(seed, 1))
	m := &model{t: t, rnd: rnd, now: 1_000_000, s: New(Options{Databases: modelDBs, Rand: rnd.Uint64N, Journal: &journal{t: t}})}
	for i := range m.dbs {
		m.dbs[i] = map[string]modelValue{}
	}
	return m
}

// key is one of few, so that operations meet.
func (m *model) key() string {
	i := m.rnd.IntN(300)
	return "k" + strconv.Itoa(i) + strings.Repeat("x", i%30/29*400) // some are longer than a byte can say
}

// value is a number, or a text of any length up to one that has memory of its own.
func (m *model) value() string {
	switch p := m.rnd.IntN(100); {
	case p < 30:
		return strconv.Itoa(m.rnd.IntN(100))
	case p == 99:
		return strings.Repeat("large", m.rnd.IntN(20_000))
	default:
		return strings.Repeat("text "+strconv.Itoa(m.rnd.IntN(100)), m.rnd.IntN(1<<m.rnd.IntN(10)))
	}
}

func (m *model) db() int { return m.rnd.IntN(modelDBs) }

// live is what the model has of a key now.
func (m *model) live(db int, key string) (modelValue, bool) {
	v, ok := m.dbs[db][key]
	if ok && v.at != 0 && v.at <= m.now {
		delete(m.dbs[db], key)
		return modelValue{}, false
	}
	return v, ok
}

// deadline is near, far, past, or at the end of time.
func (m *model) deadline() int64 {
	switch m.rnd.IntN(10) {
	case 0:
		return maxTime
	case 1:
		return m.now + m.rnd.Int64N(1<<40)
	case 2:
		return m.now - m.rnd.Int64N(1000)
	default:
		return m.now + 1 + m.rnd.Int64N(2000)
	}
}

// operations by how often they come.
var operations = []struct {
	weight int
	name   string
	run    func(*model)
}{
	{20, "set", (*model).set},
	{5, "put", (*model).put},
	{15, "edit", (*model).edit},
	{10, "delete", (*model).delete},
	{15, "expire", (*model).expire},
	{5, "persist", (*model).persist},
	{10, "read", (*model).read},
	{8, "give", (*model).give},
	{8, "clone", (*model).clone},
	{12, "time", (*model).pass},
	{1, "swap", (*model).swap},
	{1, "flush", (*model).flush},
	{2, "active", (*model).toggle},
	{2, "random", (*model).random},
}

func (m *model) step() string {
	total := 0
	for _, op := range operations {
		total += op.weight
	}
	n := m.rnd.IntN(total)
	for _, op := range operations {
		if n -= op.weight; n < 0 {
			op.run(m)
			return op.name
		}
	}
	panic("unreachable")
}

func (m *model) set() {
	db, key, val, keep := m.db(), m.key(), m.value(), m.rnd.IntN(3) == 0
	old, _ := m.live(db, key)
	if !keep {
		old.at = 0
	}
	until := int64(0)
	if m.rnd.IntN(4) == 0 {
		until = m.deadline()
		old.at = max(until, 1)
	}
	m.dbs[db][key] = modelValue{val, old.at}
	m.s.unitMode(db, m.now, Mode{Locks: LockSet(0).Add([]byte(key))}, func(tx *Tx) {
		if until != 0 {
			tx.SetStringUntil([]byte(key), []byte(val), until)
		} else {
			tx.SetString([]byte(key), []byte(val), keep)
		}
	})
}

// listText is what the model has for a list of n elements.
func listText(n int) string { return "\x00list " + strconv.Itoa(n) }

// put stores a list.
func (m *model) put() {
	db, key, n := m.db(), m.key(), 1+m.rnd.IntN(5)
	m.live(db, key)
	m.dbs[db][key] = modelValue{listText(n), 0}
	l := quicklist.New(-2)
	for range n {
		l.PushBack([]byte("x"))
	}
	m.s.unit(db, m.now, func(tx *Tx) { tx.Put([]byte(key), List{l}) })
}

// edit changes a string in place, several times through entries that were looked up before.
func (m *model) edit() {
	db, key := m.db(), m.key()
	v, had := m.live(db, key)
	if !had || strings.HasPrefix(v.val, "\x00list") {
		return
	}
	m.s.unit(db, m.now, func(tx *Tx) {
		entries := []*Entry{tx.Write([]byte(key))}
		for range 1 + m.rnd.IntN(8) {
			for range m.rnd.IntN(20) { // others that are handed out in between
				entries = append(entries, tx.Peek([]byte(key)))
			}
			e := entries[m.rnd.IntN(len(entries))]
			data := m.value()
			data = data[:min(len(data), 1<<m.rnd.IntN(12))]
			switch m.rnd.IntN(6) {
			case 0:
				n := m.rnd.Int64() - m.rnd.Int64()
				tx.ReplaceInt(e, n)
				v.val = strconv.FormatInt(n, 10)
			case 1:
				v.at = m.now + 1 + m.rnd.Int64N(1000)
				tx.Expire(e, v.at)
			case 2:
				require.Equal(m.t, v.at != 0, tx.Persist(e))
				v.at = 0
			case 3:
				offset := m.rnd.IntN(2 * (len(v.val) + 1))
				old := []byte(v.val)
				old = append(old, make([]byte, max(offset+len(data)-len(old), 0))...)
				copy(old[offset:], data)
				v.val = string(old)
				require.Equal(m.t, len(old), tx.SetRange(e, offset, []byte(data)))
			case 4:
				old := []byte(v.val)
				length := len(old) + m.rnd.IntN(3)*m.rnd.IntN(300)
				old = append(old, make([]byte, length-len(old))...)
				tx.Mutate(e)
				raw := tx.Raw(e, m.rnd.IntN(len(v.val)+1)) // no shorter for that
				require.Len(m.t, raw, len(v.val))
				raw = tx.Raw(e, length)
				require.Equal(m.t, old, raw)
				if length > 0 {
					at := m.rnd.IntN(length)
					old[at], raw[at] = 'r', 'r'
				}
				v.val = string(old)
			default:
				v.val += data
				require.Equal(m.t, len(v.val), tx.Append(e, []byte(data)))
			}
			for _, e := range entries {
				must(m.t, textOf(e) == v.val, "an entry was not told")
			}
		}
		require.Equal(m.t, len(v.val), entries[0].StringLen())
	})
	m.dbs[db][key] = v
}

// textOf is a value as the model has it.
func textOf(e *Entry) string {
	if e.Kind() == ListKind {
		return listText(e.List().Len())
	}
	return string(e.Bytes(make([]byte, maxIntText)))
}

func must(t *testing.T, ok bool, what string) {
	if !ok {
		t.Helper()
		t.Fatal(what)
	}
}

func (m *model) delete() {
	db, key := m.db(), m.key()
	_, had := m.live(db, key)
	delete(m.dbs[db], key)
	m.s.unit(db, m.now, func(tx *Tx) { require.Equal(m.t, had, tx.Delete([]byte(key))) })
}

func (m *model) expire() {
	db, key, at := m.db(), m.key(), m.deadline()
	v, had := m.live(db, key)
	if had {
		m.dbs[db][key] = modelValue{v.val, at}
	}
	m.s.unit(db, m.now, func(tx *Tx) {
		e := tx.Write([]byte(key))
		require.Equal(m.t, had, e != nil)
		if e != nil {
			tx.Expire(e, at)
		}
	})
}

func (m *model) persist() {
	db, key := m.db(), m.key()
	v, had := m.live(db, key)
	if had {
		m.dbs[db][key] = modelValue{v.val, 0}
	}
	m.s.unit(db, m.now, func(tx *Tx) {
		if e := tx.Write([]byte(key)); e != nil {
			require.Equal(m.t, v.at != 0, tx.Persist(e))
		}
	})
}

func (m *model) read() {
	db, key := m.db(), m.key()
	v, had := m.live(db, key)
	m.s.unit(db, m.now, func(tx *Tx) {
		e := tx.Read([]byte(key))
		require.Equal(m.t, had, e != nil)
		if had {
			at, ok := e.ExpireAt()
			require.Equal(m.t, v.at != 0, ok)
			require.Equal(m.t, v.at, at)
			require.Equal(m.t, v.val, textOf(e))
		}
	})
}

// give renames or moves.
func (m *model) give() {
	from, to, key, newKey := m.db(), m.db(), m.key(), m.key()
	v, had := m.live(from, key)
	delete(m.dbs[from], key)
	if had {
		m.dbs[to][newKey] = v
	}
	m.s.unit(from, m.now, func(tx *Tx) {
		e := tx.Take([]byte(key))
		require.Equal(m.t, had, e != nil)
		if e != nil {
			tx.Select(to)
			tx.Give([]byte(newKey), e)
		}
	})
}

func (m *model) clone() {
	from, to, key, newKey := m.db(), m.db(), m.key(), m.key()
	v, had := m.live(from, key)
	if had {
		m.dbs[to][newKey] = v
	}
	m.s.unit(from, m.now, func(tx *Tx) {
		if e := tx.Peek([]byte(key)); e != nil {
			c := e.Clone()
			tx.Select(to)
			tx.Give([]byte(newKey), c)
		}
	})
}

// pass lets time pass, seldom backwards, and the expirer run, or not.
func (m *model) pass() {
	switch m.rnd.IntN(20) {
	case 0:
		m.dropDead() // what is dead now would live again in the model
		m.now -= m.rnd.Int64N(100)
	case 1:
		m.now += m.rnd.Int64N(1 << 38)
	default:
		m.now += m.rnd.Int64N(50)
	}
	if m.rnd.IntN(2) == 0 {
		next := m.s.ExpireDue(&m.tx, m.now)
		require.Greater(m.t, next, m.now)
	}
}

// dropDead removes the dead from the model and from the store: also those that the model has forgotten when it was asked
// about them, but that nobody has looked at in the store since.
func (m *model) dropDead() {
	for db := range m.dbs {
		for key := range m.dbs[db] {
			m.live(db, key)
		}
		m.s.unit(db, m.now, func(tx *Tx) {
			for cursor, first := uint64(0), true; cursor != 0 || first; first = false {
				cursor = tx.Scan(cursor, func(*Entry) {})
			}
		})
	}
}

func (m *model) swap() {
	a, b := m.db(), m.db()
	m.dbs[a], m.dbs[b] = m.dbs[b], m.dbs[a]
	m.s.alone(m.now, func(tx *Tx) { tx.Swap(a, b) })
}

func (m *model) flush() {
	db := m.rnd.IntN(modelDBs+1) - 1
	for i := range m.dbs {
		if db < 0 || i == db {
			clear(m.dbs[i])
		}
	}
	m.s.alone(m.now, func(tx *Tx) { tx.Flush(db) })
}

func (m *model) toggle() {
	m.s.SetActiveExpire(m.rnd.IntN(2) == 0)
	m.s.ResumeExpire()
}

func (m *model) random() {
	db := m.db()
	m.s.unit(db, m.now, func(tx *Tx) {
		e := tx.Random()
		if e == nil {
			for key := range m.dbs[db] {
				_, ok := m.live(db, key)
				require.False(m.t, ok, "%s is there", key)
			}
			return
		}
		_, ok := m.live(db, e.Key())
		require.True(m.t, ok, "%s in database %d is dead or was never there", e.Key(), db)
	})
}

// compare looks at every key.
func (m *model) compare() {
	for db := range m.dbs {
		for key := range m.dbs[db] {
			m.live(db, key)
		}
		found := map[string]modelValue{}
		m.s.unit(db, m.now, func(tx *Tx) {
			tx.Each(func(e *Entry) bool {
				at, _ := e.ExpireAt()
				found[e.Key()] = modelValue{textOf(e), at}
				return true
			})
		})
		require.Equal(m.t, m.dbs[db], found)
	}
	m.s.check(m.t)
}

// empty deletes all; nothing may be left.
func (m *model) empty() {
	m.s.alone(m.now, func(tx *Tx) {
		for db := range m.dbs {
			tx.Select(db)
			for key := range m.dbs[db] {
				tx.Delete([]byte(key))
			}
			for cursor, first := uint64(0), true; cursor != 0 || first; first = false { // the dead go too
				cursor = tx.Scan(cursor, func(e *Entry) { m.t.Errorf("%s is there", e.Key()) })
			}
		}
		left := tx.Memory().Records // a bucket for each dict
		require.LessOrEqual(m.t, left.Blocks, modelDBs*NumShards, "memory was lost")
		require.Less(m.t, left.Allocated, 100*left.Blocks+1)
	})
}

func TestModel(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			m := newModel(t, seed)
			for i := range 8000 {
				op := m.step()
				if t.Failed() {
					t.Fatalf("at step %d, %s", i, op)
				}
				if i%200 == 0 {
					m.compare()
				}
			}
			m.compare()
			m.empty()
		})
	}
}

// TestScanMissesNoKeyThatStays walks over a keyspace that grows and shrinks under it.
func TestScanMissesNoKeyThatStays(t *testing.T) {
	for seed := range uint64(5) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		s := New(Options{})
		stays := map[string]int{}
		for i := range 1000 {
			stays["stays"+strconv.Itoa(i)] = 0
		}
		s.unit(1, 1, func(tx *Tx) {
			for key := range stays {
				tx.setText(key, "x")
			}
		})
		passing, next := []string{}, 0
		for cursor, steps := uint64(0), 0; cursor != 0 || steps == 0; steps++ {
			s.unitMode(1, 1, Mode{}, func(tx *Tx) {
				cursor = tx.Scan(cursor, func(e *Entry) {
					if _, ok := stays[e.Key()]; ok {
						stays[e.Key()]++
					}
				})
			})
			s.unit(1, 1, func(tx *Tx) {
				if grow := steps/100%2 == 0; grow {
					for range rnd.IntN(300) {
						passing = append(passing, "passes"+strconv.Itoa(next))
						tx.setText(passing[len(passing)-1], "x")
						next++
					}
				}
				for range min(rnd.IntN(400), len(passing)) {
					i := rnd.IntN(len(passing))
					tx.Delete([]byte(passing[i]))
					passing = slices.Delete(passing, i, i+1)
				}
			})
			require.Less(t, steps, 1_000_000)
		}
		require.NotContains(t, slices.Collect(maps.Values(stays)), 0)
		s.check(t)
	}
}

func TestScanGivesTheDeadToTheLogBeforeTheirShard(t *testing.T) {
	j := &journal{t: t}
	s := New(Options{Journal: j})
	s.unit(0, 1, func(tx *Tx) {
		for i := range 200 {
			tx.Expire(tx.setText(strconv.Itoa(i), "x"), 5)
		}
	})
	var tx Tx
	s.Begin(&tx, 0, Mode{}, 0)
	tx.SetTime(5)
	logged := 0
	for cursor, first := uint64(0), true; cursor != 0 || first; first = false {
		cursor = tx.Scan(cursor, func(e *Entry) { t.Errorf("%s is dead", e.Key()) })
		logged += len(j.take())
	}
	require.Equal(t, 200, logged, "each on its own")
	tx.End()
	require.Empty(t, j.take())
	s.check(t)
}
