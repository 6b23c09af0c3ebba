package store

import "github.com/miniredisd/miniredisd/store/ds/set"

// SetTable is the value of a set that is not packed.
type SetTable struct{ *set.Table }

// Kind implements Object.
func (SetTable) Kind() Kind { return SetKind }

// Encoding implements Object.
func (SetTable) Encoding() string { return "hashtable" }

// Clone implements Object.
func (t SetTable) Clone() Object { return SetTable{t.Table.Clone()} }

// Set lets s be the value of a set. It is good until any key of the shard is changed, but for its own members.
func (e *Entry) Set(s *set.Set) {
	switch val, enc := e.Packed(); enc {
	case EncObject:
		s.Enc, s.Table = set.Hashtable, e.Object().(SetTable).Table
	case EncIntset:
		s.Enc, s.Packed = set.Intset, val
	default:
		s.Enc, s.Packed = set.Listpack, val
	}
}

// packedSetEncoding is the encoding of a record by that of the set.
var packedSetEncoding = [...]uint8{set.Listpack: EncListpack, set.Intset: EncIntset}

// SaveSet makes e hold s, the value it had, after members came or went, and s be what e holds. Mutate comes before they do.
func (tx *Tx) SaveSet(e *Entry, s *set.Set) {
	_, enc := e.Packed()
	switch {
	case s.Enc != set.Hashtable:
		tx.Repack(e, packedSetEncoding[s.Enc], s.Packed)
		s.Packed, _ = e.Packed() // it may lie elsewhere now
	case enc != EncObject:
		tx.Unpack(e, SetTable{s.Table})
	}
}

// PutSet stores s under key, whatever was there before, without a deadline. The set is the store's then.
func (tx *Tx) PutSet(key []byte, s *set.Set) *Entry { return tx.put(key, setContent(s), lifetime{}) }

// SetValue is s as a value for Tx.Give. The set is the value's then.
func SetValue(s *set.Set) *Value { return &Value{content: setContent(s)} }

func setContent(s *set.Set) content {
	if s.Enc == set.Hashtable {
		return content{kind: SetKind, obj: SetTable{s.Table}}
	}
	return content{kind: SetKind, enc: packedSetEncoding[s.Enc], bytes: s.Packed}
}

// emitSet is the commands that make a set.
func emitSet(e *Entry, dst []byte) []byte {
	m := emit(dst, "SADD", e.keyBytes())
	setElements(e, func(parts ...[]byte) bool {
		m.add(append([]byte(nil), parts[0]...))
		return true
	})
	return m.finish()
}

func setElements(e *Entry, yield func(parts ...[]byte) bool) {
	var s set.Set
	e.Set(&s)
	s.Each(func(member []byte) bool { return yield(member) })
}

// ReplaceSet makes e hold s in place of the set it had. The deadline stays. Mutate comes before.
func (tx *Tx) ReplaceSet(e *Entry, s *set.Set) { tx.replaceContent(e, setContent(s)) }
