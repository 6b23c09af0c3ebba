package store

import (
	"math"
	"strconv"

	"github.com/miniredisd/miniredisd/store/ds/arena"
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

// Object is a value that is too large for its record: what the keyspace and commands across types (COPY, OBJECT) need of
// it. Collections that are small are packed into the record (packed.go); strings always are.
type Object interface {
	Kind() Kind
	// Encoding is the name that OBJECT ENCODING replies.
	Encoding() string
	// Clone is a deep copy.
	Clone() Object
	// Len is the number of elements; 0 means that the key must not exist.
	Len() int
	// Bytes is about what the value occupies in memory. It is quick, whatever the size.
	Bytes() int
	// Release gives back memory that the garbage collector does not know of. It is called once, when nobody can reach the
	// value any more, maybe in the background; it does nothing for a value that lives on the Go heap.
	Release()
}

// maxTime is later than every deadline.
const maxTime = math.MaxInt64

// Encodings of strings.
const (
	encInt    = iota // a number
	encEmbstr        // at most embstrMax bytes, never changed in place
	encRaw           // bytes
)

// Encodings of the other kinds: an Object, or what lies packed in the record.
const (
	EncObject   uint8 = iota
	EncListpack       // a listpack of elements, of fields and values, or of members and scores
	EncIntset         // a set of integers
)

const (
	// embstrMax is the longest string whose encoding Redis calls embstr.
	embstrMax = 44
	// maxIntText is the longest text of an int64.
	maxIntText = 20
)

// Entry is one key with its value, as a Tx shows it. It only says where the record is (record.go); callers change it through
// the Tx.
//
// An entry is good until the command ends (Tx.Settle) or the unit does, also when the command changes the key in between,
// through this entry or by its name. When the key is deleted, nothing may be asked of it any more. The entry that a method
// of the Tx returns for a value it has just stored is good only until the next value is stored, and one that a visit is
// shown only during that visit. What Bytes and KeyBytes return is good until the key is changed.
type Entry struct {
	ks  *keyspace
	ref arena.Ref
}

func (e *Entry) header() *header { return e.ks.header(e.ref) }

func (e *Entry) keyBytes() []byte { return e.header().key() }

// Key is a copy of the entry's key.
func (e *Entry) Key() string { return string(e.keyBytes()) }

// KeyBytes is the entry's key, not to be changed.
func (e *Entry) KeyBytes() []byte { return e.keyBytes() }

// Kind is the type of the value.
func (e *Entry) Kind() Kind { return e.header().kind() }

// Object is the value of an entry that is one; nil for strings and for what is packed.
func (e *Entry) Object() Object {
	if r := e.header(); r.isObject() {
		return e.ks.objects.get(r.objectIndex())
	}
	return nil
}

// ExpireAt is the deadline in milliseconds since the Unix epoch; ok is false when the key never expires.
func (e *Entry) ExpireAt() (at int64, ok bool) {
	at = e.header().deadline()
	return at, at != 0
}

// Encoding is the name that OBJECT ENCODING replies.
func (e *Entry) Encoding() string {
	if obj := e.Object(); obj != nil {
		return obj.Encoding()
	}
	if r := e.header(); r.kind() != String {
		return [...]string{EncListpack: "listpack", EncIntset: "intset"}[r.enc()]
	}
	return [...]string{"int", "embstr", "raw"}[e.header().enc()]
}

// Bytes is the string value. The bytes are good until the key is changed and must not be changed; an integer is written
// into scratch, which must have room for 20 bytes.
func (e *Entry) Bytes(scratch []byte) []byte {
	r := e.header()
	if r.enc() == encInt {
		return strconv.AppendInt(scratch[:0], r.num(), 10)
	}
	return r.value()
}

// Int is the string's value as an integer, when it is one in Redis's sense: canonical decimal, in the range of int64.
func (e *Entry) Int() (n int64, ok bool) {
	r := e.header()
	if r.enc() == encInt {
		return r.num(), true
	}
	return ParseInt(r.value())
}

// StringLen is the length of the string value in bytes.
func (e *Entry) StringLen() int {
	r := e.header()
	if r.enc() == encInt {
		var b [maxIntText]byte
		return len(strconv.AppendInt(b[:0], r.num(), 10))
	}
	return r.shape().value
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

// Size is about what key and value occupy in memory, in bytes, without their slot in the dict.
func (e *Entry) Size() int {
	n := e.ks.arena.Size(e.ref)
	if obj := e.Object(); obj != nil {
		n += obj.Bytes()
	}
	return n
}
