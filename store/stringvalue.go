package store

// Changes of strings that commands make in place: INCR, APPEND, SETRANGE and their kin, on an entry that was looked up
// already. The deadline stays, and nothing is allocated as long as the value fits the memory that it has.

import "github.com/miniredisd/miniredisd/store/ds/dict"

// SetStringUntil is SetString with a deadline, in milliseconds since the Unix epoch. It counts as one change.
func (tx *Tx) SetStringUntil(key, val []byte, at int64) *Entry {
	return tx.put(key, stringContent(val), lifetime{until: max(at, 1)})
}

// SetText is SetString for a text that a command has computed: it is never taken for an integer. The deadline stays.
func (tx *Tx) SetText(key, val []byte) *Entry {
	return tx.put(key, textContent(val), lifetime{keep: true, goesOn: true})
}

// ReplaceInt makes n the value of the string e.
func (tx *Tx) ReplaceInt(e *Entry, n int64) {
	tx.Mutate(e)
	r := e.header()
	if r.enc() == encInt {
		c := intContent(n)
		c.write(r)
		return
	}
	tx.replace(e.ks, dict.Hash(r.key()), e.ref, intContent(n), r.timed())
}

// Append adds data to the end of the string e, and returns the new length.
func (tx *Tx) Append(e *Entry, data []byte) int {
	tx.Mutate(e)
	old := e.StringLen()
	tx.makeRaw(e, old+len(data))
	copy(e.header().value()[old:], data)
	return old + len(data)
}

// SetRange writes data over the bytes of the string e from offset on, and returns the length. A string that is shorter
// grows; what then lies between its old end and offset is zero.
func (tx *Tx) SetRange(e *Entry, offset int, data []byte) int {
	tx.Mutate(e)
	old := e.StringLen()
	length := max(old, offset+len(data))
	tx.makeRaw(e, length)
	val := e.header().value()
	if offset > old {
		clear(val[old:offset]) // spare memory holds what was there before
	}
	copy(val[offset:], data)
	return length
}

// Raw turns the string e into raw bytes, at least length of them: a shorter one grows by zeros. It returns the bytes; the
// caller may change them, after Mutate, and has them until the key is changed in another way.
func (tx *Tx) Raw(e *Entry, length int) []byte {
	old := e.StringLen()
	tx.makeRaw(e, max(old, length))
	val := e.header().value()
	clear(val[old:])
	return val
}

// SetZeros makes key a string of zero bytes, whatever was there before, without a deadline. The bytes that it returns are
// the caller's as those of Raw are.
func (tx *Tx) SetZeros(key []byte, length int) []byte {
	e := tx.put(key, content{enc: encRaw}, lifetime{})
	r := e.header()
	s := r.shape()
	s.value = length
	tx.reshape(e.ks, dict.Hash(r.key()), e.ref, s, 0)
	val := e.header().value()
	clear(val)
	return val
}

// Unshare makes the encoding of the string e raw, as that of one that a command may have changed in place. It is no change.
func (tx *Tx) Unshare(e *Entry) { tx.makeRaw(e, e.StringLen()) }

// maxSpare bounds the memory that a string which grew has in reserve.
const maxSpare = 1 << 20

// makeRaw turns a string of any encoding into raw bytes of a length not below its own. Those behind the old ones are
// undefined.
func (tx *Tx) makeRaw(e *Entry, length int) {
	r := e.header()
	s := r.shape()
	h := uint64(0)
	spare := min(length, maxSpare)
	if s.value != length || r.enc() == encInt {
		h = dict.Hash(r.key())
	}
	if r.enc() == encInt {
		var text [maxIntText]byte
		digits := e.Bytes(text[:])
		s.value = max(length, intBytes) // the number must not be lost before it is written out
		tx.reshape(e.ks, h, e.ref, s, spare)
		copy(e.header().value(), digits)
	}
	s.value = length
	tx.reshape(e.ks, h, e.ref, s, spare)
	e.header().setKind(String, encRaw)
}
