package aof

// Reading past an RDB that holds no key. A real Redis starts its log with such a
// base file, so a log can be loaded without an RDB loader as long as its base is
// empty. Whatever carries data is refused.

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc64"
	"io"
	"math/bits"
	"strconv"
)

var errRDBHasData = errors.New("it is an RDB file with data, and there is no loader for RDB files")

const (
	rdbMagic      = "REDIS"
	rdbMaxVersion = 12
	rdbMaxAux     = 1 << 20 // bytes of an auxiliary field

	opSlotInfo = 244
	opAux      = 250
	opResize   = 251
	opSelectDB = 254
	opEOF      = 255
)

// rdbPoly is the polynomial of RDB checksums (Jones) in the bit order of package
// crc64.
var rdbPoly = crc64.MakeTable(bits.Reverse64(0xad93d23594c935a9))

// rdbReader reads an RDB and keeps its checksum. crc64.Update complements the sum
// before and after; RDB's does not.
type rdbReader struct {
	r   io.Reader
	sum uint64
}

func (r *rdbReader) read(p []byte) error {
	if _, err := io.ReadFull(r.r, p); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	r.sum = ^crc64.Update(^r.sum, rdbPoly, p)
	return nil
}

func (r *rdbReader) byte() (byte, error) {
	var b [1]byte
	err := r.read(b[:])
	return b[0], err
}

// skipEmptyRDB reads an RDB without keys exactly to its end.
func skipEmptyRDB(in io.Reader) error {
	r := &rdbReader{r: in}
	var header [9]byte
	if err := r.read(header[:]); err != nil {
		return err
	}
	version, err := strconv.Atoi(string(header[5:]))
	if err != nil || string(header[:5]) != rdbMagic || version < 1 || version > rdbMaxVersion {
		return fmt.Errorf("can't handle RDB format %q", header[:])
	}
	for {
		op, err := r.byte()
		if err != nil {
			return err
		}
		switch op {
		case opAux:
			err = errors.Join(r.skipString(), r.skipString())
		case opSelectDB:
			_, err = r.length()
		case opResize:
			err = r.wantZeros(2)
		case opSlotInfo:
			_, err = r.length()
			err = errors.Join(err, r.wantZeros(2))
		case opEOF:
			return r.checksum(version)
		default:
			return errRDBHasData
		}
		if err != nil {
			return err
		}
	}
}

// wantZeros reads n counts of keys, which must all be zero.
func (r *rdbReader) wantZeros(n int) error {
	for range n {
		count, err := r.length()
		if err != nil {
			return err
		}
		if count != 0 {
			return errRDBHasData
		}
	}
	return nil
}

func (r *rdbReader) checksum(version int) error {
	if version < 5 {
		return nil
	}
	want := r.sum
	var b [8]byte
	if err := r.read(b[:]); err != nil {
		return err
	}
	// A writer with checksums turned off writes zero.
	if got := binary.LittleEndian.Uint64(b[:]); got != 0 && got != want {
		return errors.New("wrong RDB checksum")
	}
	return nil
}

// length reads a length: 6 or 14 bits, or 4 or 8 bytes.
func (r *rdbReader) length() (uint64, error) {
	n, special, err := r.lengthOrEncoding()
	if err == nil && special {
		err = errors.New("bad RDB length")
	}
	return n, err
}

// lengthOrEncoding also accepts the marks of specially encoded strings.
func (r *rdbReader) lengthOrEncoding() (n uint64, special bool, err error) {
	first, err := r.byte()
	if err != nil {
		return 0, false, err
	}
	var b [8]byte
	switch {
	case first>>6 == 0:
		return uint64(first), false, nil
	case first>>6 == 1:
		second, err := r.byte()
		return uint64(first&0x3f)<<8 | uint64(second), false, err
	case first == 0x80:
		err = r.read(b[4:])
		return binary.BigEndian.Uint64(b[:]), false, err
	case first == 0x81:
		err = r.read(b[:])
		return binary.BigEndian.Uint64(b[:]), false, err
	case first>>6 == 3:
		return uint64(first & 0x3f), true, nil
	}
	return 0, false, errors.New("bad RDB length")
}

// skipString reads past a string: plain, an integer, or compressed.
func (r *rdbReader) skipString() error {
	n, special, err := r.lengthOrEncoding()
	if err != nil {
		return err
	}
	if special {
		switch n {
		case 0, 1, 2: // an integer of 1, 2 or 4 bytes
			n = 1 << n
		case 3: // compressed length, length, compressed bytes
			if n, err = r.length(); err != nil {
				return err
			}
			if _, err = r.length(); err != nil {
				return err
			}
		default:
			return errors.New("bad RDB string")
		}
	}
	if n > rdbMaxAux {
		return errors.New("too long RDB field")
	}
	return r.read(make([]byte, n))
}
