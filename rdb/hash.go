package rdb

import (
	"encoding/binary"

	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

const (
	// versionOfDeadlines is the version that knows hashes whose fields have deadlines.
	versionOfDeadlines = 12
	// maxFieldDeadline is the latest deadline that a field may have, in milliseconds since the Unix epoch.
	maxFieldDeadline = 1<<48 - 1
)

// appendHash appends a hash as the listpack that it is, or field by field with their values:
//
//	TypeHash           count, (field, value) …
//	TypeHashMetadata   earliest deadline: 8 bytes, count, (deadline, field, value) …
//
// A deadline is a length: how much later it is than the earliest, plus one; 0 is none.
func (o Options) appendHash(dst []byte, e *store.Entry) (Type, []byte, int) {
	if val, enc := e.Packed(); enc == store.EncListpack {
		return TypeHashListpack, o.appendString(dst, val), Version
	}
	n, earliest := uint64(0), int64(0)
	e.EachField(func(_, _ []byte, at int64) bool {
		if n++; at != 0 && (earliest == 0 || at < earliest) {
			earliest = at
		}
		return true
	})
	typ, version := TypeHash, Version
	if earliest != 0 {
		typ, version = TypeHashMetadata, versionOfDeadlines
		dst = binary.LittleEndian.AppendUint64(dst, uint64(earliest))
	}
	dst = appendLength(dst, n)
	e.EachField(func(field, value []byte, at int64) bool {
		switch {
		case earliest == 0:
		case at == 0:
			dst = appendLength(dst, 0)
		default:
			dst = appendLength(dst, uint64(at-earliest+1))
		}
		dst = o.appendString(o.appendString(dst, field), value)
		return true
	})
	return typ, dst, version
}

// hashReader gathers a hash that is read. A field that comes twice is a fault.
type hashReader struct {
	*store.HashBuilder
	bad bool
}

func newHashReader(lim *Limits) *hashReader {
	return &hashReader{HashBuilder: store.NewHashBuilder(lim.Hash)}
}

// add adds a field, and reports false when it must not be there.
func (h *hashReader) add(field, value []byte, at int64) bool {
	if at < 0 || at > maxFieldDeadline || !h.Add(field, value, at) {
		h.bad = true
	}
	return !h.bad
}

// value is the hash, nil when a fault was found, or no field.
func (h *hashReader) value(whole bool) *store.Value {
	if h.bad || !whole {
		h.Release()
		return nil
	}
	return h.Value()
}

func readHash(r *reader, lim *Limits) *store.Value {
	h := newHashReader(lim)
	for range r.count(2) {
		field, value := r.string(), r.string()
		if r.bad || !h.add(field, value, 0) {
			break
		}
	}
	return h.value(!r.bad)
}

func readHashMetadata(r *reader, lim *Limits) *store.Value {
	h := newHashReader(lim)
	earliest := r.deadline()
	for range r.count(3) {
		at, field, value := int64(0), []byte(nil), []byte(nil)
		if later := r.length(); later != 0 {
			at = earliest + int64(min(later, maxFieldDeadline+1)) - 1
		}
		field, value = r.string(), r.string()
		if r.bad || !h.add(field, value, at) {
			break
		}
	}
	return h.value(!r.bad)
}

// deadline is a time of 8 bytes.
func (r *reader) deadline() int64 {
	p := r.take(8)
	if p == nil {
		return 0
	}
	at := binary.LittleEndian.Uint64(p)
	if at > maxFieldDeadline {
		r.fail()
		return 0
	}
	return int64(at)
}

func readHashListpack(r *reader, lim *Limits) *store.Value { return r.packedHash(2, lim) }

// readHashListpackEx reads a listpack in which each field is followed by its value and its deadline, 0 for none.
func readHashListpackEx(r *reader, lim *Limits) *store.Value {
	r.deadline()
	return r.packedHash(3, lim)
}

// packedHash reads a listpack that has parts elements for each field.
func (r *reader) packedHash(parts int, lim *Limits) *store.Value {
	lp, n := r.listpack(parts)
	h, p := newHashReader(lim), listpack.HeaderSize
	for range n {
		var field, value []byte
		at := int64(0)
		field, p = element(lp, p)
		value, p = element(lp, p)
		if parts == 3 {
			var isInt bool
			if _, at, isInt, p = lp.Decode(p); !isInt {
				at = -1
			}
		}
		if !h.add(field, value, at) {
			break
		}
	}
	return h.value(!r.bad)
}

func readHashZiplist(r *reader, lim *Limits) *store.Value { return r.pairs(ziplist, lim) }

func readHashZipmap(r *reader, lim *Limits) *store.Value { return r.pairs(zipmap, lim) }

// pairs reads a hash of which walk shows fields and values in turn.
func (r *reader) pairs(walk func([]byte, func([]byte) bool) bool, lim *Limits) *store.Value {
	list, ok := r.elements(walk, 2)
	h := newHashReader(lim)
	for i := 0; ok && i < len(list); i += 2 {
		ok = h.add(list[i], list[i+1], 0)
	}
	return h.value(ok)
}
