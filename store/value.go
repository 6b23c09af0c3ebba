package store

import "bytes"

// Value is what was stored under a key, outside of the keyspace: Tx.Take and Entry.Clone return it, for Tx.Give.
type Value struct {
	content
	expireAt int64  // ms since the epoch; 0: never
	access   uint32 // as in a record; 0: never accessed
}

// valueOf copies what a record holds, but for an object, which it shares.
func (ks *keyspace) valueOf(r *header) *Value {
	v := &Value{content: content{kind: r.kind(), enc: r.enc()}, expireAt: r.deadline(), access: r.access}
	switch {
	case r.isObject():
		v.obj = ks.objects.get(r.objectIndex())
	case r.isInt():
		v.num = r.num()
	default:
		v.bytes = bytes.Clone(r.value())
	}
	return v
}

// Clone is a deep copy of the value of e, with its deadline, as one that was never accessed.
func (e *Entry) Clone() *Value {
	v := e.ks.valueOf(e.header())
	v.access = 0
	if v.obj != nil {
		v.obj = v.obj.Clone()
	}
	return v
}
