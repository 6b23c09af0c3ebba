package store

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniredisd/miniredisd/internal/rounds"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store/ds/hash"
)

type modelField struct {
	value string
	at    int64 // 0: never
}

// hashModel is random work on a few hashes, and what they must hold by a naive reckoning: fields go when somebody looks at
// them, or all of them at once when the expirer runs.
type hashModel struct {
	t   *testing.T
	rnd *rand.Rand
	s   *Store
	tx  Tx // of the active expirer
	now int64
	// keys by name; a key that has no fields is absent.
	keys map[string]map[string]modelField
}

func (m *hashModel) limits() HashLimits { return HashLimits{Entries: 12, Value: 30} }

func (m *hashModel) key() string   { return fmt.Sprint("k", m.rnd.IntN(8)) }
func (m *hashModel) field() string { return fmt.Sprint(m.rnd.IntN(24)) }

func (m *hashModel) value() string {
	if m.rnd.IntN(10) == 0 {
		return fmt.Sprintf("%*d", m.rnd.IntN(60), 7)
	}
	return fmt.Sprint(m.rnd.IntN(1000))
}

func (m *hashModel) deadline() int64 { return m.now + 1 + m.rnd.Int64N(40) }

// open is the hash under key; found is false when there is none.
func (m *hashModel) open(tx *Tx, key string) (h Hash, found bool) {
	e := tx.Write([]byte(key))
	_, want := m.keys[key]
	require.Equal(m.t, want, e != nil, "%s", key)
	if e == nil {
		return Hash{}, false
	}
	return tx.GrowingHash(e, m.limits()), true
}

// dead reports whether a field of the model has died and is still there.
func (m *hashModel) dead(key, field string) bool {
	f, ok := m.keys[key][field]
	return ok && f.at != 0 && f.at <= m.now
}

func (m *hashModel) remove(key, field string) {
	delete(m.keys[key], field)
	if len(m.keys[key]) == 0 {
		delete(m.keys, key)
	}
}

func (m *hashModel) set(tx *Tx) {
	key, n := m.key(), 1+m.rnd.IntN(3)
	h, found := m.open(tx, key)
	if !found {
		h = tx.MakeHash([]byte(key), m.limits())
		m.keys[key] = map[string]modelField{}
	}
	pairs := make([][]byte, 0, 2*n)
	for range n {
		pairs = append(pairs, []byte(m.field()), []byte(m.value()))
	}
	h.Reserve(pairs)
	for i := 0; i < len(pairs); i += 2 {
		field := string(pairs[i])
		_, has := m.keys[key][field]
		require.Equal(m.t, !has, h.Set(pairs[i], pairs[i+1], false))
		m.keys[key][field] = modelField{value: string(pairs[i+1])}
	}
	h.Close()
}

func (m *hashModel) get(tx *Tx) {
	key, field := m.key(), m.field()
	h, found := m.open(tx, key)
	if !found {
		return
	}
	var scratch [hash.MaxInt]byte
	want, has := m.keys[key][field]
	if m.dead(key, field) {
		has = false
		m.remove(key, field)
	}
	value, ok := h.Get([]byte(field), scratch[:])
	require.Equal(m.t, has, ok)
	if ok {
		require.Equal(m.t, want.value, string(value))
		at, _ := h.Deadline([]byte(field))
		require.Equal(m.t, want.at, at)
	}
	gone := h.Reap()
	require.Equal(m.t, gone, m.keys[key] == nil)
}

func (m *hashModel) expire(tx *Tx) {
	key, field := m.key(), m.field()
	h, found := m.open(tx, key)
	f, has := m.keys[key][field]
	if !found || !has || m.dead(key, field) {
		return
	}
	if f.at != 0 && m.rnd.IntN(3) == 0 {
		h.Persist([]byte(field))
		f.at = 0
	} else {
		f.at = m.deadline()
		h.Expire([]byte(field), f.at)
	}
	m.keys[key][field] = f
}

func (m *hashModel) delete(tx *Tx) {
	key, field := m.key(), m.field()
	if h, found := m.open(tx, key); found {
		_, has := m.keys[key][field]
		require.Equal(m.t, has, h.Delete([]byte(field)))
		m.remove(key, field)
		h.Close()
	}
}

// rename takes a hash to another key, or copies it there, or does away with it.
func (m *hashModel) rename(tx *Tx) {
	from, to := m.key(), m.key()
	e := tx.Write([]byte(from))
	if e == nil || from == to {
		return
	}
	copied := map[string]modelField{}
	for field, f := range m.keys[from] {
		copied[field] = f
	}
	switch m.rnd.IntN(4) {
	case 0:
		tx.Give([]byte(to), e.Clone())
		m.keys[to] = copied
	case 1:
		tx.Give([]byte(to), tx.Take([]byte(from)))
		m.keys[to] = copied
		delete(m.keys, from)
	case 2:
		tx.Expire(e, maxTime) // the record moves
	case 3:
		tx.setText(from, "text")
		tx.Delete([]byte(from))
		delete(m.keys, from)
	}
}

