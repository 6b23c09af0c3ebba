package rdb

import (
	"errors"

	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/set"
)

// ErrChecksum and ErrFormat are what Restore may find.
var (
	// ErrChecksum: the payload was cut, changed, or is of a later version.
	ErrChecksum = errors.New("DUMP payload version or checksum are wrong")
	// ErrFormat: what the payload holds is no value.
	ErrFormat = errors.New("Bad data format")
)

// Limits say how far what is read is packed, as the configuration says it for each kind.
type Limits struct {
	ListFill int // as quicklist.New takes it
	Set      set.Limits
	Hash     store.HashLimits
	ZSet     store.ZSetLimits
}

// Dump appends the DUMP payload of e to dst.
func (o Options) Dump(dst []byte, e *store.Entry) []byte {
	start := len(dst)
	dst = append(dst, 0)
	typ, dst, version := o.appendValue(dst, e)
	dst[start] = byte(typ)
	return appendTrailer(dst, start, version)
}

// appendValue appends a value without its type, which it returns with the version of the format that knows it.
func (o Options) appendValue(dst []byte, e *store.Entry) (typ Type, out []byte, version int) {
	switch e.Kind() {
	case store.String:
		var scratch [32]byte
		return TypeString, o.appendString(dst, e.Bytes(scratch[:])), Version
	case store.ListKind:
		return TypeListQuicklist2, o.appendList(dst, e.List()), Version
	case store.SetKind:
		typ, dst = o.appendSet(dst, e)
		return typ, dst, Version
	case store.HashKind:
		return o.appendHash(dst, e)
	case store.ZSetKind:
		typ, dst = o.appendZSet(dst, e)
		return typ, dst, Version
	default:
		return TypeStream3, o.appendStream(dst, e.Stream()), Version
	}
}

// readers read the values of each type. One that finds a fault calls reader.fail, or returns nil.
var readers = map[Type]func(r *reader, lim *Limits) *store.Value{
	TypeString:         readString,
	TypeList:           readList,
	TypeListZiplist:    readListZiplist,
	TypeListQuicklist:  readQuicklistOfZiplists,
	TypeListQuicklist2: readQuicklist,
	TypeSet:            readSet,
	TypeSetIntset:      readSetIntset,
	TypeSetListpack:    readSetListpack,
	TypeHash:           readHash,
	TypeHashZipmap:     readHashZipmap,
	TypeHashZiplist:    readHashZiplist,
	TypeHashListpack:   readHashListpack,
	TypeHashMetadata:   readHashMetadata,
	TypeHashListpackEx: readHashListpackEx,
	TypeZSet:           readZSet,
	TypeZSet2:          readZSet2,
	TypeZSetZiplist:    readZSetZiplist,
	TypeZSetListpack:   readZSetListpack,
	TypeStream:         readStream,
	TypeStream2:        readStream2,
	TypeStream3:        readStream3,
}

// Restore reads a DUMP payload.
func Restore(p []byte, lim *Limits) (*store.Value, error) {
	value, ok := payload(p)
	if !ok {
		return nil, ErrChecksum
	}
	r := &reader{b: value}
	read := readers[Type(r.byte())]
	if read == nil {
		return nil, ErrFormat
	}
	v := read(r, lim)
	if r.bad || v == nil || len(r.b) > 0 {
		return nil, ErrFormat
	}
	return v, nil
}

func readString(r *reader, _ *Limits) *store.Value { return store.StringValue(r.string()) }
