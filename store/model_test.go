package store

// Random operations on the store and on a model that is a map: both must tell the same at any time.

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
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
func (m *model) key() string { return "k" + strconv.Itoa(m.rnd.IntN(300)) }

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
	db, key, val, keep := m.db(), m.key(), strconv.Itoa(m.rnd.IntN(100)), m.rnd.IntN(3) == 0
	if m.rnd.IntN(2) == 0 {
		val = "text " + val
	}
	old, _ := m.live(db, key)
	if !keep {
		old.at = 0
	}
	m.dbs[db][key] = modelValue{val, old.at}
	m.s.unitMode(db, m.now, Mode{Locks: LockSet(0).Add([]byte(key))}, func(tx *Tx) {
		tx.SetString([]byte(key), []byte(val), keep)
	})
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
			require.Equal(m.t, v.val, tx.text(key))
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

// dropDead removes the dead from the model and from the store.
func (m *model) dropDead() {
	for db := range m.dbs {
		for key := range m.dbs[db] {
			m.live(db, key)
			m.s.unit(db, m.now, func(tx *Tx) { tx.Peek([]byte(key)) })
		}
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
		require.True(m.t, ok)
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
				found[e.Key()] = modelValue{string(e.Bytes(make([]byte, maxIntText))), at}
				return true
			})
		})
		require.Equal(m.t, m.dbs[db], found)
	}
	m.s.check(m.t)
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
