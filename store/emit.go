package store

// A key as the commands that make it: for a new log, and for reloading.

import (
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

// emitBatch is how many elements one command adds, as in a log that Redis rewrites.
const emitBatch = 64

// AppendCommands appends the commands, in RESP, that make the key with its value and deadline.
func (e *Entry) AppendCommands(dst []byte) []byte {
	switch e.Kind() {
	case String:
		var scratch [maxIntText]byte
		dst = resp.AppendCommand(dst, []byte("SET"), e.keyBytes(), e.Bytes(scratch[:]))
	case ListKind:
		dst = e.appendList(dst)
	}
	if at, ok := e.ExpireAt(); ok {
		dst = resp.AppendCommand(dst, []byte("PEXPIREAT"), e.keyBytes(), AppendInt(nil, at))
	}
	return dst
}

func (e *Entry) appendList(dst []byte) []byte {
	args := [][]byte{[]byte("RPUSH"), e.keyBytes()}
	e.List().Range(0, -1, func(v quicklist.Value) bool {
		args = append(args, v.AppendTo(nil))
		if len(args) == emitBatch+2 {
			dst = resp.AppendCommand(dst, args...)
			args = args[:2]
		}
		return true
	})
	if len(args) > 2 {
		dst = resp.AppendCommand(dst, args...)
	}
	return dst
}
