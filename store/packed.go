package store

// Collections that are small lie in the record of their key, as a listpack or an intset: no object, no pointer, one block
// of memory. Commands change them in place as long as they fit, and turn them into an Object when they have grown.

import (
	"bytes"
	"unsafe"

	"github.com/miniredisd/miniredisd/store/ds/dict"
)

// Packed is the value of a collection that lies in the record, with the capacity of the record's block, and its encoding;
// nil and EncObject when the value is an Object. The bytes are good until any key of the shard is changed; what changes
// them hands them to Repack.
func (e *Entry) Packed() (val []byte, enc uint8) {
	r := e.header()
	if r.isObject() {
		return nil, EncObject
	}
	s := r.shape()
	room := e.ks.arena.Size(e.ref) - s.body() - s.key
	return unsafe.Slice(r.at(s.body()+s.key), room)[:s.value], r.enc()
}

// PutPacked stores a packed collection under key, whatever was there before, without a deadline. val is copied.
func (tx *Tx) PutPacked(key []byte, kind Kind, enc uint8, val []byte) *Entry {
	return tx.put(key, content{kind: kind, enc: enc, bytes: val}, lifetime{})
}

// Room is Packed with room for n more bytes, so that the change that follows allocates nothing. Mutate comes before.
func (tx *Tx) Room(e *Entry, n int) []byte {
	val, _ := e.Packed()
	if n > cap(val)-len(val) {
		r := e.header()
		tx.reshape(e.ks, dict.Hash(r.key()), e.ref, r.shape(), n+len(val)/spareShare)
		val, _ = e.Packed()
	}
	return val
}

// spareShare is the share of a packed collection that it gets as spare room when it grows: an eighth.
const spareShare = 8

// Repack makes val the packed value of e. val is what Packed or Room gave, changed in place, or lies elsewhere and is
// copied. The deadline stays. Mutate comes before the first change.
func (tx *Tx) Repack(e *Entry, enc uint8, val []byte) {
	r := e.header()
	r.setKind(r.kind(), enc)
	s := r.shape()
	old, _ := e.Packed()
	inPlace := cap(val) > 0 && cap(old) > 0 && unsafe.SliceData(val) == unsafe.SliceData(old)
	s.value = len(val)
	if inPlace && s.long() != (shape{s.key, len(old), s.timed}).long() {
		val, inPlace = bytes.Clone(val), false // the body of the record is about to move
	}
	spare := max(1, len(val)/spareShare)
	if len(val) < cap(old)/2 {
		spare = 0 // one that has lost most of what it had goes to a smaller block
	}
	tx.reshape(e.ks, dict.Hash(r.key()), e.ref, s, spare)
	if !inPlace {
		copy(e.header().value(), val)
	}
}

// Unpack makes obj the value of e in place of a packed one. The deadline stays. Mutate comes before.
func (tx *Tx) Unpack(e *Entry, obj Object) {
	tx.replaceContent(e, content{kind: obj.Kind(), obj: obj})
}

// replaceContent gives e another value. The deadline stays. Mutate comes before.
func (tx *Tx) replaceContent(e *Entry, c content) {
	r := e.header()
	if r.isObject() {
		tx.discard(e.ks.objects.get(r.objectIndex()), c.obj)
	}
	tx.touched = true
	tx.replace(e.ks, dict.Hash(r.key()), e.ref, c, r.timed())
}
