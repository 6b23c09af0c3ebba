package store

// Deadlines of the fields of hashes. A hash that has some is a HashTable, which knows them all; for the earliest one it has
// a timer, in a wheel of the keyspace beside that of the keys. The number of the timer is that of the key's record, and so
// it is told when the record moves.

import (
	"bytes"

	"github.com/miniredisd/miniredisd/expire"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store/ds/arena"
	"github.com/miniredisd/miniredisd/store/ds/dict"
	"github.com/miniredisd/miniredisd/store/ds/hash"
)

// fieldTimers finds the timers of hashes, for the wheel.
type fieldTimers struct{ ks *keyspace }

// Node implements expire.Nodes.
func (f fieldTimers) Node(ref uint32) *expire.Node { return &f.ks.hashTable(arena.Ref(ref)).timer }

// hashTable is the value of a record that is a HashTable, nil for any other.
func (ks *keyspace) hashTable(ref arena.Ref) *HashTable {
	r := ks.header(ref)
	if r.kind() != HashKind || !r.isObject() {
		return nil
	}
	t, _ := ks.objects.get(r.objectIndex()).(*HashTable)
	return t
}

// fieldsMoved tells the wheel that a record has moved.
func (ks *keyspace) fieldsMoved(now arena.Ref) {
	if t := ks.hashTable(now); t != nil && t.timer.Filed() {
		ks.fields.Moved(uint32(now))
	}
}

// unfileFields takes the timer of a record's fields out of the wheel, if there is one.
func (ks *keyspace) unfileFields(ref arena.Ref) {
	if ks.fields == nil {
		return
	}
	if t := ks.hashTable(ref); t != nil && t.timer.Filed() {
		ks.fields.Remove(uint32(ref))
	}
}

// fileFields files the timer of a hash for the earliest deadline that its fields have now.
func (tx *Tx) fileFields(e *Entry) {
	ks, ref := e.ks, e.ref
	t := ks.hashTable(ref)
	if t == nil {
		return
	}
	at, timed := t.Next()
	switch {
	case !timed:
		ks.unfileFields(ref)
		return
	case !t.timer.Filed():
		if ks.fields == nil {
			ks.fields = expire.New(tx.now, fieldTimers{ks})
		}
		ks.fields.Add(uint32(ref), at)
	case t.timer.Deadline() != at:
		ks.fields.Move(uint32(ref), at)
	default:
		return
	}
	tx.dueAt(ks.sh, at)
}

// Deadline is the deadline of a field in milliseconds since the Unix epoch, 0 when it has none. ok is false when there is no
// such field, or its time has come.
func (h *Hash) Deadline(field []byte) (at int64, ok bool) {
	if h.table == nil {
		return 0, hash.Find(h.packed(), field) != 0
	}
	ref := h.table.Find(field)
	if ref == 0 || h.fieldDead(ref) {
		return 0, false
	}
	return h.table.Deadline(ref), true
}

// Expire sets the deadline of a field that is there.
func (h *Hash) Expire(field []byte, at int64) {
	h.tx.Mutate(h.e)
	if h.table == nil {
		h.unpack(true)
	}
	h.table.Expire(h.table.Find(field), max(at, 1)) // 0 says: none
	h.tx.fileFields(h.e)
}

// Persist removes the deadline of a field that has one.
func (h *Hash) Persist(field []byte) {
	h.tx.Mutate(h.e)
	h.table.Persist(h.table.Find(field))
	h.tx.fileFields(h.e)
}

var (
	hdelName       = []byte("HDEL")
	hpexpireatName = []byte("HPEXPIREAT")
	fieldsName     = []byte("FIELDS")
	oneText        = []byte("1")
)

// Died counts a field that a command has removed because the deadline that it brings has passed, and logs that.
func (h *Hash) Died(field []byte) {
	h.e.ks.sh.expiredFields++
	h.tx.Effect(hdelName, h.e.keyBytes(), field)
}

// expireField removes a field whose time has come, and says so to the log.
func (tx *Tx) expireField(e *Entry, t *HashTable, ref hash.Ref) {
	e.ks.sh.expiredFields++
	tx.log(hdelName, e.keyBytes(), t.Field(ref))
	t.Delete(ref)
	tx.touched = true
}

// fieldsDied tells whoever watches, tracks or listens that fields of key were removed because their time had come.
func (tx *Tx) fieldsDied(sh *shard, key []byte) {
	if sh.attention != 0 {
		tx.keyChanged(sh, key)
		tx.tellTracker(sh, key, 0)
	}
	tx.Notify(EventHash, "hexpired", key)
}

// removeEmpty removes a key whose value has lost its last element. It is no change of its own.
func (tx *Tx) removeEmpty(e *Entry) {
	ks, ref := e.ks, e.ref
	tx.drop(ks, dict.Hash(ks.header(ref).key()), ref)
}

// fieldBatch is how many fields of a hash are removed before others get their turn.
const fieldBatch = 16

// expireFields is called for a timer that the wheel has taken out already.
func (tx *Tx) expireFields(ks *keyspace, ref arena.Ref) {
	e := Entry{ks, ref}
	t := ks.hashTable(ref)
	n := 0
	for ; n < fieldBatch; n++ {
		field := t.Due(tx.now)
		if field == 0 {
			break
		}
		tx.expireField(&e, t, field)
		tx.Publish() // not as a part of a transaction
	}
	if n == 0 { // the field that it was filed for is gone
		tx.fileFields(&e)
		return
	}
	key := bytes.Clone(e.keyBytes())
	e.weigh()
	tx.fieldsDied(ks.sh, key)
	if t.Len() == 0 {
		tx.removeEmpty(&e)
		tx.Notify(EventGeneric, "del", key)
		return
	}
	tx.fileFields(&e)
}

// emitFieldDeadlines appends the commands that give the fields of a hash their deadlines.
func (e *Entry) emitFieldDeadlines(dst []byte) []byte {
	if t, ok := e.Object().(*HashTable); !ok || t.Timed() == 0 {
		return dst
	}
	e.EachField(func(field, _ []byte, at int64) bool {
		if at != 0 {
			dst = resp.AppendCommand(dst, hpexpireatName, e.keyBytes(), AppendInt(nil, at), fieldsName, oneText, field)
		}
		return true
	})
	return dst
}

// SizeSubexpiring is the number of hashes of the selected database whose fields have deadlines.
func (tx *Tx) SizeSubexpiring() (n int) {
	for i := range tx.st.shards {
		unlock := tx.lockShard(i)
		if ks := tx.st.shards[i].db(tx.db); ks != nil && ks.fields != nil {
			n += ks.fields.Len()
		}
		unlock()
	}
	return n
}
