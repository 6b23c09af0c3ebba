package streams

// Ids and entries on their way to the client.

import (
	"slices"
	"strconv"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

func replyID(c *command.Ctx, id stream.ID) { c.Out.Buf = appendID(c.Out.Buf, id) }

func appendID(dst []byte, id stream.ID) []byte {
	var text [stream.MaxIDText]byte
	return appendShort(dst, id.Append(text[:0]))
}

// appendShort appends a bulk string of less than 100 bytes: it makes room once and then stores.
func appendShort(dst []byte, s []byte) []byte {
	const framing = len("$10\r\n\r\n")
	n := len(dst)
	dst = slices.Grow(dst, len(s)+framing)[:n+len(s)+framing]
	p := dst[n:]
	p[0] = '$'
	i := 1
	if len(s) >= 10 {
		p[1] = byte('0' + len(s)/10)
		i = 2
	}
	p[i], p[i+1], p[i+2] = byte('0'+len(s)%10), '\r', '\n'
	i += 3
	i += copy(p[i:], s)
	p[i], p[i+1] = '\r', '\n'
	return dst[:n+i+2]
}

func appendBulk(dst []byte, s []byte) []byte {
	if len(s) < 100 {
		return appendShort(dst, s)
	}
	dst = append(dst, '$')
	dst = strconv.AppendInt(dst, int64(len(s)), 10)
	dst = append(dst, "\r\n"...)
	dst = append(dst, s...)
	return append(dst, "\r\n"...)
}

// appendEntry appends the entry that the iterator shows: its id, and fields and values in turns.
func appendEntry(dst []byte, it *stream.Iter) []byte {
	dst = append(dst, "*2\r\n"...)
	dst = appendID(dst, it.ID())
	return appendFields(dst, it)
}

func appendFields(dst []byte, it *stream.Iter) []byte {
	dst = append(dst, '*')
	dst = strconv.AppendInt(dst, int64(2*it.Fields()), 10)
	dst = append(dst, "\r\n"...)
	var text [20]byte
	for range it.Fields() {
		field, value := it.Field()
		dst = appendBulk(dst, field.Text(&text))
		dst = appendBulk(dst, value.Text(&text))
	}
	return dst
}

func replyEntry(c *command.Ctx, it *stream.Iter)  { c.Out.Buf = appendEntry(c.Out.Buf, it) }
func replyFields(c *command.Ctx, it *stream.Iter) { c.Out.Buf = appendFields(c.Out.Buf, it) }

// replyRange replies up to count entries of a range; 0: all.
func replyRange(c *command.Ctx, s *stream.Stream, from, to stream.ID, count int64, reverse bool) {
	it := s.Range(from, to, reverse)
	mark, n := c.Out.DeferArray(), 0
	buf := c.Out.Buf
	for (count == 0 || int64(n) < count) && it.Next() {
		buf = appendEntry(buf, &it)
		n++
	}
	c.Out.Buf = buf
	c.Out.EndArray(mark, n)
}
