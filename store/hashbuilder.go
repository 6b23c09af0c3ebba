package store

import (
	"github.com/miniredisd/miniredisd/store/ds/hash"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// HashBuilder gathers the fields of a hash that belongs to no key yet, as one that is read from a file.
type HashBuilder struct {
	limits HashLimits
	packed listpack.Listpack
	table  *HashTable // nil as long as it may be packed
}

// NewHashBuilder returns a builder of a hash that is packed within the limits.
func NewHashBuilder(limits HashLimits) *HashBuilder {
	return &HashBuilder{limits: limits, packed: listpack.New(0)}
}

// Add adds a field with its value and its deadline, in milliseconds since the Unix epoch; 0: none. It reports false, and adds
// nothing, when the hash has the field already.
func (b *HashBuilder) Add(field, value []byte, at int64) bool {
	fits := len(field) <= b.limits.Value && len(value) <= b.limits.Value
	if b.table == nil {
		if hash.Find(b.packed, field) != 0 {
			return false
		}
		fits = fits && b.packed.Len()/2 < b.limits.Entries && b.packed.Fits(len(field)+len(value))
		if fits && at == 0 {
			b.packed = hash.Put(b.packed, 0, field, value)
			return true
		}
		b.table = tableOf(b.packed, fits)
	}
	if b.table.Find(field) != 0 {
		return false
	}
	b.table.Set(field, value)
	if at != 0 {
		b.table.Expire(b.table.Find(field), at)
	}
	b.table.small = b.table.small && fits && b.table.Len() <= b.limits.Entries
	return true
}

// Value is the hash, nil when no field was added. The builder is of no use any more.
func (b *HashBuilder) Value() *Value {
	switch {
	case b.table != nil:
		return ObjectValue(b.table)
	case b.packed.Len() > 0:
		return PackedValue(HashKind, EncListpack, b.packed)
	}
	return nil
}

// Release gives the memory back when the hash is not wanted.
func (b *HashBuilder) Release() {
	if b.table != nil {
		b.table.Release()
	}
}

// tableOf is a table with the fields of a packed hash.
func tableOf(lp listpack.Listpack, small bool) *HashTable {
	t := &HashTable{Table: hash.New(), small: small}
	hash.Each(lp, func(field, value []byte) bool {
		t.Set(field, value)
		return true
	})
	return t
}
