package lists

// Elements on their way to the client: from the listpack's memory into the reply buffer, without a copy between.
//
// LRANGE is decided here: a call and three appends for each element cost several times what the bytes do. So a whole
// node is decoded in one loop, which stores where it knows that there is room, headers eight bytes at a time:
//
//	buf   … | $ 3 \r \n a b c \r \n | …            listpack  | 0x83 a b c backlen | 0xC0 …
//	          `---------' one store from resp.BulkHeaders

import (
	"encoding/binary"
	"slices"
	"strconv"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

const (
	// slack is the room that an element needs beside its text: the store of eight bytes in which its header comes, the
	// line break at its end, or the whole of an integer's reply.
	slack = 32
	// maxGuess is how much room a reply gets at once by its guessed size; what is larger grows as it goes.
	maxGuess = 256 << 10
)

// appendElement appends an element as a bulk string.
func appendElement(dst []byte, v quicklist.Value) []byte {
	if s, ok := v.Str(); ok {
		return appendBulk(dst, s)
	}
	n, _ := v.Int()
	return appendBulkInt(dst, n)
}

// appendBulk appends a bulk string.
func appendBulk(dst, s []byte) []byte { return resp.AppendBulk(room(dst, len(s)+slack), s) }

func appendBulkInt(dst []byte, n int64) []byte {
	var text [20]byte
	return appendBulk(dst, strconv.AppendInt(text[:0], n, 10))
}

// room returns dst with capacity for n bytes more. It doubles: replies in a pipeline add up, and append would copy them more
// often.
func room(dst []byte, n int) []byte {
	if cap(dst)-len(dst) < n {
		dst = slices.Grow(dst, max(n, len(dst)))
	}
	return dst
}

// appendSpan appends count elements of a listpack from the one at p on.
func appendSpan(dst []byte, lp listpack.Listpack, p, count int) []byte {
	i, dst := len(dst), dst[:cap(dst)] // i is where the reply ends so far
	for ; count > 0; count-- {
		c := lp[p]
		if c&0xC0 != 0x80 { // no string of less than 64 bytes
			s, n, isInt, next := lp.Decode(p)
			if p = next; isInt {
				dst = appendBulkInt(dst[:i], n)
			} else {
				dst = appendBulk(dst[:i], s)
			}
			i, dst = len(dst), dst[:cap(dst)]
			continue
		}
		size := int(c & 0x3F)
		if len(dst)-i < 64+slack {
			dst = room(dst[:i], 64+slack)
			dst = dst[:cap(dst)]
		}
		out := (*[64 + slack]byte)(dst[i:])
		h := resp.BulkHeaders[size]
		binary.LittleEndian.PutUint64(out[:], h)
		at := int(h>>56) & 7
		// Texts of up to 16 bytes are copied as 16, without the call that copying as many as there are would be. What
		// is too much will be overwritten.
		if size <= 16 && len(lp)-p > 16 {
			*(*[16]byte)(out[at:]) = [16]byte(lp[p+1:])
		} else {
			copy(out[at:], lp[p+1:p+1+size])
		}
		at += size
		binary.LittleEndian.PutUint16(out[at:at+2], '\r'|'\n'<<8)
		i += at + 2
		p += size + 2
	}
	return dst[:i]
}

// replyRange replies the elements from..to, both included and counted from the end if negative.
func replyRange(c *command.Ctx, l *quicklist.List, from, to int) {
	first, n := l.Clamp(from, to)
	c.Out.Array(n)
	if n == 0 {
		return
	}
	guess := n * (l.Bytes()/l.Len() + 8)
	buf := room(c.Out.Buf, min(guess, maxGuess))
	l.Spans(first, n, func(data []byte, p, count int, plain bool) {
		if plain {
			buf = appendBulk(buf, data)
		} else {
			buf = appendSpan(buf, data, p, count)
		}
	})
	c.Out.Buf = buf
}

// replyBackward replies the last n elements, the last first.
func replyBackward(c *command.Ctx, l *quicklist.List, n int) {
	c.Out.Array(n)
	buf := c.Out.Buf
	for it := l.Iter(-1, true); n > 0; n-- {
		v, _ := it.Next()
		buf = appendElement(buf, v)
	}
	c.Out.Buf = buf
}
