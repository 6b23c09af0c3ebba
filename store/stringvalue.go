package store

// Changes of strings that commands make in place: INCR, APPEND, SETRANGE and their kin, on an entry that was looked up
// already. The deadline stays, and nothing is allocated as long as the value fits the memory that it has.

import "slices"

// SetStringUntil is SetString with a deadline, in milliseconds since the Unix epoch. It counts as one change.
func (tx *Tx) SetStringUntil(key, val []byte, at int64) *Entry {
	e := tx.reset(key, true)
	e.setString(val)
	tx.setDeadline(e, at)
	return e
}

// SetText is SetString for a text that a command has computed: it is never taken for an integer. The deadline stays.
func (tx *Tx) SetText(key, val []byte) *Entry {
	e := tx.reset(key, true)
	e.setText(val)
	return e
}

// ReplaceInt makes n the value of the string e.
func (tx *Tx) ReplaceInt(e *Entry, n int64) {
	tx.Mutate(e)
	e.setInt(n)
}

// Append adds data to the end of the string e, and returns the new length.
func (tx *Tx) Append(e *Entry, data []byte) int {
	tx.Mutate(e)
	e.makeRaw(len(data))
	e.str = append(e.str, data...)
	return len(e.str)
}

// SetRange writes data over the bytes of the string e from offset on, and returns the length. A string that is shorter
// grows; what then lies between its old end and offset is zero.
func (tx *Tx) SetRange(e *Entry, offset int, data []byte) int {
	tx.Mutate(e)
	old, end := e.StringLen(), offset+len(data)
	e.makeRaw(max(end-old, 0))
	if end > old {
		e.str = e.str[:end]
		clear(e.str[old:max(old, offset)]) // spare memory holds what was there before
	}
	copy(e.str[offset:], data)
	return len(e.str)
}

// makeRaw turns a string of any encoding into raw bytes, with room for grow more of them.
func (e *Entry) makeRaw(grow int) {
	if e.enc == encInt {
		var text [maxIntText]byte
		digits := e.Bytes(text[:])
		e.str = append(make([]byte, 0, len(digits)+grow), digits...)
	}
	e.enc = encRaw
	e.str = slices.Grow(e.str, grow)
}

// setText stores val as bytes, in Redis's encoding for its length.
func (e *Entry) setText(val []byte) {
	e.kind, e.obj, e.enc = String, nil, encRaw
	if len(val) <= embstrMax {
		e.enc = encEmbstr
	}
	if cap(e.str) < len(val) || cap(e.str) > 2*len(val)+16 {
		e.str = make([]byte, len(val))
	}
	e.str = e.str[:len(val)]
	copy(e.str, val)
}
