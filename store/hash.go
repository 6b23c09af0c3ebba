package store

// Hashes. A small one is packed into its record, a large one, or one whose fields have deadlines, is a HashTable.

import (
	"bytes"

	"github.com/miniredisd/miniredisd/expire"
	"github.com/miniredisd/miniredisd/store/ds/hash"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// HashTable is the value of a hash that is not packed.
type HashTable struct {
	*hash.Table
	// timer is filed for the earliest deadline of a field, under the number of the key's record (fieldtimer.go).
	timer expire.Node
	// small says that the hash would be packed, had its fields no deadlines.
	small bool
}

// Kind implements Object.
func (*HashTable) Kind() Kind { return HashKind }

// Encoding implements Object.
func (t *HashTable) Encoding() string {
	if t.small {
		return "listpackex"
	}
	return "hashtable"
}

// Clone implements Object.
func (t *HashTable) Clone() Object { return &HashTable{Table: t.Table.Clone(), small: t.small} }

// HashLimits say how large a packed hash may be.
type HashLimits struct {
	Entries int // fields
	Value   int // bytes of a field or a value
}

// Hash is a hash as commands see it, wherever it lies. It is good until the key is changed in another way.
//
// A field whose time has come is there until somebody looks at it, or its timer fires: Len counts it, Get removes it. Who
// removes fields calls Close in the end, and who looks at some calls Reap.
type Hash struct {
	tx     *Tx
	e      *Entry
	table  *HashTable // nil: packed
	limits HashLimits
	died   int // fields that were removed because their time had come, and nobody was told
}

// Hash is the hash of e, for a command that adds no fields.
func (tx *Tx) Hash(e *Entry) Hash { return tx.GrowingHash(e, HashLimits{}) }

// GrowingHash is the hash of e.
func (tx *Tx) GrowingHash(e *Entry, limits HashLimits) Hash {
	t, _ := e.Object().(*HashTable)
	return Hash{tx: tx, e: e, table: t, limits: limits}
}

// MakeHash stores an empty hash under key, which is absent. The caller sets a field.
func (tx *Tx) MakeHash(key []byte, limits HashLimits) Hash {
	e := tx.PutPacked(key, HashKind, EncListpack, hash.Empty)
	tx.dirty-- // the fields count
	return Hash{tx: tx, e: e, limits: limits}
}

func (h *Hash) packed() listpack.Listpack {
	lp, _ := h.e.Packed()
	return lp
}

// Len is the number of fields, with those whose time has come though nobody has removed them yet.
func (h *Hash) Len() int {
	if h.table != nil {
		return h.table.Len()
	}
	return h.packed().Len() / 2
}

// LiveLen is the number of fields whose time has not come.
func (h *Hash) LiveLen() int {
	n := h.Len()
	if h.table != nil && !h.tx.Loading {
		n -= h.table.DueLen(h.tx.now)
	}
	return n
}

// Small reports whether the hash is so small that a scan shows all of it at once.
func (h *Hash) Small() bool { return h.table == nil || h.table.small }

// fieldDead reports whether the time of a field has come. While a log is loaded it lives until the log says otherwise.
func (h *Hash) fieldDead(ref hash.Ref) bool {
	if h.table.Timed() == 0 || h.tx.Loading {
		return false
	}
	at := h.table.Deadline(ref)
	return at != 0 && at <= h.tx.now
}

// find looks a field of the table up. One that is dead is removed.
func (h *Hash) find(field []byte) hash.Ref {
	ref := h.table.Find(field)
	if ref != 0 && h.fieldDead(ref) {
		h.removeDead(ref)
		return 0
	}
	return ref
}

// removeDead removes a field whose time has come.
func (h *Hash) removeDead(ref hash.Ref) {
	h.tx.expireField(h.e, h.table, ref)
	h.died++
}

// RemoveDead removes all fields whose time has come.
func (h *Hash) RemoveDead() {
	if h.table == nil || h.tx.Loading {
		return
	}
	for ref := h.table.Due(h.tx.now); ref != 0; ref = h.table.Due(h.tx.now) {
		h.removeDead(ref)
	}
}

// Get returns the value of a field; ok is false when there is none. A number is written into scratch, which must have room
// for hash.MaxInt bytes. The value is good until the hash is changed.
func (h *Hash) Get(field, scratch []byte) (value []byte, ok bool) {
	if h.table != nil {
		ref := h.find(field)
		if ref == 0 {
			return nil, false
		}
		return h.table.Value(ref), true
	}
	lp := h.packed()
	p := hash.Find(lp, field)
	if p == 0 {
		return nil, false
	}
	return hash.Text(lp, p, scratch), true
}

// Reserve prepares for fields and values that are set one after the other right after it: many make a table at once, and few
// find room.
func (h *Hash) Reserve(pairs [][]byte) {
	if h.table != nil {
		return
	}
	h.tx.Mutate(h.e)
	h.tx.dirty-- // the fields count
	room := 0
	for _, s := range pairs {
		if len(s) > h.limits.Value {
			h.unpack(false)
			return
		}
		room += listpack.EntrySize(s)
	}
	if len(pairs)/2 > h.limits.Entries {
		h.unpack(false)
		return
	}
	if len(pairs) > 2 && h.Len() == 0 { // a hash that has fields may have these
		h.tx.Room(h.e, room)
	}
}

// Set gives a field its value, and reports whether it is a new one. A deadline of the field goes unless keep.
func (h *Hash) Set(field, value []byte, keep bool) (added bool) {
	h.tx.Mutate(h.e)
	if h.table == nil {
		if len(field) <= h.limits.Value && len(value) <= h.limits.Value && h.packed().Fits(len(field)+len(value)) {
			return h.setPacked(field, value)
		}
		h.unpack(false)
	}
	t := h.table
	if t.Timed() > 0 && !keep {
		if ref := t.Find(field); ref != 0 && t.Deadline(ref) != 0 {
			t.Persist(ref)
			h.tx.fileFields(h.e)
		}
	}
	added = t.Set(field, value)
	if t.small && (t.Len() > h.limits.Entries || len(field) > h.limits.Value || len(value) > h.limits.Value) {
		t.small = false
	}
	return added
}

func (h *Hash) setPacked(field, value []byte) (added bool) {
	lp := h.packed()
	p := hash.Find(lp, field)
	if n := hash.Growth(lp, p, field, value); n > cap(lp)-len(lp) {
		lp = h.tx.Room(h.e, n)
	}
	lp = hash.Put(lp, p, field, value)
	h.tx.Repack(h.e, EncListpack, lp)
	if lp.Len()/2 > h.limits.Entries {
		h.unpack(false)
	}
	return p == 0
}

// unpack makes a table of a packed hash. Mutate comes before.
func (h *Hash) unpack(small bool) {
	t := tableOf(h.packed(), small)
	h.tx.Unpack(h.e, t)
	h.table = t
}

// Delete removes a field, and reports whether it was there. It does not ask whether the field's time has come.
func (h *Hash) Delete(field []byte) bool {
	if h.table != nil {
		ref := h.table.Find(field)
		if ref == 0 {
			return false
		}
		h.tx.Mutate(h.e)
		h.table.Delete(ref)
		return true
	}
	lp := h.packed()
	p := hash.Find(lp, field)
	if p == 0 {
		return false
	}
	h.tx.Mutate(h.e)
	h.tx.Repack(h.e, EncListpack, hash.Delete(lp, p))
	return true
}

// Reap is Close for commands that remove nothing but what Get came by.
func (h *Hash) Reap() (gone bool) { return h.died > 0 && h.Close() }

// ReportDead tells whoever watches or listens that fields were removed because their time had come. Close does so too, if it
// was not done before.
func (h *Hash) ReportDead() {
	if h.died > 0 {
		h.died = 0
		h.tx.fieldsDied(h.e.ks.sh, h.e.keyBytes())
	}
}

// Close ends a command that removed fields: it deletes the key if no field is left, and tells who listens. gone: there is no
// hash any more.
func (h *Hash) Close() (gone bool) {
	h.ReportDead()
	if h.Len() > 0 {
		if h.table != nil {
			h.tx.fileFields(h.e)
		}
		return false
	}
	key := bytes.Clone(h.e.keyBytes())
	h.tx.removeEmpty(h.e)
	h.tx.Notify(EventGeneric, "del", key)
	return true
}

// emitHash is the commands that make a hash.
func emitHash(e *Entry, dst []byte) []byte {
	m := emit(dst, "HMSET", e.keyBytes())
	e.EachField(func(field, value []byte, _ int64) bool {
		m.add(bytes.Clone(field), bytes.Clone(value))
		return true
	})
	dst = m.finish()
	return e.emitFieldDeadlines(dst)
}

// hashElements visits fields with their values and, if they have one, their deadlines.
func hashElements(e *Entry, yield func(parts ...[]byte) bool) {
	e.EachField(func(field, value []byte, at int64) bool {
		if at == 0 {
			return yield(field, value)
		}
		return yield(field, value, AppendInt(nil, at))
	})
}

// EachField visits all fields of a hash, dead or alive, with their values and deadlines (0: none), until visit returns false.
// What visit is given is good for that call only.
func (e *Entry) EachField(visit func(field, value []byte, at int64) bool) {
	if t, ok := e.Object().(*HashTable); ok {
		t.Each(func(ref hash.Ref) bool { return visit(t.Field(ref), t.Value(ref), t.Deadline(ref)) })
		return
	}
	lp, _ := e.Packed()
	hash.Each(lp, func(field, value []byte) bool { return visit(field, value, 0) })
}
