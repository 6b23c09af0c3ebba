// Package rdb is the binary format of values that Redis writes to dump.rdb files and into DUMP payloads.
//
// Values are written as version 11 of the format has them (12 only where field deadlines demand it), in the encoding that they
// have in memory; versions up to 12 are read, with the ziplists and zipmaps of old servers. What is read comes from outside: it
// is taken apart element by element and put together anew, so that no payload, however broken, makes a value that is not
// well-formed, and none makes the reader allocate more than a small multiple of its own length.
//
// The format is described by https://rdb.fnordig.de and, for what came later, by the documentation of the commands.
//
// The package may use store and resp; it knows no command and no file.
package rdb

import (
	"encoding/binary"
	"hash/crc64"
)

const (
	// Version is what is written.
	Version = 11
	// MaxVersion is the last that is read.
	MaxVersion = 12
)

// Type is the first byte of a value: its kind and its encoding.
type Type byte

// The types. Those that servers wrote until version 9 are read only.
const (
	TypeString           Type = 0
	TypeList             Type = 1 // read only
	TypeSet              Type = 2
	TypeZSet             Type = 3 // read only: scores as text
	TypeHash             Type = 4
	TypeZSet2            Type = 5  // scores as 8 bytes
	TypeHashZipmap       Type = 9  // read only
	TypeListZiplist      Type = 10 // read only
	TypeSetIntset        Type = 11
	TypeZSetZiplist      Type = 12 // read only
	TypeHashZiplist      Type = 13 // read only
	TypeListQuicklist    Type = 14 // read only: nodes are ziplists
	TypeStream           Type = 15 // read only
	TypeHashListpack     Type = 16
	TypeZSetListpack     Type = 17
	TypeListQuicklist2   Type = 18
	TypeStream2          Type = 19 // read only
	TypeSetListpack      Type = 20
	TypeStream3          Type = 21
	TypeHashMetadata     Type = 24 // fields with deadlines, since version 12
	TypeHashListpackEx   Type = 25
	quicklistPlain            = 1
	quicklistPacked           = 2
	checksumTrailerBytes      = 10 // version, 2 bytes, and checksum, 8
)

// jones is the polynomial of Redis's CRC-64, reversed.
var jones = crc64.MakeTable(0x95ac9329ac4bc9b5)

// Checksum continues the CRC-64 of what was written before, 0 at the beginning, with p.
func Checksum(crc uint64, p []byte) uint64 { return ^crc64.Update(^crc, jones, p) }

// appendTrailer makes a value, of which the type is the first byte from start on, a DUMP payload: the version and the checksum
// follow.
func appendTrailer(dst []byte, start, version int) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, uint16(version))
	return binary.LittleEndian.AppendUint64(dst, Checksum(0, dst[start:]))
}

// payload takes a DUMP payload apart: the value with its type, when version and checksum are right.
func payload(p []byte) (value []byte, ok bool) {
	if len(p) < checksumTrailerBytes {
		return nil, false
	}
	end := len(p) - checksumTrailerBytes
	if binary.LittleEndian.Uint16(p[end:]) > MaxVersion {
		return nil, false
	}
	crc := binary.LittleEndian.Uint64(p[end+2:])
	// A checksum of 0 means that there is none, as servers write that were told not to compute it.
	return p[:end], crc == 0 || crc == Checksum(0, p[:end+2])
}
