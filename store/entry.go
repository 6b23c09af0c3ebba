package store

import (
	"math"
	"strconv"
	"unsafe"

	"github.com/miniredisd/miniredisd/expire"
)

// Kind is the type of a value, as TYPE names it.
type Kind uint8

// The kinds of values.
const (
	String Kind = iota
	ListKind
	HashKind
	SetKind
	ZSetKind
	StreamKind
)

// String is the name that TYPE replies.
func (k Kind) String() string {
	return [...]string{"string", "list", "hash", "set", "zset", "stream"}[k]
}

// Object is a value that is not a string: what commands across types (COPY, OBJECT, DEBUG DIGEST) need of it.
type Object interface {
	Kind() Kind
	// Encoding is the name that OBJECT ENCODING replies.
	Encoding() string
	// Clone is a deep copy.
	Clone() Object
	// Len is the number of elements; 0 means that the key must not exist.
	Len() int
	// Bytes is about what the value occupies in memory.
	Bytes() int
}

// maxTime is later than every deadline.
const maxTime = math.MaxInt64

// Encodings of strings.
const (
	encInt    = iota // num
	encEmbstr        // str, at most embstrMax bytes, never changed in place
	encRaw           // str
)

const (
	// embstrMax is the longest string whose encoding Redis calls embstr.
	embstrMax = 44
	// maxIntText is the longest text of an int64.
	maxIntText = 20
)

// Entry is one key with its value. Callers see it only between a Tx's Begin and End, and change it only through the Tx.
type Entry struct {
	key      string
	str      []byte // String: the bytes, unless enc is encInt
	num      int64  // String with encInt: the number
	obj      Object // other kinds
	expireAt int64  // ms since the epoch; 0: never
	timer    expire.Handle
	access   uint32 // seconds since the epoch of the last access, or with LFU minutes<<8 | counter (lfu.go)
	kind     Kind
	enc      uint8
}

func (e *Entry) keyBytes() []byte { return unsafe.Slice(unsafe.StringData(e.key), len(e.key)) }

// Key is the entry's key.
func (e *Entry) Key() string { return e.key }

// KeyBytes is the entry's key, not to be changed.
func (e *Entry) KeyBytes() []byte { return e.keyBytes() }

// Kind is the type of the value.
func (e *Entry) Kind() Kind { return e.kind }

// Object is the value of an entry that is not a string; nil for strings.
func (e *Entry) Object() Object { return e.obj }

// ExpireAt is the deadline in milliseconds since the Unix epoch; ok is false when the key never expires.
func (e *Entry) ExpireAt() (at int64, ok bool) { return e.expireAt, e.expireAt != 0 }

// Encoding is the name that OBJECT ENCODING replies.
func (e *Entry) Encoding() string {
	if e.obj != nil {
		return e.obj.Encoding()
	}
	return [...]string{"int", "embstr", "raw"}[e.enc]
}

// Bytes is the string value. The bytes are valid until the unit ends and must not be changed; an integer is written
// into scratch, which must have room for 20 bytes.
func (e *Entry) Bytes(scratch []byte) []byte {
	if e.enc == encInt {
		return strconv.AppendInt(scratch[:0], e.num, 10)
	}
	return e.str
}

// Int is the string's value as an integer, when it is one in Redis's sense: canonical decimal, in the range of int64.
func (e *Entry) Int() (n int64, ok bool) {
	if e.enc == encInt {
		return e.num, true
	}
	return ParseInt(e.str)
}

// StringLen is the length of the string value in bytes.
func (e *Entry) StringLen() int {
	if e.enc == encInt {
		var b [maxIntText]byte
		return len(strconv.AppendInt(b[:0], e.num, 10))
	}
	return len(e.str)
}

// ParseInt reads canonical decimal, as Redis's string2ll: an optional minus, no plus, no leading zeros or spaces.
func ParseInt(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > maxIntText {
		return 0, false
	}
	digits, neg := b, false
	if b[0] == '-' {
		digits, neg = b[1:], true
	}
	if len(digits) == 0 || digits[0] == '0' && (neg || len(digits) > 1) {
		return 0, false
	}
	var u uint64
	for _, c := range digits {
		c -= '0'
		if c > 9 || u > (math.MaxUint64-9)/10 {
			return 0, false
		}
		u = u*10 + uint64(c)
	}
	if neg {
		if u > 1<<63 {
			return 0, false
		}
		return -int64(u), true
	}
	if u > math.MaxInt64 {
		return 0, false
	}
	return int64(u), true
}

// setString stores val, in Redis's encoding for a value that SET brings.
func (e *Entry) setString(val []byte) {
	if n, ok := ParseInt(val); ok {
		e.setInt(n)
		return
	}
	e.setText(val)
}

func (e *Entry) setInt(n int64) {
	e.kind, e.obj = String, nil
	e.enc, e.num, e.str = encInt, n, nil
}

// size is about what the entry occupies in memory besides its slot in the dict.
func (e *Entry) size() int {
	n := int(unsafe.Sizeof(*e)) + len(e.key) + cap(e.str)
	if e.obj != nil {
		n += e.obj.Bytes()
	}
	return n
}

// Size is about what key and value occupy in memory, in bytes.
func (e *Entry) Size() int { return e.size() }
