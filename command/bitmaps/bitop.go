package bitmaps

// BITOP: one string computed from others.

import (
	"bytes"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
)

var bitopSpecs = []command.Spec{
	{Name: "bitop", Group: command.Bitmap, Summary: "Combines strings bit by bit, and stores the result.",
		Since: "2.6.0", Complexity: "O(N) where N is the length of all strings together", Arity: -4,
		Flags:  command.Write | command.DenyOOM,
		Syntax: "operation:<AND | OR | XOR | NOT | DIFF | DIFF1 | ANDOR | ONE> destkey:key key [key ...]",
		Keys: []command.KeySpec{{Flags: command.OW | command.Update, Index: 2, Step: 1},
			{Flags: command.RO | command.Access, Index: 3, Last: -1, Step: 1}}, Run: bitop},
}

type operation int

const (
	opAnd   operation = iota
	opOr              // in any
	opXor             // in an odd number
	opNot             // not in the only one
	opDiff            // in the first, and in no other
	opDiff1           // not in the first, but in another
	opAndOr           // in the first, and in another
	opOne             // in exactly one
)

var operationNames = [...]string{"AND", "OR", "XOR", "NOT", "DIFF", "DIFF1", "ANDOR", "ONE"}

// parseOperation replies an error when there is no such operation, or when it does not work on so many sources.
func parseOperation(c *command.Ctx) (op operation, ok bool) {
	sources := len(c.Args) - 3
	for i, name := range operationNames {
		if !command.EqualFold(c.Args[1], name) {
			continue
		}
		op = operation(i)
		switch {
		case op == opNot && sources != 1:
			c.Out.Error("ERR BITOP NOT must be called with a single source key.")
			return 0, false
		case sources < 2 && (op == opDiff || op == opDiff1 || op == opAndOr):
			c.Out.Error("ERR BITOP " + name + " must be called with at least two source keys.")
			return 0, false
		}
		return op, true
	}
	c.Out.Error(command.ErrSyntax)
	return 0, false
}

func bitop(c *command.Ctx) {
	op, ok := parseOperation(c)
	if !ok {
		return
	}
	dest := c.Args[2]
	entries := make([]*store.Entry, 0, len(c.Args)-3)
	var target *store.Entry // the destination, if it is a source too
	length := 0
	for _, key := range c.Args[3:] {
		e := c.Tx.Read(key)
		if !c.Want(e, store.String) {
			return
		}
		if e != nil {
			length = max(length, e.StringLen())
			if bytes.Equal(key, dest) {
				target = e
			}
		}
		entries = append(entries, e)
	}
	if length == 0 {
		if c.Tx.Delete(dest) {
			c.Tx.Notify(store.EventGeneric, "del", dest)
		}
		c.Out.Int(0)
		return
	}
	val := destination(c, dest, target, length)
	sources := make([][]byte, len(entries))
	for i, e := range entries {
		if e != nil {
			sources[i] = e.Bytes(nil)
		}
	}
	combine(op, val, sources)
	c.Tx.Notify(store.EventString, "set", dest)
	c.Out.Int(int64(length))
}

// destination returns the bytes to write the result to, which all are to be written. What was there before stays in them
// if target, the destination's entry, is a source.
func destination(c *command.Ctx, dest []byte, target *store.Entry, length int) []byte {
	if target == nil {
		target = c.Tx.Peek(dest)
		if target == nil || target.Kind() != store.String || target.StringLen() != length {
			return c.Tx.SetZeros(dest, length)
		}
	}
	if !c.Tx.Persist(target) {
		c.Tx.Mutate(target)
	}
	return c.Tx.Raw(target, length)
}

// pieceSize is how many bytes are computed before they are written to the destination, which may be a source.
const pieceSize = 4 << 10

// combine computes dst from the sources, which are taken for as long as dst: zeros follow.
func combine(op operation, dst []byte, sources [][]byte) {
	var buf [pieceSize]byte
	for at := 0; at < len(dst); at += pieceSize {
		acc := buf[:min(pieceSize, len(dst)-at)]
		first := piece(sources[0], at)
		clear(acc[copy(acc, first):])
		switch op {
		case opAnd:
			for _, s := range sources[1:] {
				andPadded(acc, piece(s, at))
			}
		case opOr:
			unite(acc, sources[1:], at)
		case opXor:
			for _, s := range sources[1:] {
				p := piece(s, at)
				xor(acc[:len(p)], p)
			}
		case opNot:
			not(acc)
		case opDiff:
			for _, s := range sources[1:] {
				p := piece(s, at)
				andNot(acc[:len(p)], p)
			}
		case opDiff1:
			clear(acc)
			unite(acc, sources[1:], at)
			andNot(acc[:len(first)], first)
		case opAndOr:
			clear(acc)
			unite(acc, sources[1:], at)
			andPadded(acc, first)
		case opOne:
			exactlyOne(acc, sources[1:], at)
		}
		copy(dst[at:], acc)
	}
}

// piece is the bytes of a source in the piece that begins at at.
func piece(source []byte, at int) []byte {
	return source[min(at, len(source)):min(at+pieceSize, len(source))]
}

// andPadded is and for a source that may be shorter.
func andPadded(acc, p []byte) {
	and(acc[:len(p)], p)
	clear(acc[len(p):])
}

// unite adds to acc the bits of the sources.
func unite(acc []byte, sources [][]byte, at int) {
	for _, s := range sources {
		p := piece(s, at)
		or(acc[:len(p)], p)
	}
}

// exactlyOne leaves in acc the bits that are in it or in one of the sources, but not in more of these.
func exactlyOne(acc []byte, sources [][]byte, at int) {
	var several, both [pieceSize]byte
	for _, s := range sources {
		p := piece(s, at)
		n := copy(both[:], p)
		and(both[:n], acc)
		or(several[:n], both[:n])
		or(acc[:n], p)
	}
	andNot(acc, several[:])
}
