package store

// A key as the commands that make it: for a new log, and for reloading.

import "github.com/miniredisd/miniredisd/resp"

// emitBatch is how many elements one command adds, as in a log that Redis rewrites.
const emitBatch = 64

// AppendCommands appends the commands, in RESP, that make the key with its value and deadline.
func (e *Entry) AppendCommands(dst []byte) []byte {
	dst = kinds[e.Kind()].emit(e, dst)
	if at, ok := e.ExpireAt(); ok {
		dst = resp.AppendCommand(dst, []byte("PEXPIREAT"), e.keyBytes(), AppendInt(nil, at))
	}
	return dst
}

// emitString is the command that makes a string.
func emitString(e *Entry, dst []byte) []byte {
	var scratch [maxIntText]byte
	return resp.AppendCommand(dst, []byte("SET"), e.keyBytes(), e.Bytes(scratch[:]))
}

// emitter gathers the elements of one key, and appends a command whenever it has emitBatch of them.
type emitter struct {
	dst   []byte
	args  [][]byte // the command's name and its key, then what was added
	items int
}

func emit(dst []byte, command string, key []byte) *emitter {
	return &emitter{dst: dst, args: [][]byte{[]byte(command), key}}
}

// add takes the arguments of one element. They must stay as they are until finish.
func (m *emitter) add(parts ...[]byte) {
	m.args = append(m.args, parts...)
	if m.items++; m.items == emitBatch {
		m.finish()
	}
}

// finish appends the command of what is left, and returns all.
func (m *emitter) finish() []byte {
	if m.items > 0 {
		m.dst = resp.AppendCommand(m.dst, m.args...)
		m.args, m.items = m.args[:2], 0
	}
	return m.dst
}
