package lists

// Elements on their way to the client: from the listpack's memory into the reply buffer, without a copy between.

import (
	"strconv"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store/ds/quicklist"
)

// appendElement appends an element as a bulk string.
func appendElement(dst []byte, v quicklist.Value) []byte {
	dst = append(dst, '$')
	dst = strconv.AppendInt(dst, int64(v.Len()), 10)
	dst = append(dst, '\r', '\n')
	dst = v.AppendTo(dst)
	return append(dst, '\r', '\n')
}

// replyRange replies the elements from..to, both included and counted from the end if negative.
func replyRange(c *command.Ctx, l *quicklist.List, from, to int) {
	_, n := l.Clamp(from, to)
	c.Out.Array(n)
	buf := c.Out.Buf
	l.Range(from, to, func(v quicklist.Value) bool {
		buf = appendElement(buf, v)
		return true
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
