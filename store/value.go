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

// StringValue is a string, as SET would store it.
func StringValue(val []byte) *Value { return &Value{content: stringContent(val)} }

// ObjectValue is a value that lies outside of its record.
func ObjectValue(obj Object) *Value { return &Value{content: content{kind: obj.Kind(), obj: obj}} }

// PackedValue is a collection that lies in its record.
func PackedValue(kind Kind, enc uint8, val []byte) *Value {
	return &Value{content: content{kind: kind, enc: enc, bytes: val}}
}

// SetDeadline gives the value a deadline, in milliseconds since the Unix epoch; 0 takes it away.
func (v *Value) SetDeadline(at int64) { v.expireAt = at }

// Release gives back the memory of a value that is stored nowhere.
func (v *Value) Release() {
	if v.obj != nil {
		v.obj.Release()
	}
}