func (m *hashModel) pass() {
	m.now += m.rnd.Int64N(15)
	if m.rnd.IntN(2) == 0 {
		return // and nobody has noticed yet
	}
	m.s.ExpireDue(&m.tx, m.now)
	for key := range m.keys {
		for field := range m.keys[key] {
			if m.dead(key, field) {
				m.remove(key, field)
			}
		}
	}
}

func (m *hashModel) compare() {
	m.s.check(m.t)
	m.s.unit(0, m.now, func(tx *Tx) {
		require.Equal(m.t, len(m.keys), tx.Size())
		for key, fields := range m.keys {
			h, _ := m.open(tx, key)
			require.Equal(m.t, len(fields), h.Len())
			live, all := 0, 0
			h.Each(func(field, value []byte) bool {
				require.False(m.t, m.dead(key, string(field)))
				require.Equal(m.t, fields[string(field)].value, string(value))
				live++
				return true
			})
			require.Equal(m.t, live, h.LiveLen())
			h.e.EachField(func(field, value []byte, at int64) bool {
				require.Equal(m.t, fields[string(field)], modelField{string(value), at})
				all++
				return true
			})
			require.Len(m.t, fields, all)
		}
	})
}

func TestHashesAgainstModel(t *testing.T) {
	for seed := range uint64(max(rounds.Of(12), 3)) {
		rnd := rand.New(rand.NewPCG(seed, 5))
		m := &hashModel{t: t, rnd: rnd, now: 1000, keys: map[string]map[string]modelField{}}
		m.s = New(Options{Rand: rnd.Uint64N, Journal: &journal{t: t}})
		operations := []func(*Tx){m.set, m.set, m.set, m.get, m.get, m.expire, m.expire, m.delete, m.rename}
		for step := range 600 {
			m.s.unit(0, m.now, operations[rnd.IntN(len(operations))])
			if rnd.IntN(8) == 0 {
				m.pass()
			}
			if step%10 == 0 {
				m.compare()
			}
		}
		m.now += 1000
		m.s.alone(m.now, func(tx *Tx) { tx.Flush(0) })
		m.s.check(t)
	}
}

// TestHashEmit makes hashes again from the commands that a new log begins with.
func TestHashEmit(t *testing.T) {
	s := New(Options{})
	s.unit(0, 1000, func(tx *Tx) {
		h := tx.MakeHash([]byte("h"), HashLimits{Entries: 2, Value: 64})
		h.Set([]byte("a"), []byte("1"), false)
		h.Set([]byte("b"), []byte("x"), false)
		require.Equal(t, []string{"HMSET h a 1 b x"}, commandLines(t, h.e.AppendCommands(nil)))
		h.Expire([]byte("b"), 5000)
		require.Equal(t, "listpackex", h.e.Encoding())
		lines := commandLines(t, h.e.AppendCommands(nil))
		require.Len(t, lines, 2)
		require.Contains(t, []string{"HMSET h a 1 b x", "HMSET h b x a 1"}, lines[0])
		require.Equal(t, "HPEXPIREAT h 5000 FIELDS 1 b", lines[1])
		tx.Expire(h.e, 9000)
		require.Equal(t, "PEXPIREAT h 9000", commandLines(t, h.e.AppendCommands(nil))[2])
		for i := range 70 {
			h.Set(fmt.Append(nil, i), []byte("v"), false)
		}
		require.Equal(t, "hashtable", h.e.Encoding())
		require.Len(t, commandLines(t, h.e.AppendCommands(nil)), 4, "64 fields in the first, 8 in the second")
	})
}

// commandLines are commands in RESP, a line each.
func commandLines(t *testing.T, body []byte) (lines []string) {
	var p resp.Parser
	for len(body) > 0 {
		args, used, err := p.Next(body)
		require.NoError(t, err)
		lines = append(lines, string(joinWords(args)))
		body = body[used:]
	}
	return lines
}

func TestHashBuilder(t *testing.T) {
	lim := HashLimits{Entries: 3, Value: 8}
	build := func(fields int, value string, at int64) string {
		b := NewHashBuilder(lim)
		for i := range fields {
			require.True(t, b.Add(fmt.Append(nil, i), []byte(value), at))
			require.False(t, b.Add(fmt.Append(nil, i), []byte(value), at))
		}
		s, name := New(Options{}), ""
		s.unit(0, 1, func(tx *Tx) {
			tx.Give([]byte("h"), b.Value())
			h := tx.Hash(tx.Peek([]byte("h")))
			require.Equal(t, fields, h.Len())
			name = h.e.Encoding()
		})
		s.check(t)
		return name
	}
	require.Equal(t, "listpack", build(3, "v", 0))
	require.Equal(t, "hashtable", build(4, "v", 0))
	require.Equal(t, "hashtable", build(1, "too large", 0))
	require.Equal(t, "listpackex", build(3, "v", 100))
	require.Equal(t, "hashtable", build(4, "v", 100))
	require.Nil(t, NewHashBuilder(lim).Value())
}
